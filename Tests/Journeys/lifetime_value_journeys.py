"""Customer value on the command line: the papers' numbers, scores that are numbers, and files refused in words."""

import csv
import datetime
import gzip
import math
import re

from harness import CACHE, journey, require

SAMPLE = CACHE / "data" / "CDNOW_sample.txt"
DONATIONS = CACHE / "data" / "donations.csv"
HEADER = "customer,date,amount\n"
HISTORIES = "customer,frequency,recency,age,monetary,weight\n"
NEXT_YEAR = (datetime.date.today() + datetime.timedelta(days=400)).isoformat()

# Fader, Hardie and Lee 2005 (both papers); Batislam, Denizel and Filiztekin 2007; digits by tight independent fits.
GOLDEN = [
    ("bg-nbd", -9582.42921, dict(r=0.242595, alpha=4.413602, a=0.792922, b=2.425907), dict(r=0.01256, alpha=0.37822)),
    ("mbg-nbd", -9582.13572, dict(r=0.524843, alpha=6.183085, a=0.891359, b=1.614002), dict(r=0.08327, a=0.15479)),
    ("pareto-nbd", -9594.97618, dict(r=0.553277, alpha=10.577683, s=0.606240, beta=11.668734), dict(r=0.04763)),
    ("nbd", -9763.65761, dict(r=0.384766, alpha=12.072014), {}),
    ("gamma-gamma", -4055.91769, dict(p=6.249572, q=3.744225, gamma=15.443521), dict(p=1.19007, q=0.29014)),
]


def fit(world, file, *options, **more):
    return world.json("lifetime-value", "fit", file, *options, **more)


def require_near(found, expected, tolerance, what):
    require(abs(found - expected) <= tolerance, f"{what} is {found}, not {expected}")


def require_fit(answer, likelihood, parameters, errors):
    require_near(answer["logLikelihood"], likelihood, 1e-4, "the log-likelihood")
    for name, expected in parameters.items():
        loose = 3e-3 if name in ("s", "beta") and answer["model"] == "pareto-nbd" else 1e-3
        require_near(answer["parameters"][name], expected, loose * expected, name)
    for name, expected in errors.items():
        require_near(answer["standardErrors"][name], expected, 2e-3 * expected, f"the standard error of {name}")
    free = len(answer["standardErrors"])
    require_near(answer["aic"], 2 * free - 2 * likelihood, 1e-3, "AIC")
    require_near(answer["bic"], free * math.log(answer["customers"]) - 2 * likelihood, 1e-3, "BIC")
    require(answer["converged"] is True and answer["iterations"] > 0, "not converged")
    require(0 < answer["seconds"] < 60, f"the fit took {answer['seconds']} s")


@journey
def models_of_the_record_shop_have_the_numbers_of_the_papers(world):
    for model, likelihood, parameters, errors in GOLDEN:
        answer = fit(world, SAMPLE, "--model", model, "--until", "1997-09-30", "--unit", "week")
        require(answer["model"] == model, f"fitted {answer['model']}")
        customers = 946 if model == "gamma-gamma" else 2357
        require((answer["customers"], answer["repeatCustomers"]) == (customers, 946), f"not the customers: {answer}")
        require_fit(answer, likelihood, parameters, errors)
        if model == "gamma-gamma":
            require_near(answer["spendFrequency"]["correlation"], 0.11389, 1e-5, "the correlation")


@journey
def a_fit_takes_columns_by_name_and_number_and_a_compressed_file(world):
    folder = world.folder()
    rows = [line.split() for line in SAMPLE.read_text().splitlines() if line.strip()]
    text = "Wert;Kauf am;Nummer\n"
    for number, _, day, _, amount in rows:
        text += f"{amount.replace('.', ',')};{day[6:]}.{day[4:6]}.{day[:4]};{number}\n"
    german = folder / "kaeufe.csv.gz"
    german.write_bytes(gzip.compress(text.encode()))
    options = ("--model", "bg-nbd", "--until", "1997-09-30")
    by_name = fit(world, german, "--customer", "Nummer", "--date", "Kauf am", "--amount", "Wert", *options)
    by_number = fit(world, german, "--customer", "#3", "--date", "#2", "--amount", "#1", *options)
    for answer in (by_name, by_number):
        require_fit(answer, *GOLDEN[0][1:])
    through_pipe = fit(world, "-", *options, input=SAMPLE.read_text())
    require_fit(through_pipe, *GOLDEN[0][1:])


@journey
def donations_with_weights_and_a_cohort_under_contract_have_the_numbers_of_the_papers(world):
    answer = fit(world, DONATIONS, "--input", "histories", "--model", "bg-bb", "--unit", "year")
    require(answer["customers"] == 11104, f"not the donors: {answer['customers']}")
    parameters = dict(alpha=1.203522, beta=0.749716, gamma=0.656718, delta=2.783442)
    require_fit(answer, -33225.58127, parameters, dict(alpha=0.06939, delta=0.32082))
    cohort = world.folder() / "cohort.csv"
    left = [1000, 631, 468, 382, 326, 289, 262, 241]
    cohort.write_text("year,survivors\n" + "".join(f"{year},{count}\n" for year, count in enumerate(left)))
    answer = fit(world, cohort, "--input", "survivors", "--model", "sbg")
    require_near(answer["logLikelihood"], -1680.265, 1e-3, "the log-likelihood")
    require_near(answer["parameters"]["alpha"], 0.704077, 1e-4, "alpha")
    require_near(answer["parameters"]["beta"], 1.182043, 1e-4, "beta")


def score(world, file, *options):
    target = world.folder() / "scores.csv"
    answer = world.json("lifetime-value", "score", file, *options, "--output", target)
    with open(target, newline="") as text:
        return answer, list(csv.DictReader(text))


def require_numbers(rows):
    for row in rows:
        for name, cell in row.items():
            if name != "customer":
                require(cell != "" and math.isfinite(float(cell)), f"{name} of {row['customer']} is “{cell}”")
        low, high = float(row["expected_low"]), float(row["expected_high"])
        require(0 <= low <= high, f"purchases from {low} to {high}")
        require(0 <= float(row["clv_low"]) <= float(row["clv_high"]), f"not an interval: {row}")
        require(0 <= float(row["p_alive"]) <= 1, f"not a chance: {row}")


@journey
def every_customer_of_the_record_shop_is_scored_with_intervals(world):
    expected = {"bg-nbd": (1653.409, 1917.278), "mbg-nbd": (1576.728, 1057.636), "pareto-nbd": (1665.513, 1051.875)}
    for model, (purchases, alive) in expected.items():
        options = ("--model", model, "--until", "1997-09-30", "--horizon", "39", "--discount", "0.15", "--margin", "1")
        answer, rows = score(world, SAMPLE, *options)
        require(len(rows) == 2357 and answer["customers"] == 2357, f"{len(rows)} rows")
        require_numbers(rows)
        require_near(sum(float(row["expected_purchases"]) for row in rows), purchases, 0.5, f"purchases by {model}")
        require_near(answer["totals"]["expectedPurchases"], purchases, 0.5, "the total")
        require_near(sum(float(row["p_alive"]) for row in rows), alive, 0.5, f"alive by {model}")
        require_near(sum(float(row["clv"]) for row in rows), answer["totals"]["lifetimeValue"], 0.01, "the total value")
        first = rows[0]
        require((first["customer"], first["frequency"]) == ("00004", "2"), f"another first customer: {first}")
        require_near(float(first["monetary"]), 22.345, 1e-9, "the mean spend")
        if model == "bg-nbd":
            require_near(float(first["expected_purchases"]), 1.225994, 1e-5, "Hardie's worked example")
            silent = [row for row in rows if row["frequency"] == "0"]
            require(all(float(row["p_alive"]) == 1 for row in silent), "BG/NBD knows nothing of the silent")
            require(any("P(alive)" in note for note in answer["notes"]), f"nothing warns of it: {answer['notes']}")


@journey
def scores_follow_discount_and_margin_and_keep_names_safe(world):
    folder = world.folder()
    text = HEADER
    for number, _, day, _, amount in map(str.split, SAMPLE.read_text().splitlines()):
        text += f'"=cmd({number})",{day[:4]}-{day[4:6]}-{day[6:]},{amount}\n'
    named = folder / "names.csv"
    named.write_text(text)
    options = ("--until", "1997-09-30", "--horizon", "52")
    full, rows = score(world, named, *options, "--margin", "1", "--discount", "0")
    part, _ = score(world, named, *options, "--margin", "0.3", "--discount", "0")
    less, _ = score(world, named, *options, "--margin", "1", "--discount", "0.15")
    value = full["totals"]["lifetimeValue"]
    require_near(part["totals"]["lifetimeValue"], 0.3 * value, 1e-6 * value, "value at a margin of 30 %")
    # A year's purchases come, on average, before its middle: the rate is of a year, not of a week.
    require(0.9 * value < less["totals"]["lifetimeValue"] < 0.96 * value, f"{less['totals']} of {value}")
    require(all(row["customer"].startswith("'=cmd(") for row in rows), f"a formula: {rows[0]}")
    quick, bare = score(world, named, *options, "--without-intervals", "--without-spend")
    require_near(quick["totals"]["expectedPurchases"], full["totals"]["expectedPurchases"], 1e-6, "the purchases")
    require("lifetimeValue" not in quick["totals"], "a value without spend")
    require(all(row["expected_low"] == row["clv"] == row["clv_high"] == "" for row in bare), f"not left out: {bare[0]}")
    require({"model"} <= set(full["defaults"]) and "horizon" not in full["defaults"], f"defaults: {full['defaults']}")


@journey
def the_scorecard_of_the_record_shop_proposes_a_model_with_the_reason(world):
    answer = world.json("lifetime-value", "compare", SAMPLE, "--until", "1998-03-31")
    require(answer["use"] == "model" and answer["proposed"] == answer["scores"][0]["model"], f"{answer['reason']}")
    losses = [row["loss"] for row in answer["scores"]]
    require(losses == sorted(losses) and len(losses) == 6, f"losses {losses}")
    for row in answer["scores"]:
        require(len(row["origins"]) == 3 and len(row["calibration"]) == 10, f"not whole: {row['model']}")
        require(row["tracking"][-1]["actual"] > 2457, f"does not track to the end: {row['model']}")
        require(all(one["origin"] <= "1998-03-31" for one in row["origins"]), "an origin after the end")
        require(row["fit"]["converged"], f"{row['model']} did not converge")
        if row["model"] in ("bg-nbd", "bg-cnbd-k"):
            require(any("P(alive)" in one for one in row["cautions"]), f"no caution: {row['cautions']}")


@journey
def covariates_move_the_parameters_of_their_customers(world):
    folder = world.folder()
    customers = sorted({line.split()[0] for line in SAMPLE.read_text().splitlines() if line.strip()})
    rows = [f"{name},{index % 2}\n" for index, name in enumerate(customers)]
    numbers = folder / "covariates.csv"
    numbers.write_text("customer,channel\n" + "".join(rows))
    for model, extra in (("bg-nbd", 3), ("mbg-nbd", 3), ("pareto-nbd", 2)):
        options = ("--model", model, "--until", "1997-09-30", "--covariates", numbers)
        answer = fit(world, SAMPLE, *options)
        plain = next(row[1] for row in GOLDEN if row[0] == model)
        require(answer["logLikelihood"] > plain, f"{model} is worse with a covariate")
        named = [name for name in answer["parameters"] if name.endswith(":channel")]
        require(0 < len(named) <= extra, f"coefficients {named}")
        require(set(named) <= set(answer["standardErrors"]), f"no standard error of {named}")
    options = ("--model", "bg-nbd", "--until", "1997-09-30", "--horizon", "39", "--covariates", numbers)
    _, scores = score(world, SAMPLE, *options)
    require(len(scores) == 2357, f"{len(scores)} rows")
    require_numbers(scores)
    numbers.write_text("customer,channel\n" + "".join(rows[1:]))
    refused(world, ("fit", SAMPLE, "--model", "bg-nbd", "--covariates", numbers), customers[0])
    numbers.write_text("customer,channel\n" + "".join(f"{name},red\n" for name in customers))
    refused(world, ("fit", SAMPLE, "--model", "bg-nbd", "--covariates", numbers), r"channel.*red")


def refused(world, arguments, words):
    done = world.run("lifetime-value", *arguments, expect=1)
    require(done.stdout == "", f"an answer in spite of the refusal: {done.stdout[:300]}")
    require(re.search(words, done.stderr, re.DOTALL), f"the refusal does not say {words}: {done.stderr[:800]}")
    require("Problem(" not in done.stderr and "Fatal" not in done.stderr, f"not for people: {done.stderr[:800]}")
    require(done.stderr.count("\n") >= 2, f"no mend: {done.stderr[:800]}")


def purchases(*rows):
    return (HEADER + "".join(f"{row}\n" for row in rows)).encode()


# What the file is, its bytes, the words of the refusal. The column that is wrong must be named.
BAD_LOGS = [
    ("an empty file", b"", r"empty"),
    ("a header alone", HEADER.encode(), r"no rows|header"),
    ("two columns of one name", b"customer,date,amount,Amount\nada,2020-01-02,5.00,6.00\n", r"(?i)amount"),
    ("a missing column", b"customer,amount\nada,5.00\n", r"(?i)date"),
    ("a NUL byte", purchases("ada,2020-01-02,5.00", "c\0d,2020-01-04,5.00"), r"(?i)line 3"),
    ("a cell of ten megabytes", purchases("ada,2020-01-02,5.00", "c" * 10_000_000 + ",2020-01-04,5.00"), r"(?i)line 3"),
    ("dates in both orders", purchases("ada,13/04/2020,5.00", "bob,04/13/2020,5.00"), r"(?i)date"),
    ("dates of either order", purchases("ada,03/04/2020,5.00", "bob,05/06/2020,5.00"), r"(?i)date"),
    ("a comma in a number with a point", purchases("ada,2020-01-02,5.25", 'bob,2020-01-03,"1,5"'), r"amount.*1,5"),
    ("letters after a number", purchases("ada,2020-01-02,5.25", "bob,2020-01-03,12abc"), r"amount.*12abc"),
    ("NaN", purchases("ada,2020-01-02,5.25", "bob,2020-01-03,NaN"), r"amount.*NaN"),
    ("a number beyond all bounds", purchases("ada,2020-01-02,5.25", "bob,2020-01-03,1e999"), r"amount.*1e999"),
    ("a day that does not exist", purchases("ada,2020-01-02,5.25", "bob,2020-02-30,5.00"), r"date.*2020-02-30"),
    ("a day in the future", purchases("ada,2020-01-02,5.25", f"bob,{NEXT_YEAR},5.00"), rf"date.*{NEXT_YEAR}"),
    ("an empty customer", purchases("ada,2020-01-02,5.25", ",2020-01-03,5.00"), r"customer.*empty"),
    ("a cell too few", purchases("ada,2020-01-02,5.25", "bob,2020-01-03"), r"(?i)line 3"),
    ("one purchase of one customer", purchases("ada,2020-01-02,5.00"), r"date|amount"),
    ("all purchases on one day", purchases(*(f"c{n},2020-01-02,{n}.50" for n in range(1, 99))), r"date|amount"),
    ("no customer who came again", purchases(*(f"c{n},2020-01-{n % 28 + 1:02},5" for n in range(99))), r"date|amount"),
    ("only returns", purchases("ada,2020-01-02,-5.00", "bob,2020-02-02,-6.00"), r"amount"),
    ("a cut gzip file", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b", r"(?i)gz|compress|cut|end"),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20, r"(?i)not|text|column|NUL|binary"),
]

GOOD_ROW = "ada,2,10.5,38,12.5,1\n"
BAD_HISTORIES = [
    ("a count that is not whole", "bob,1.5,10,38,12.5,1\n", r"frequency.*whole"),
    ("a count below zero", "bob,-1,10,38,12.5,1\n", r"frequency"),
    ("a count of a thousand million", "bob,1e9,10,38,12.5,1\n", r"frequency"),
    ("an age of zero", "bob,0,0,0,0,1\n", r"age.*zero"),
    ("recency after age", "bob,2,39,38,12.5,1\n", r"recency"),
    ("repeats without recency", "bob,2,0,38,12.5,1\n", r"recency"),
    ("a negative spend", "bob,2,10,38,-12.5,1\n", r"monetary"),
    ("a negative weight", "bob,2,10,38,12.5,-1\n", r"weight"),
    ("NaN in a history", "bob,2,NaN,38,12.5,1\n", r"recency.*NaN"),
    ("infinity in a history", "bob,2,10,1e999,12.5,1\n", r"age.*1e999"),
    ("a hexadecimal number", "bob,2,10,0x26,12.5,1\n", r"age.*0x26"),
    ("an empty cell", "bob,2,,38,12.5,1\n", r"recency.*empty"),
    ("a comma in a history", 'bob,2,"10,5",38,12.5,1\n', r"recency.*10,5"),
]

BAD_COHORTS = [
    ("survivors that rise", "survivors\n1000\n631\n700\n", r"survivors"),
    ("survivors below zero", "survivors\n1000\n631\n-1\n", r"survivors"),
    ("two counts of survivors", "survivors\n1000\n631\n", r"survivors"),
    ("a cohort nobody left", "survivors\n1000\n1000\n1000\n", r"survivors"),
    ("periods out of order", "period,survivors\n0,1000\n2,631\n1,500\n", r"period"),
]


def bad_log(world, content, words):
    table = world.folder() / "purchases.csv"
    table.write_bytes(content)
    for model in ("bg-nbd", "pareto-nbd", "bg-bb", "gamma-gamma"):
        refused(world, ("fit", table, "--model", model, "--json"), words if model != "bg-bb" else r".")
    refused(world, ("score", table), words)
    refused(world, ("compare", table, "--json"), words)


def declare(about, test):
    test.__name__ = re.sub(r"\W+", "_", f"a model is not fitted to {about}")
    journey(test)


for about, content, words in BAD_LOGS:
    declare(about, lambda world, content=content, words=words: bad_log(world, content, words))


@journey
def one_customer_is_no_base_for_a_model_and_the_scorecard_says_so(world):
    table = world.folder() / "one.csv"
    table.write_bytes(purchases("ada,2020-01-02,5.00", "ada,2020-02-02,6.00", "ada,2020-04-02,7.00"))
    for model in ("nbd", "bg-nbd", "mbg-nbd", "bg-cnbd-k", "mbg-cnbd-k", "pareto-nbd", "bg-bb", "gamma-gamma"):
        refused(world, ("fit", table, "--model", model, "--json"), "no maximum|None|not converge|orders")
    answer = world.json("lifetime-value", "compare", table)
    require(answer["use"] == "past-only" and "proposed" not in answer, f"it proposes {answer}")
    require(all(row["refusal"] for row in answer["scores"]), "a model was fitted to one customer")


@journey
def histories_and_cohorts_that_cannot_be_are_refused_with_their_column(world):
    folder = world.folder()
    for number, (about, row, words) in enumerate(BAD_HISTORIES):
        table = folder / f"{number}.csv"
        table.write_text(HISTORIES + GOOD_ROW + row + GOOD_ROW.replace("ada", "cyd"))
        for command in ("fit", "score"):
            done = world.run("lifetime-value", command, table, "--input", "histories", "--model", "bg-nbd", expect=1)
            require(re.search(words, done.stderr), f"{about}: {done.stderr}")
            require(re.search(r"(?i)line:? 3", done.stderr), f"{about}: the line is not named: {done.stderr}")
            require(done.stdout == "", f"{about}: an answer")
    for number, (_, text, words) in enumerate(BAD_COHORTS):
        table = folder / f"cohort-{number}.csv"
        table.write_text(text)
        refused(world, ("fit", table, "--input", "survivors"), words)
    table.write_text("frequency,recency\n1,2\n")
    refused(world, ("fit", table, "--input", "histories"), r"age.*Found")


@journey
def contradicting_options_are_wrong_usage(world):
    for arguments in (
        ("fit", SAMPLE, "--model", "no-such-model"),
        ("fit", SAMPLE, "--until", "30.9.1997"),
        ("fit", SAMPLE, "--unit", "fortnight"),
        ("fit", SAMPLE, "--model", "bg-nbd", "--regularity", "2"),
        ("fit", SAMPLE, "--model", "sbg"),
        ("fit", DONATIONS, "--input", "histories", "--until", "1997-09-30"),
        ("score", SAMPLE, "--json"),
        ("score", SAMPLE, "--model", "gamma-gamma"),
        ("compare", SAMPLE, "--origins", "0"),
        ("compare", SAMPLE, "--model", "bg-bb"),
        ("fit",),
    ):
        world.run("lifetime-value", *arguments, expect=2)
    refused(world, ("fit", world.scratch / "not-there.csv"), "not-there.csv")
    refused(world, ("fit", SAMPLE, "--until", NEXT_YEAR), "until.*future")
    refused(world, ("fit", SAMPLE, "--until", "1996-12-31"), "until")
    refused(world, ("score", SAMPLE, "--horizon=-1"), "horizon")
    refused(world, ("score", SAMPLE, "--discount=-2"), "discount")
    refused(world, ("score", SAMPLE, "--margin", "30"), "margin")
    refused(world, ("score", SAMPLE, "--output", world.scratch / "nowhere" / "scores.csv"), "output.*nowhere")
