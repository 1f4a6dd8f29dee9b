"""Makes up purchases by the assumptions of MBG/NBD and Gamma-Gamma, with a seed: generate.py CUSTOMERS LOG.csv

Rates are gamma (r 0.9, alpha 4.5 weeks), the chance to leave after a purchase, the first too, is beta (a 0.6, b 3.6),
spend per purchase is gamma about a customer's own mean (p 6.25, q 3.74, v 15.44). First purchases fall on days of 2018
to 2020, the last day is 2021-09-26; rows are in the order of days. Columns: customer, date, amount.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

FIRST, LAST = np.datetime64("2018-01-01"), np.datetime64("2021-09-26")
ENTRY_DAYS = 1_096


def purchases(customers, chance):
    """Customer numbers and days since FIRST, one row a purchase."""
    rate = chance.gamma(0.9, 1 / 4.5, customers) / 7
    leave = chance.beta(0.6, 3.6, customers)
    day = chance.integers(0, ENTRY_DAYS, customers).astype(np.float64)
    last = float((LAST - FIRST).astype(int))
    alive = np.arange(customers)
    who, when = [alive], [day.astype(np.int32)]
    while alive.size:
        alive = alive[chance.random(alive.size) >= leave[alive]]
        day[alive] += chance.exponential(1 / np.maximum(rate[alive], 1e-12))
        alive = alive[day[alive] <= last]
        who.append(alive)
        when.append(day[alive].astype(np.int32))
    return np.concatenate(who), np.concatenate(when)


def main():
    customers, target = int(sys.argv[1]), Path(sys.argv[2])
    chance = np.random.default_rng(20_261_121)
    who, when = purchases(customers, chance)
    mean = 15.44 / np.maximum(chance.gamma(3.74, 1, customers), 1e-9)
    amount = np.maximum(0.01, np.round(chance.gamma(6.25, 1, who.size) * mean[who], 2))
    order = np.argsort(when, kind="stable")
    table = pl.DataFrame(
        {
            "customer": who[order].astype(np.int64) + 1,
            "date": pl.Series(when[order].astype(np.int32) + int(FIRST.astype(int)), dtype=pl.Int32).cast(pl.Date),
            "amount": amount[order],
        }
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    table.write_csv(partial, float_precision=2)
    partial.rename(target)
    print(f"{table.height} rows of {customers} customers")


if __name__ == "__main__":
    main()
