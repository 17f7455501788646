"""Rules as pySigma's SQLite back end reads them: `pysigma_rows.py RULES.json TABLES.jsonl`. Prints one line of JSON.

RULES.json is a list of texts. A line of TABLES.jsonl is a table: the names of its fields, its rows, the texts that keywords look
into, and the places of the rules to ask it. A row whose field is absent has null there.
"""
import json
import sqlite3
import sys

import re2
from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection

PREFIX = "SELECT * FROM logs WHERE "

texts = json.load(open(sys.argv[1], encoding="utf8"))
queries = []
refused = {}
for place, text in enumerate(texts):
    try:
        made = sqliteBackend(fulltext_field="texts").convert(SigmaCollection.from_yaml(text))
        if not all(query.startswith(PREFIX) for query in made):
            raise ValueError("no plain query")
        queries.append([query[len(PREFIX):] for query in made])
    except Exception as error:
        refused[place] = "%s: %s" % (type(error).__name__, str(error).split("\n")[0][:200])
        queries.append([])

patterns = {}


def regexp(pattern, value):
    """SQLite leaves REGEXP to the program; pySigma holds expressions to RE2, so that is what runs them."""
    if value is None:
        return None
    compiled = patterns.get(pattern)
    if compiled is None:
        compiled = patterns[pattern] = re2.compile(pattern)
    return 1 if compiled.search(str(value)) else 0


base = sqlite3.connect(":memory:")
base.create_function("regexp", 2, regexp, deterministic=True)
tables = []
for line in open(sys.argv[2], encoding="utf8"):
    table = json.loads(line)
    columns = {}
    for at, name in enumerate(table["names"]):
        columns.setdefault(name.lower(), []).append(at)
    named = [table["names"][places[0]] for places in columns.values()]
    base.execute("DROP TABLE IF EXISTS logs")
    base.execute('CREATE TABLE logs (row INTEGER, texts TEXT, %s)' % ", ".join(
        '"%s" TEXT COLLATE NOCASE' % name.replace('"', '""') for name in named))
    base.executemany("INSERT INTO logs VALUES (%s)" % ", ".join("?" * (len(named) + 2)), [
        [at, "\n".join(row["texts"])]
        + [next((row["values"][k] for k in places if row["values"][k] is not None), None) for places in columns.values()]
        for at, row in enumerate(table["rows"])])
    hits = {}
    failed = {}
    for rule in table["rules"]:
        found = set()
        try:
            for query in queries[rule]:
                found.update(row for row, in base.execute("SELECT row FROM logs WHERE " + query))
        except sqlite3.Error as error:
            failed[rule] = str(error)
        if found:
            hits[rule] = sorted(found)
    tables.append({"hits": hits, "failed": failed})
print(json.dumps({"refused": refused, "tables": tables}))
