"""Writes forecast.json beside this file. Needs statsmodels 0.15.0."""

import json
import pathlib

import numpy as np
from statsmodels.tsa.seasonal import seasonal_decompose

random = np.random.default_rng(13)


def case(period, model, length):
    time = np.arange(length)
    season = np.sin(2 * np.pi * time / period)
    noise = random.normal(0, 3, length)
    series = 100 + 0.8 * time + noise + 20 * season if model == "additive" else (100 + 0.8 * time) * (1 + 0.2 * season) + noise
    parts = seasonal_decompose(series, model=model, period=period)
    pattern = parts.seasonal[:period]
    plain = series - parts.seasonal if model == "additive" else series / parts.seasonal
    slope, intercept = np.polyfit(time, plain, 1)
    ahead = np.arange(length, length + 6)
    trend = intercept + slope * ahead
    repeated = pattern[ahead % period]
    return {
        "season": period,
        "form": model,
        "history": series.tolist(),
        "pattern": pattern.tolist(),
        "forecast": (trend + repeated if model == "additive" else trend * repeated).tolist(),
    }


result = {
    "source": "statsmodels 0.15.0 seasonal_decompose and a straight line by numpy",
    "cases": [
        case(4, "additive", 23),
        case(4, "multiplicative", 23),
        case(7, "additive", 40),
        case(7, "multiplicative", 14),
        case(12, "multiplicative", 61),
    ],
}
pathlib.Path(__file__).with_name("forecast.json").write_text(json.dumps(result, indent=1) + "\n")
