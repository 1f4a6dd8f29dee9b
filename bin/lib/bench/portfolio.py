"""What the portfolio costs: a whole run on the grocery chain, and its pages with costs entered and a segment kept."""

import json
import re
import time
import urllib.parse
import urllib.request

from house import Visitor, resident, spent
from measure import Cost, Missing, run

from harness import World

TITLE = "Portfolio (wanted: a whole run under 5 s, a page under 50 ms of CPU)"
HEADER = ["task", "by", "wall", "CPU", "memory", "found"]
NUMBERS = {
    "margin": "0.25", "order": "1.5", "orderLine": "0.04", "fixedCost": "400000", "stepOrdersKept": "0.5",
    "winBackRegain": "0.15", "winBackCost": "2", "protectCost": "10", "protectSaves": "0.2", "enhanceCost": "5",
    "enhanceWins": "0.05", "harvestCost": "1", "harvestSaves": "0.1", "asking": "1",
}


class Owner(Visitor):
    """A visitor who also fills in forms."""

    def send(self, page, action, fields):
        """Sends the form of `page` whose address is `action`."""
        forms = [part for part in re.findall(r"<form.*?</form>", self.get(page), re.S) if f'action="{action}"' in part]
        if not forms:
            raise Missing(f"{page} has no form to {action}")
        sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', forms[0]))
        sent.update(fields)
        request = urllib.request.Request(
            self.address + action, urllib.parse.urlencode(sent).encode(), {"Origin": self.address}
        )
        return self.opener.open(request).read().decode()


def whole_run(program, company):
    cost = run([program, "portfolio", "run", "--scenario", "M1", "--database", company, "--json"])
    customers = json.loads(cost.output)["customers"]
    cost.output = '{"note": "%d customers"}' % customers
    return cost


def page(owner, server, path, times=50):
    """The first answer by the clock, the next ones by processor time."""
    began = time.monotonic()
    size = len(owner.get(path))
    first = time.monotonic() - began
    began, used = time.monotonic(), spent(server.process.pid)
    for _ in range(times):
        owner.get(path)
    wall, used = (time.monotonic() - began) / times, (spent(server.process.pid) - used) / times
    note = '{"note": "%d kB, first %.2f s, mean of %d"}' % (size // 1024, first, times)
    return Cost(wall, used, resident(server.process.pid), note)


def paths(owner):
    """Every page of the stage that the navigation leads to."""
    found, waiting = [], ["/portfolio/concentration"]
    while waiting:
        path = waiting.pop(0)
        if path in found:
            continue
        found.append(path)
        waiting += re.findall(r'class="vc-tab"[^>]*href="(/portfolio/[^"?]+)"', owner.get(path))
        waiting += re.findall(r'href="(/portfolio/[^"?]+)"[^>]*class="vc-tab"', owner.get(path))
    return found


def measure(program, table):
    with World(program) as world:
        company = world.company("grocery")
        table.take("whole run, M1", "grocery chain", lambda: whole_run(program, company))
        server = world.serve(company)
        owner = Owner(server)
        owner.sign_in(*server.sign_in())
        owner.send("/portfolio/assumptions", "/portfolio/assumptions", NUMBERS)
        for path in paths(owner):
            table.take(path, "grocery chain", lambda path=path: page(owner, server, path))
