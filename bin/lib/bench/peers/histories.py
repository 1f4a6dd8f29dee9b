"""Purchase histories out of a CSV of purchases: histories.py duckdb|polars|lifetimes LOG.csv UNTIL

For each customer the repeat days, the days from first to last and from first to UNTIL, and the mean of repeat days.
"""

import sys

from timing import Stopwatch

tool, log, until = sys.argv[1:]


def by_duckdb():
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute(
        "SET threads = 2; SET autoinstall_known_extensions = false; SET autoload_known_extensions = false"
    )
    with Stopwatch() as watch:
        connection.execute(
            """
            CREATE TABLE history AS
            WITH days AS (SELECT customer, date AS day, sum(amount) AS amount
                          FROM read_csv($log, header = true,
                              columns = {'customer': 'BIGINT', 'date': 'DATE', 'amount': 'DOUBLE'})
                          WHERE date <= CAST($until AS DATE) GROUP BY ALL)
            SELECT customer, count(*) - 1 AS frequency, max(day) - min(day) AS recency, CAST($until AS DATE) - min(day) AS age,
                   coalesce((sum(amount) - arg_min(amount, day)) / nullif(count(*) - 1, 0), 0) AS monetary
            FROM days GROUP BY customer""",
            {"log": log, "until": until},
        )
        count, total = connection.execute("SELECT count(*), CAST(sum(frequency) AS BIGINT) FROM history").fetchone()
    return watch, count, total


def by_polars():
    import polars as pl

    last = pl.lit(until).str.to_date()
    with Stopwatch() as watch:
        rows = pl.scan_csv(log, schema={"customer": pl.Int64, "date": pl.Date, "amount": pl.Float64}).filter(
            pl.col("date") <= last
        )
        days = rows.group_by("customer", "date").agg(pl.col("amount").sum())
        history = (
            days.group_by("customer")
            .agg(
                (pl.len() - 1).alias("frequency"),
                (pl.col("date").max() - pl.col("date").min()).dt.total_days().alias("recency"),
                (last - pl.col("date").min()).dt.total_days().alias("age"),
                ((pl.col("amount").sum() - pl.col("amount").sort_by("date").first()) / (pl.len() - 1)).alias(
                    "monetary"
                ),
            )
            .collect()
        )
        count, total = history.height, int(history["frequency"].cast(pl.Int64).sum())
    return watch, count, total


def by_lifetimes():
    import pandas
    from lifetimes.utils import summary_data_from_transaction_data

    with Stopwatch() as watch:
        rows = pandas.read_csv(log, parse_dates=["date"])
        history = summary_data_from_transaction_data(
            rows, "customer", "date", monetary_value_col="amount", observation_period_end=until, freq="D"
        )
        count, total = len(history), int(history["frequency"].sum())
    return watch, count, total


watch, count, total = {"duckdb": by_duckdb, "polars": by_polars, "lifetimes": by_lifetimes}[tool]()
watch.report(f"{count:,} customers, {total:,} repeats", customers=count, repeats=total)
