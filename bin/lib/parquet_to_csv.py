"""Writes a Parquet table as CSV with a header: parquet_to_csv.py IN.parquet OUT.csv

Row order is kept, timestamps are written in UTC as 2017-01-01T11:53:26.
"""

import sys

import duckdb

source, target = sys.argv[1:]
connection = duckdb.connect(":memory:")
connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
connection.execute("SET preserve_insertion_order = true; SET threads = 2")
connection.execute(
    "COPY (SELECT * FROM read_parquet($source)) TO '" + target.replace("'", "''") + "'"
    " (FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S')",
    {"source": source},
)
