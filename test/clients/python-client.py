"""Has the official Python client of Elasticsearch do one task; the task and the outcome are those of client-task.ts."""

import json
import sys

from elasticsearch import ApiError, Elasticsearch, helpers


def client_of(task):
    options = {}
    if task["carrier"] == "basic":
        options["basic_auth"] = (task["id"], task["secret"])
    elif task["carrier"] == "bearer":
        options["bearer_auth"] = task["secret"]
    else:
        options["api_key"] = (task["id"], task["secret"])
    if "certificate" in task:
        options["ca_certs"] = task["certificate"]
    return Elasticsearch(task["node"], http_compress=task["gzip"], **options)


def actions_of(task, lines):
    for number, line in enumerate(lines):
        action = {"_op_type": task["op"], "_index": "winlogbeat-8.15.0", "_source": json.loads(line)}
        if task["ids"]:
            action["_id"] = f"{task['id']}-{number}"
        yield action


def outcome_of(task):
    client = client_of(task)
    if task["verb"] == "greet":
        info = client.info()
        return {
            "kind": "greeted",
            "isThere": client.ping(),
            "version": info["version"]["number"],
            "tagline": info["tagline"],
        }
    with open(task["file"], encoding="utf-8") as file:
        lines = file.read().rstrip("\n").split("\n")
    if task["verb"] == "raw":
        operations = [part for line in lines for part in ({"index": {"_index": "raw"}}, line)]
        items = client.bulk(operations=operations)["items"]
        return {"kind": "sent", "successful": 0, "statuses": [part["status"] for item in items for part in item.values()]}
    successful, errors = helpers.bulk(
        client,
        actions_of(task, lines),
        chunk_size=100_000,
        max_chunk_bytes=task["flushBytes"],
        raise_on_error=False,
        max_retries=2,
        initial_backoff=0.1,
    )
    return {
        "kind": "sent",
        "successful": successful,
        "statuses": [part["status"] for item in errors for part in item.values()],
    }


try:
    print(json.dumps(outcome_of(json.load(sys.stdin))))
except ApiError as cause:
    body = cause.body if isinstance(cause.body, dict) else {}
    error = body.get("error", {})
    print(json.dumps({"kind": "error", "name": type(cause).__name__, "status": cause.status_code, "type": error.get("type", "")}))
