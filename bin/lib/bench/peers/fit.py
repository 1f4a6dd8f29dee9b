"""Fits a model to histories: fit.py lifetimes|scipy bg-nbd|pareto-nbd HISTORIES.csv

lifetimes gets each customer as a row. The scipy reference, written from the likelihoods of Fader, Hardie and Lee
(2005) and of Schmittlein, Morrison and Colombo (1987), merges equal rows and gives them weights. The log-likelihood
reported is that of the reference at either one's parameters.
"""

import sys

import numpy as np
import polars as pl
from timing import Stopwatch

tool, model, file = sys.argv[1:]
table = pl.read_csv(file)
x, tx, age = (table[name].to_numpy().astype(float) for name in ("frequency", "recency", "age"))


def by_lifetimes():
    import lifetimes

    fitter = {"bg-nbd": lifetimes.BetaGeoFitter, "pareto-nbd": lifetimes.ParetoNBDFitter}[model](penalizer_coef=0.0)
    with Stopwatch() as watch:
        fitter.fit(x, tx, age)
    return watch, list(fitter.params_)


def bg_nbd(log_parameters, x, tx, age, weight):
    """Negative log-likelihood and its gradient in the logs of r, alpha, a, b."""
    from scipy.special import betaln, digamma, gammaln

    r, alpha, a, b = parameters = np.exp(log_parameters)
    again = x > 0
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + age)
    gone = np.where(
        again, betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + tx), -np.inf
    )
    both = np.logaddexp(alive, gone)
    left = np.where(again, np.exp(gone - both), 0.0)
    stays = 1 - left
    d_r = digamma(r + x) - digamma(r) + np.log(alpha) - stays * np.log(alpha + age) - left * np.log(alpha + tx)
    d_alpha = r / alpha - (r + x) * (stays / (alpha + age) + left / (alpha + tx))
    base, total = digamma(a + b), digamma(a + b + x)
    d_a = stays * digamma(a) + left * digamma(a + 1) - digamma(a) + base - total
    d_b = stays * digamma(b + x) + left * digamma(b + np.maximum(x, 1) - 1) - digamma(b) + base - total
    gradient = np.array([weight @ one for one in (d_r, d_alpha, d_a, d_b)]) * parameters
    return -(weight @ (common + both)), -gradient


def pareto_nbd(log_parameters, x, tx, age, weight):
    """Negative log-likelihood in the logs of r, alpha, s, beta."""
    from scipy.special import gammaln, hyp2f1

    r, alpha, s, beta = np.exp(log_parameters)
    larger, smaller = max(alpha, beta), min(alpha, beta)
    second = s + 1 if alpha >= beta else r + x
    power = r + s + x
    at_last = hyp2f1(power, second, power + 1, (larger - smaller) / (larger + tx)) / (larger + tx) ** power
    at_age = hyp2f1(power, second, power + 1, (larger - smaller) / (larger + age)) / (larger + age) ** power
    with np.errstate(divide="ignore"):
        gone = np.log(s / power) + np.log(np.maximum(at_last - at_age, 0))
    alive = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    return -(
        weight @ (gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.logaddexp(alive, gone))
    )


LIKELIHOOD = {"bg-nbd": bg_nbd, "pareto-nbd": pareto_nbd}[model]


def at(log_parameters, *columns):
    """The negative log-likelihood alone."""
    found = LIKELIHOOD(log_parameters, *columns)
    return found[0] if model == "bg-nbd" else found


def by_scipy():
    from scipy.optimize import minimize

    with Stopwatch() as watch:
        merged = pl.DataFrame({"x": x, "tx": tx, "age": age}).group_by("x", "tx", "age").len()
        columns = [merged[name].to_numpy().astype(float) for name in ("x", "tx", "age", "len")]
        scale = 1 / columns[3].sum()

        def mean(log_parameters):
            found = LIKELIHOOD(log_parameters, *columns)
            return (found[0] * scale, found[1] * scale) if model == "bg-nbd" else found * scale

        done = minimize(
            mean,
            np.log([1.0, 5.0, 1.0, 5.0]),
            jac=model == "bg-nbd",
            method="L-BFGS-B",
            options={"ftol": 1e-13, "gtol": 1e-7, "maxiter": 500},
        )
    return watch, list(np.exp(done.x))


watch, parameters = {"lifetimes": by_lifetimes, "scipy": by_scipy}[tool]()
likelihood = -at(np.log(parameters), x, tx, age, np.ones_like(x))
watch.report(f"LL {likelihood:.2f}", logLikelihood=likelihood, parameters=parameters)
