"""Writes a Parquet table as CSV with a header: parquet_to_csv.py IN.parquet OUT.csv

Row order is kept, timestamps are written in UTC as 2017-01-01T11:53:26, numbers with a fraction to the cent: they are
amounts, and a few hold the dust of binary arithmetic (1.8e-15).
"""

import sys

import duckdb

source, target = sys.argv[1:]
connection = duckdb.connect(":memory:")
connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
connection.execute("SET preserve_insertion_order = true; SET threads = 2")
columns = connection.execute("DESCRIBE SELECT * FROM read_parquet($source)", {"source": source}).fetchall()
amounts = [f'CAST(round("{name}", 2) AS DECIMAL(18, 2)) AS "{name}"' for name, kind, *_ in columns if kind == "DOUBLE"]
rounded = f" REPLACE ({', '.join(amounts)})" if amounts else ""
connection.execute(
    f"COPY (SELECT *{rounded} FROM read_parquet($source)) TO '" + target.replace("'", "''") + "'"
    " (FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S')",
    {"source": source},
)
