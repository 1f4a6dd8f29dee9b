"""Writes experiment.json beside this file. Needs scipy 1.17.1 and statsmodels 0.15.0."""

import json
import pathlib

import numpy as np
from scipy import stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

random = np.random.default_rng(31)
treated = np.round(random.gamma(1.2, 30, 240), 2)
control = np.round(random.gamma(1.2, 26, 90), 2)
compare = CompareMeans(DescrStatsW(treated), DescrStatsW(control))
low, high = compare.zconfint_diff(alpha=0.05, usevar="unequal")
power = NormalIndPower()
result = {
    "source": "statsmodels 0.15.0 CompareMeans, NormalIndPower, samplesize_proportions_2indep_onetail; scipy 1.17.1",
    "treated": treated.tolist(),
    "control": control.tolist(),
    "difference": float(treated.mean() - control.mean()),
    "standardError": float(compare.std_meandiff_separatevar),
    "low": float(low),
    "high": float(high),
    "pValue": float(compare.ztest_ind(usevar="unequal")[1]),
    "meansPerArm": float(power.solve_power(effect_size=0.25, alpha=0.05, power=0.9, ratio=1)),
    "meansTreatedWithTenthHeldOut": float(power.solve_power(effect_size=0.25, alpha=0.05, power=0.8, ratio=1 / 9)),
    "sharesPerArm": float(
        samplesize_proportions_2indep_onetail(0.02, 0.05, 0.8, ratio=1, alpha=0.05, alternative="two-sided")
    ),
    "power": float(power.power(effect_size=0.3, nobs1=100, alpha=0.05, ratio=0.5)),
    "tLow": float(stats.t.interval(0.95, 6, loc=5.0, scale=stats.sem([3, 4, 5, 5, 5, 6, 7]))[0]),
}
pathlib.Path(__file__).with_name("experiment.json").write_text(json.dumps(result, indent=1) + "\n")
print({k: v for k, v in result.items() if not isinstance(v, list)})
