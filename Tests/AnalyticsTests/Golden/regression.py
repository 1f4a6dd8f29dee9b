"""Writes regression.json beside this file. Needs statsmodels 0.15.0, scikit-learn 1.9.1 and lifelines 0.30.3 (data)."""

import json
import pathlib

import numpy as np
import statsmodels.api as sm
from lifelines.datasets import load_rossi
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

rossi = load_rossi()
names = ["fin", "age", "wexp", "mar", "prio"]
x = rossi[names].to_numpy(float)
y = rossi["arrest"].to_numpy(int)
design = sm.add_constant(x)

logit = sm.Logit(y, design).fit(disp=0, tol=1e-14, maxiter=200)
interval = logit.conf_int()
ridge = LogisticRegression(C=1 / 3.0, tol=1e-12, max_iter=100000, solver="newton-cholesky").fit(x, y)
predicted = logit.predict(design)

weight = (np.arange(len(y)) % 3) + 1
weighted = sm.GLM(y, design, family=sm.families.Binomial(), freq_weights=weight).fit(tol=1e-14)

week = rossi["week"].to_numpy(float)
ols = sm.OLS(week, design).fit()
new = sm.add_constant(np.array([[1.0, 30, 0, 1, 2], [0, 18, 1, 0, 9]]), has_constant="add")
frame = ols.get_prediction(new).summary_frame(alpha=0.05)

result = {
    "source": "statsmodels 0.15.0 Logit, GLM, OLS; scikit-learn 1.9.1 LogisticRegression and metrics; data rossi of lifelines",
    "features": x.tolist(),
    "outcomes": [bool(v) for v in y],
    "targets": week.tolist(),
    "logit": {
        "coefficients": logit.params.tolist(),
        "standardErrors": logit.bse.tolist(),
        "low": interval[:, 0].tolist(),
        "high": interval[:, 1].tolist(),
        "logLikelihood": float(logit.llf),
        "brier": float(brier_score_loss(y, predicted)),
        "auc": float(roc_auc_score(y, predicted)),
        "logLoss": float(log_loss(y, predicted)),
    },
    "ridge": {"strength": 3.0, "coefficients": [float(ridge.intercept_[0])] + ridge.coef_[0].tolist()},
    "weighted": {"coefficients": weighted.params.tolist(), "standardErrors": weighted.bse.tolist()},
    "ols": {
        "coefficients": ols.params.tolist(),
        "standardErrors": ols.bse.tolist(),
        "low": ols.conf_int()[:, 0].tolist(),
        "high": ols.conf_int()[:, 1].tolist(),
        "pValues": ols.pvalues.tolist(),
        "rSquared": float(ols.rsquared),
        "adjustedRSquared": float(ols.rsquared_adj),
        "residualDeviation": float(np.sqrt(ols.scale)),
        "new": new[:, 1:].tolist(),
        "mean": frame["mean"].tolist(),
        "meanLow": frame["mean_ci_lower"].tolist(),
        "meanHigh": frame["mean_ci_upper"].tolist(),
        "valueLow": frame["obs_ci_lower"].tolist(),
        "valueHigh": frame["obs_ci_upper"].tolist(),
    },
    "aucWithTies": float(roc_auc_score([0, 1, 0, 1, 1, 0, 1], [0.2, 0.2, 0.5, 0.5, 0.5, 0.7, 0.9])),
}
pathlib.Path(__file__).with_name("regression.json").write_text(json.dumps(result, indent=1) + "\n")
