"""Puts the rows of a file of customers into bare SQLite: the same tables, the same indexes, nothing asked or checked.

sqlite_customers.py FILE COMPANY DATABASE: makes DATABASE with the tables of the store COMPANY and fills it.
"""

import csv
import json
import resource
import sqlite3
import sys
import time

file, company, database = sys.argv[1:]
connection = sqlite3.connect(database)
wanted = "('customer', 'customer_key', 'customer_trait')"
source = sqlite3.connect(f"file:{company}?mode=ro", uri=True)
for (sql,) in source.execute(
    f"SELECT sql FROM sqlite_schema WHERE tbl_name IN {wanted} AND sql IS NOT NULL ORDER BY type DESC"
):
    connection.execute(sql)
connection.execute("PRAGMA journal_mode = WAL")
began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
with open(file, encoding="utf-8", newline="") as text:
    reader = csv.reader(text)
    traits = next(reader)[3:]
    rows = list(reader)
connection.executemany(
    "INSERT INTO customer (id, kind, name, folded, email, import_id, created_at) VALUES (?, 'person', ?, ?, ?, 1, 0)",
    ((number, row[1], row[1].lower(), row[2]) for number, row in enumerate(rows, 1)),
)
connection.executemany(
    "INSERT INTO customer_key (source_id, external_id, customer_id) VALUES (1, ?, ?)",
    ((row[0], number) for number, row in enumerate(rows, 1)),
)
connection.executemany(
    "INSERT INTO customer_trait (customer_id, name, value, source_id, import_id, at) VALUES (?, ?, ?, 1, 1, 0)",
    ((number, name, value) for number, row in enumerate(rows, 1) for name, value in zip(traits, row[3:])),
)
connection.commit()
ended = resource.getrusage(resource.RUSAGE_SELF)
cpu = ended.ru_utime + ended.ru_stime - used.ru_utime - used.ru_stime
print(json.dumps({"seconds": time.monotonic() - began, "cpu": cpu, "note": f"{len(rows)} customers"}))
