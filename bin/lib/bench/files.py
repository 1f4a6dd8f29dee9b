"""What files cost: 100,000 customers coming in with a look for duplicates, and going out, beside bare SQLite."""

import random
import shutil
import tempfile
from pathlib import Path

from measure import Missing, peer, run

TITLE = "Files (wanted: 100,000 customers in under 5 s and within five times of bare SQLite, out under 3 s)"
HEADER = ["task", "by", "wall", "CPU", "memory", "found"]
ROWS = 100_000
IN_SECONDS, IN_TIMES, OUT_SECONDS = 5, 5, 3


def customers(path):
    chance = random.Random(20_261_122)
    given = ["Ada", "Ben", "Cyd", "Dora", "Emil", "Freya", "Gül", "Hans", "Ida", "Jürgen"]
    family = ["Müller", "Smith", "Garcia", "Dubois", "Jansen", "Rossi", "Novak", "Silva", "Kowalski", "Larsen"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("customer,name,email,city,segment\n")
        for number in range(ROWS):
            name = f"{chance.choice(given)} {chance.choice(family)}"
            file.write(f"C{number:06},{name} {number},c{number}@example.org,Town {number % 900},{'ABC'[number % 3]}\n")


def measure(program, table):
    folder = Path(tempfile.mkdtemp(prefix="valuechain-bench-"))
    try:
        file, company = folder / "customers.csv", folder / "company.sqlite"
        customers(file)
        run([program, "user", "add", "administrator@example.org", "--administrator", "--database", company])
        order = ["import", file, "--source", "crm", "--subject", "customers", "--database", company, "--json"]

        def came(words, wanted):
            cost = run([program, *order])
            if f'"{wanted}" : {ROWS}' not in cost.output and f'"{wanted}": {ROWS}' not in cost.output:
                raise Missing(f"not {ROWS} {wanted}")
            cost.output = '{"note": "%s"}' % words
            return cost

        def went(form):
            out = folder / f"out.{form}"
            cost = run([program, "export", "customers", "--format", form, "-o", out, "--database", company])
            cost.output = '{"note": "%.1f MB"}' % (out.stat().st_size / 1e6)
            return cost

        ours = table.take("100,000 customers in", "Valuechain", lambda: came("all new, by number and address", "loaded"))
        bare = table.take(
            "the same rows in", "bare SQLite", lambda: peer("sqlite_customers.py", file, company, folder / "bare.sqlite")
        )
        if ours and bare:
            times = ours.wall / bare.wall
            held = table.wants("in", ours.wall < IN_SECONDS and times < IN_TIMES)
            table.add("in", "ratio", f"{times:.1f} times", "", "", f"wanted {IN_SECONDS} s and {IN_TIMES} times{held}")
        table.take("the same file again", "Valuechain", lambda: came("all there already", "merged"))
        for form in ("csv", "xlsx", "json", "vcf"):
            out = table.take(f"100,000 customers out, {form}", "Valuechain", lambda form=form: went(form))
            if out:
                table.wants(f"out, {form}", out.wall < OUT_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
