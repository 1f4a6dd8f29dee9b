"""Writes survival.json beside this file. Needs lifelines 0.30.3 (its data set rossi is used)."""

import json
import pathlib

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_rossi
from lifelines.statistics import logrank_test


def case(durations, observed, weights=None, entry=None, times=()):
    fit = KaplanMeierFitter().fit(durations, observed, weights=weights, entry=entry, alpha=0.05)
    bounds = fit.confidence_interval_
    return {
        "durations": [float(x) for x in durations],
        "observed": [bool(x) for x in observed],
        "weights": None if weights is None else [float(x) for x in weights],
        "entries": None if entry is None else [float(x) for x in entry],
        "times": list(times),
        "survival": [float(fit.predict(t)) for t in times],
        "low": [float(bounds.iloc[:, 0].asof(t)) for t in times],
        "high": [float(bounds.iloc[:, 1].asof(t)) for t in times],
        "median": None if np.isinf(fit.median_survival_time_) else float(fit.median_survival_time_),
    }


rossi = load_rossi()
random = np.random.default_rng(20261121)
entry = np.round(random.uniform(0, 4, 120), 1)
late = entry + np.round(random.exponential(6, 120), 1) + 0.1
test = logrank_test(
    rossi.week[rossi.fin == 1], rossi.week[rossi.fin == 0], rossi.arrest[rossi.fin == 1], rossi.arrest[rossi.fin == 0]
)
result = {
    "source": "lifelines 0.30.3, KaplanMeierFitter and logrank_test",
    "rossi": case(rossi.week, rossi.arrest, times=[1, 10, 20, 30, 40, 52]),
    "weighted": case([1, 2, 2, 3, 5, 8], [1, 1, 0, 1, 0, 1], weights=[3, 1, 2, 4, 1, 2], times=[1, 2, 3, 5, 7]),
    "lateEntry": case(late, random.uniform(size=120) < 0.7, entry=entry, times=[4.5, 6, 8, 10, 14]),
    "logRank": {
        "groups": [int(x) for x in rossi.fin],
        "statistic": float(test.test_statistic),
        "pValue": float(test.p_value),
    },
}
pathlib.Path(__file__).with_name("survival.json").write_text(json.dumps(result, indent=1) + "\n")
