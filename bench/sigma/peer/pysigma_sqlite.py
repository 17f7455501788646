"""Times pySigma's SQLite back end: `pysigma_sqlite.py RULES.json EVENTS.jsonl ROUNDS`. Prints one line of JSON."""
import json
import re
import sqlite3
import sys
import time

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection

texts = json.load(open(sys.argv[1], encoding="utf8"))
events = [json.loads(line)["fields"] for line in open(sys.argv[2], encoding="utf8")]

start = time.process_time()
backend = sqliteBackend()
queries = []
refused = 0
for text in texts:
    try:
        collection = SigmaCollection.from_yaml(text)
        for query in backend.convert(collection):
            queries.append((str(collection.rules[0].id), query))
    except Exception:
        refused += 1
load_s = time.process_time() - start

columns = {name for event in events for name in event}
for _, query in queries:
    columns.update(re.findall(r"\b([A-Z][A-Za-z_0-9]*)\b(?=\s*(?:LIKE|=|IN|IS|REGEXP|<|>))", query))
unique = {name.lower(): name for name in columns}
names = sorted(unique.values())
patterns = {}


def regexp(pattern, value):
    if value is None:
        return 0
    compiled = patterns.get(pattern)
    if compiled is None:
        compiled = patterns[pattern] = re.compile(pattern)
    return 1 if compiled.search(str(value)) else 0


table = sqlite3.connect(":memory:")
table.create_function("regexp", 2, regexp, deterministic=True)
table.execute("CREATE TABLE logs (%s)" % ", ".join('"%s" TEXT COLLATE NOCASE' % name for name in names))
table.executemany(
    "INSERT INTO logs VALUES (%s)" % ", ".join("?" * len(names)),
    [[event.get(name) for name in names] for event in events],
)
start = time.process_time()
hits = {}
for rule, query in queries:
    try:
        found = len(table.execute(query).fetchall())
    except sqlite3.Error:
        refused += 1
        continue
    if found:
        hits[rule] = hits.get(rule, 0) + found
print(json.dumps({"rules": len(queries), "refused": refused, "loadS": load_s, "events": len(events),
                  "unroutedS": time.process_time() - start, "hits": hits}))
