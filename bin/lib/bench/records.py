"""What records cost in a company of 100,000 customers, beside BottleCRM with as many contacts, in the same run."""

import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import time
import urllib.parse

from bottlecrm import Bottle
from house import resident, spent
from measure import CACHE, ROOT, Missing

from harness import World

TITLE = "Records (processor time a request, of the server and of the store behind it)"
HEADER = ["task", "by", "CPU", "half under", "95 % under", "found"]
CUSTOMERS = int(os.environ.get("VALUECHAIN_BENCH_CUSTOMERS", "100000"))
LINES, INTERACTIONS = CUSTOMERS * 10, CUSTOMERS * 3
# What the product promises, in milliseconds.
WANTED = {
    "list of 50, first": 1, "list of 50, last": 1, "page of 50, first": 3, "page of 50, last": 3,
    "filtered and sorted": 5, "search": 5, "record page": 5, "create": 1,
}
MEGABYTES, TIMES = 200, 50


class Asker:
    """One connection that stays open, as a browser or a program has it."""

    def __init__(self, server):
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        email, password = server.sign_in()
        answer = self.send("POST", "/api/v1/session", {"email": email, "password": password})
        self.token = json.loads(answer)["token"]
        form = self.send("GET", "/sign-in").decode()
        self.cookie = None
        self.sign_in_as_a_person(form, email, password)

    def send(self, method, path, body=None, headers=()):
        sent = {"Connection": "keep-alive", **dict(headers)}
        if body is not None:
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        self.connection.request(method, path, body, sent)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise Missing(f"{method} {path}: {answer.status} {content[:120]!r}")
        return content

    def sign_in_as_a_person(self, form, email, password):
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        fields.update(email=email, password=password)
        body = urllib.parse.urlencode(fields).encode()
        self.connection.request(
            "POST",
            "/session",
            body,
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.server.port}",
            },
        )
        answer = self.connection.getresponse()
        answer.read()
        cookies = [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie") or []]
        self.cookie = "; ".join(one for one in cookies if not one.endswith("="))
        if not self.cookie:
            raise Missing(f"nobody is signed in: {answer.status}")

    def api(self, path, method="GET", body=None, **headers):
        return self.send(method, "/api/v1" + path, body, {"Authorization": f"Bearer {self.token}", **headers})

    def page(self, path):
        return self.send("GET", path, None, {"Cookie": self.cookie, "Accept-Encoding": "gzip"})


def company():
    """Made once, and again when the program no longer takes it."""
    folder = CACHE / "bench" / f"large-{CUSTOMERS}"
    store = folder / "company.sqlite"
    if not (folder / "whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        size = ["--customers", str(CUSTOMERS), "--lines", str(LINES), "--interactions", str(INTERACTIONS)]
        done = subprocess.run([ROOT / "bin" / "seed", "large", *size, "--database", store], stdout=subprocess.DEVNULL)
        if done.returncode:
            raise Missing("bin/seed large failed")
        (folder / "whole").touch()
    return store


def measured(table, task, who, act, cpu, times, note=""):
    """Does it so often, after a few times that do not count."""
    try:
        for number in range(min(5, times)):
            act(number)
        before, walls = cpu(), []
        for number in range(times):
            began = time.monotonic()
            act(1_000 + number)
            walls.append(time.monotonic() - began)
        each = (cpu() - before) / times * 1_000
    except (Missing, OSError, KeyError, ValueError) as error:
        table.missing += 1
        table.add(task, who, "missing", "", "", str(error)[:120])
        return None
    walls.sort()
    wanted = WANTED.get(task) if who == "valuechain" else None
    found = note or (f"wanted {wanted} ms" + table.wants(task, each <= wanted) if wanted else "")
    late = walls[min(len(walls) - 1, int(len(walls) * 0.95))]
    table.add(task, who, f"{each:.2f} ms", f"{statistics.median(walls) * 1e3:.1f} ms", f"{late * 1e3:.1f} ms", found)
    return each


def last_place(asker):
    """Where the last page of the list begins."""
    place = after = None
    while True:
        path = "/customers?size=200" + (f"&after={urllib.parse.quote(after)}" if after else "")
        answer = json.loads(asker.api(path))
        if not answer.get("next"):
            return place
        place, after = after, answer["next"]


def settled(pid, patience=300):
    """Waits until the server has written the words of what was just brought in: that is no part of a request."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        before = spent(pid)
        time.sleep(1)
        if spent(pid) - before < 0.03:
            return
    raise Missing("the server does not come to rest")


def ours(program, table):
    store = company()
    costs = {}
    with World(program) as world:
        copy = world.folder()
        shutil.copytree(store.parent, copy, dirs_exist_ok=True)
        server = world.serve(copy / "company.sqlite", "--rate", "0")
        asker = Asker(server)
        pid = server.process.pid
        settled(pid)
        last = urllib.parse.quote(last_place(asker) or "")
        some = [row["id"] for row in json.loads(asker.api("/customers?size=200"))["rows"]]
        words = ["slate 0042", "copper logis", "mueller", "office@c000777"]

        def take(task, act, times=200):
            costs[task] = measured(table, task, "valuechain", act, lambda: spent(pid), times)

        take("list of 50, first", lambda n: asker.api("/customers?size=50"))
        take("list of 50, last", lambda n: asker.api(f"/customers?size=50&after={last}"))
        take("page of 50, first", lambda n: asker.page("/customers"))
        take("page of 50, last", lambda n: asker.page(f"/customers?after={last}"))
        take("filtered and sorted", lambda n: asker.api("/customers?size=50&filter=kind%20is%20person&sort=-createdAt"))
        take("search", lambda n: asker.api("/customers?size=50&q=" + urllib.parse.quote(words[n % len(words)])))
        take("record page", lambda n: asker.page(f"/customers/{some[n % len(some)]}"))
        take("create", lambda n: asker.api("/customers", "POST", {"kind": "organisation", "name": f"New Slate {n}"}), 500)
        memory = resident(pid)
        held = table.wants("memory", memory <= MEGABYTES)
        table.add("memory", "valuechain", "", "", "", f"{memory:.0f} MB, wanted {MEGABYTES} MB{held}")
    return costs


def peers(table):
    costs = {}
    try:
        with Bottle() as bottle:
            bottle.load(CUSTOMERS)

            def take(task, act, times=20):
                costs[task] = measured(table, task, "BottleCRM", act, bottle.spent, times)

            far = CUSTOMERS - 100
            take("list of 50, first", lambda n: bottle.ask("/api/contacts/?limit=50"))
            take("list of 50, last", lambda n: bottle.ask(f"/api/contacts/?limit=50&offset={far}"))
            take("search", lambda n: bottle.ask("/api/contacts/?limit=50&search=0042"))
            take("create", bottle.create, 100)
            table.add("memory", "BottleCRM", "", "", "", f"{bottle.resident():.0f} MB, without PostgreSQL")
    except Missing as error:
        table.missing += 1
        table.add("all", "BottleCRM", "missing", "", "", str(error)[:160])
    return costs


def measure(program, table):
    os.environ["VALUECHAIN_PROGRAM"] = str(program)
    here, there = ours(program, table), peers(table)
    for task, cost in there.items():
        if cost and here.get(task):
            times = cost / here[task]
            held = table.wants(f"{task}, ratio", times >= TIMES)
            table.add(task, "ratio", f"{times:.0f} times", "", "", f"wanted {TIMES} times{held}")

