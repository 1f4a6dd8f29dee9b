"""Values customers: score.py lifetimes|numpy HISTORIES.csv

P(alive), purchases expected in 52 weeks, and CLV over twelve months by BG/NBD and Gamma-Gamma at 15 % a year. The
parameters are those the made-up purchases were drawn from.
"""

import sys

import numpy as np
import polars as pl
from timing import Stopwatch

tool, file = sys.argv[1:]
table = pl.read_csv(file)
x, tx, age, mean = (table[name].to_numpy().astype(float) for name in ("frequency", "recency", "age", "monetary"))
R, ALPHA, A, B = 0.9, 4.5, 0.6, 3.6
P, Q, V = 6.25, 3.74, 15.44
MONTH, MONTHS, YEARLY = 52 / 12, 12, 0.15


def by_lifetimes():
    import pandas
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    purchases, spend = BetaGeoFitter(), GammaGammaFitter()
    purchases.params_ = pandas.Series({"r": R, "alpha": ALPHA, "a": A, "b": B})
    purchases.predict = purchases.conditional_expected_number_of_purchases_up_to_time
    spend.params_ = pandas.Series({"p": P, "q": Q, "v": V})
    columns = [pandas.Series(one) for one in (x, tx, age, mean)]
    with Stopwatch() as watch:
        purchases.conditional_probability_alive(x, tx, age)
        purchases.conditional_expected_number_of_purchases_up_to_time(52, *columns[:3])
        value = spend.customer_lifetime_value(
            purchases, *columns, time=MONTHS, discount_rate=(1 + YEARLY) ** (1 / 12) - 1, freq="W"
        )
    return watch, float(value.sum())


def by_numpy():
    from scipy.special import hyp2f1

    with Stopwatch() as watch:
        gone = np.where(x > 0, A / np.maximum(B + x - 1, 1e-9) * ((ALPHA + age) / (ALPHA + tx)) ** (R + x), 0.0)
        alive = 1 / (1 + gone)

        def expected(weeks):
            until = ALPHA + age + weeks
            series = hyp2f1(R + x, B + x, A + B + x - 1, weeks / until)
            return (A + B + x - 1) / (A - 1) * (1 - ((ALPHA + age) / until) ** (R + x) * series) * alive

        expected(52.0)
        spend = P * (V + x * mean) / (P * x + Q - 1)
        value, before = np.zeros_like(x), 0.0
        for month in range(1, MONTHS + 1):
            now = expected(month * MONTH)
            value += (now - before) * spend / (1 + YEARLY) ** (month / 12)
            before = now
    return watch, float(value.sum())


watch, total = {"lifetimes": by_lifetimes, "numpy": by_numpy}[tool]()
watch.report(f"total {total:,.0f}", total=total)
