"""What the house costs: loading the grocery chain into both stores, starting, resting, showing a page."""

import os
import re
import shutil
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from measure import CACHE, ROOT, Cost, Missing, run

sys.path.insert(0, str(ROOT / "Tests" / "Journeys"))
from harness import Postgres, World  # noqa: E402

TITLE = "House (wanted: import under 15 s, start under 0.3 s, idle under 80 MB, page under 30 ms of CPU)"
HEADER = ["task", "by", "wall", "CPU", "memory", "found"]
LINES = CACHE / "data" / "grocery" / "transactions.csv"


def import_lines(program, database, size):
    """1.47 million lines into an empty company."""
    run([program, "user", "add", "administrator@example.org", "--administrator", "--database", database])
    cost = run([program, "import", LINES, "--source", "till", "--database", database, "--json"])
    cost.output = '{"note": "%s"}' % f"{size() / 1e6:.0f} MB stored"
    return cost


def import_into_sqlite(program, folder):
    database = folder / "import.sqlite"
    return import_lines(program, database, lambda: sum(path.stat().st_size for path in folder.glob("import.sqlite*")))


def import_into_postgres(program):
    postgres = Postgres()
    try:
        return import_lines(
            program, postgres.address, lambda: int(postgres.ask("SELECT pg_database_size(current_database())")[0][0])
        )
    finally:
        postgres.stop()


def spent(process):
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(process):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text()).group(1)) / 1024


def start_and_rest(world, company):
    began = time.monotonic()
    server = world.serve(company)
    ready = time.monotonic() - began
    time.sleep(2)
    return server, Cost(ready, spent(server.process.pid), resident(server.process.pid), '{"note": "memory at rest"}')


class Visitor:
    """A browser without pictures: cookies, links and forms are enough to sign in."""

    def __init__(self, server):
        self.address = server.address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path):
        return self.opener.open(self.address + path).read().decode()

    def sign_in(self, email, password):
        page = self.get("/sign-in")
        action = re.search(r'<form[^>]*action="([^"]+)"', page)
        names = set(re.findall(r'<input[^>]*name="(email|password)"', page))
        if not action or names != {"email", "password"}:
            raise Missing("the sign-in has no form for an address and a password")
        form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        form.update(email=email, password=password)
        request = urllib.request.Request(
            self.address + action.group(1), urllib.parse.urlencode(form).encode(), {"Origin": self.address}
        )
        return self.opener.open(request).read().decode()


def concentration_page(server):
    visitor = Visitor(server)
    home = visitor.sign_in(*server.sign_in())
    link = re.search(r'href="([^"]*concentration[^"]*)"', home)
    if not link:
        raise Missing("no link to Concentration on the first page")
    path, times = link.group(1), 200
    size = len(visitor.get(path))
    began, used = time.monotonic(), spent(server.process.pid)
    for _ in range(times):
        visitor.get(path)
    wall, used = (time.monotonic() - began) / times, (spent(server.process.pid) - used) / times
    return Cost(wall, used, resident(server.process.pid), '{"note": "%d kB, mean of %d"}' % (size // 1024, times))


def measure(program, table):
    folder = Path(tempfile.mkdtemp(prefix="valuechain-bench-"))
    try:
        table.take("import of 1.47 million lines", "SQLite", lambda: import_into_sqlite(program, folder))
        table.take("import of 1.47 million lines", "PostgreSQL", lambda: import_into_postgres(program))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    with World(program) as world:
        serve(world, table)


def serve(world, table):
    started = []

    def start():
        server, cost = start_and_rest(world, world.company("grocery"))
        started.append(server)
        return cost

    def page():
        if not started:
            raise Missing("the server did not start")
        return concentration_page(started[0])

    table.take("start of the server", "grocery chain", start)
    table.take("Concentration page", "grocery chain", page)
