"""What the models of customer value cost, beside the tools that people use for them."""

import csv
import json
import sys

from measure import CACHE, HERE, Cost, Missing, best, peer, run

TITLE = "Analytics (least of several runs; peers without the start of Python)"
HEADER = ["task", "by", "wall", "CPU", "memory", "found"]
# So many customers make 9.75 million purchases.
CUSTOMERS, UNTIL = 1_005_250, "2021-09-26"
COLUMNS = ["--customer", "customer", "--date", "date", "--amount", "amount"]


def made_up_log():
    log = CACHE / "bench" / f"purchases-{CUSTOMERS}.csv"
    if not log.exists():
        run([sys.executable, HERE / "generate.py", CUSTOMERS, log])
    return log


def histories_of(log, name, until):
    """In a process of its own, so that this one stays small: a child begins with the memory of its parent."""
    target = CACHE / "bench" / name
    if not target.exists():
        run([sys.executable, HERE / "histories.py", log, until, target])
    return target


def cdnow_log():
    """The CDNOW master with commas and a header, units left out."""
    target = CACHE / "bench" / "cdnow.csv"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(CACHE / "data" / "CDNOW_master.txt", encoding="utf-8") as source, open(
            target, "w", newline=""
        ) as out:
            writer = csv.writer(out)
            writer.writerow(["customer", "date", "amount"])
            for line in source:
                cells = line.split()
                if len(cells) == 4 and cells[1].isdigit():
                    day = cells[1]
                    writer.writerow([cells[0], f"{day[:4]}-{day[4:6]}-{day[6:]}", cells[3]])
    return target


def fit_seconds(cost):
    """A fit's own seconds, as the command says them."""
    answer = json.loads(cost.output)
    if not answer.get("converged"):
        raise Missing("the fit did not converge")
    return answer["seconds"], answer


def ours_histories(program, log):
    cost = best(
        3,
        [
            program,
            "lifetime-value",
            "fit",
            log,
            *COLUMNS,
            "--model",
            "bg-nbd",
            "--until",
            UNTIL,
            "--unit",
            "week",
            "--json",
        ],
    )
    seconds, answer = fit_seconds(cost)
    note = f"{answer['customers']:,} customers; whole command less the fit"
    return Cost(cost.wall - seconds, cost.cpu, cost.megabytes, json.dumps({"note": note}))


def ours_fit(program, model, file, kind, times=3):
    source = [*COLUMNS, "--until", "1997-09-30", "--unit", "week"] if kind == "log" else ["--input", "histories"]
    cost = best(times, [program, "lifetime-value", "fit", file, *source, "--model", model, "--json"])
    seconds, answer = fit_seconds(cost)
    note = f"LL {answer['logLikelihood']:.2f}, {answer['iterations']} iterations"
    return Cost(seconds, cost.cpu, cost.megabytes, json.dumps({"note": note}))


def ours_score(program, file, *more):
    """Scoring alone, of histories that are read already; the fit and the files are not counted."""
    scores = CACHE / "bench" / "scores.csv"
    cost = best(
        3,
        [
            program,
            "lifetime-value",
            "score",
            file,
            "--input",
            "histories",
            "--model",
            "bg-nbd",
            "--horizon",
            "52",
            "--discount",
            "0.15",
            "--margin",
            "1",
            "--output",
            scores,
            "--json",
            *more,
        ],
    )
    answer = json.loads(cost.output)
    total = f"total {answer['totals']['lifetimeValue']:,.0f} at the fitted parameters, not those of the peers"
    note = f"{total}; whole command {cost.wall:.2f} s, whose CPU this is"
    return Cost(answer["secondsScoring"], cost.cpu, cost.megabytes, json.dumps({"note": note}))


def measure(program, table):
    log = made_up_log()
    cdnow = cdnow_log()
    million = histories_of(log, f"histories-{CUSTOMERS}.csv", UNTIL)
    shop = histories_of(cdnow, "cdnow-histories.csv", "1997-09-30")
    task = f"histories from {log.stat().st_size / 1e6:.0f} MB"
    table.take(task, "valuechain", lambda: ours_histories(program, log))
    for tool in ("duckdb", "polars", "lifetimes"):
        table.take(task, tool, lambda: peer("histories.py", tool, log, UNTIL, times=1 if tool == "lifetimes" else 3))
    table.take("BG/NBD fit, 1 million", "valuechain", lambda: ours_fit(program, "bg-nbd", million, "histories"))
    for tool in ("scipy", "lifetimes"):
        table.take("BG/NBD fit, 1 million", tool, lambda: peer("fit.py", tool, "bg-nbd", million))
    table.take("Pareto/NBD fit, CDNOW", "valuechain", lambda: ours_fit(program, "pareto-nbd", cdnow, "log"))
    for tool in ("scipy", "lifetimes"):
        table.take("Pareto/NBD fit, CDNOW", tool, lambda: peer("fit.py", tool, "pareto-nbd", shop))
    # The peers give a value and no bounds, so they stand beside ours without bounds.
    table.take("CLV of 1 million", "valuechain", lambda: ours_score(program, million, "--without-intervals"))
    for tool in ("numpy", "lifetimes"):
        table.take("CLV of 1 million", tool, lambda: peer("score.py", tool, million))
    table.take(
        "CLV of 1 million with 90 % intervals", "valuechain", lambda: ours_score(program, million, "--cover", "0.9")
    )
