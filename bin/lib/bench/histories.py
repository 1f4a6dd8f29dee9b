"""Histories as the fits and scores get them: histories.py LOG.csv UNTIL OUT.csv

Columns: customer, frequency, recency and age in weeks, monetary (mean of the repeat days).
"""

import sys
from pathlib import Path

import polars as pl

log, until, target = sys.argv[1], sys.argv[2], Path(sys.argv[3])
last = pl.lit(until).str.to_date()
days = (
    pl.scan_csv(log, try_parse_dates=True)
    .filter(pl.col("date") <= last)
    .group_by("customer", "date")
    .agg(pl.col("amount").sum())
)
repeats = pl.len() - 1
table = (
    days.group_by("customer")
    .agg(
        repeats.alias("frequency"),
        ((pl.col("date").max() - pl.col("date").min()).dt.total_days() / 7).alias("recency"),
        ((last - pl.col("date").min()).dt.total_days() / 7).alias("age"),
        ((pl.col("amount").sum() - pl.col("amount").sort_by("date").first()) / repeats).fill_nan(0).alias("monetary"),
    )
    .sort("customer")
    .collect()
)
partial = target.with_suffix(".partial")
table.write_csv(partial)
partial.rename(target)
