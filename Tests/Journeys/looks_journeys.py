"""Every page, in both themes and widths: sound, reachable, within its frame, without a complaint of the browser."""

import re
from urllib.parse import urlsplit

from hands import Pointer
from harness import journey, require
from main_job_journeys import sign_in

LEFT_OUT = re.compile(r"sign-?out|/export|\.(csv|xlsx|pdf|json|gz|png)$")
MOST_PAGES = 60

WATCH_POLICY = """
document.addEventListener('securitypolicyviolation',
  e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI));
"""


class Visitor:
    """Signed in once; looks at a page and notes what is amiss."""

    def __init__(self, world, server, theme, width):
        from axe_playwright_python.sync_playwright import Axe

        self.page, self.axe, self.amiss = world.page(server, theme=theme, width=width), Axe(), []
        self.view, self.errors = f"{theme}, {width} px", []
        self.page.add_init_script(WATCH_POLICY)
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        sign_in(Pointer(self.page), server)

    def look(self, path):
        self.errors.clear()
        answer = self.page.goto(path, wait_until="load")
        self.page.wait_for_timeout(150)
        note = lambda what: self.amiss.append(f"{path} ({self.view}): {what}")
        if answer.status >= 400:
            note(f"status {answer.status}")
        over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 1:
            note(f"scrolls sideways by {over} px")
        for error in self.errors[:3]:
            note(error[:200])
        for found in self.axe.run(self.page).response["violations"]:
            if found["impact"] in ("serious", "critical"):
                note(f"{found['id']}: {len(found['nodes'])} of {found['nodes'][0]['target']}")
        return [urlsplit(link) for link in self.page.locator("a[href]").evaluate_all("all => all.map(a => a.href)")]


def family(path):
    """Pages that differ in a number or in their query alone are looked at three times at most."""
    return re.sub(r"\d+", "N", path.partition("?")[0])


def crawl(visitor, host, starts):
    seen, families, queue = [], {}, list(starts)
    while queue and len(seen) < MOST_PAGES:
        path = queue.pop(0)
        if path in seen or families.get(family(path), 0) >= 3:
            continue
        seen.append(path)
        families[family(path)] = families.get(family(path), 0) + 1
        for link in visitor.look(path):
            if link.netloc == host and not LEFT_OUT.search(link.path):
                queue.append(f"{link.path}?{link.query}" if link.query else link.path)
    return seen


@journey
def every_page_is_sound_in_both_themes_and_widths(world):
    server = world.serve(world.company("grocery"))
    host = urlsplit(server.address).netloc
    first = Visitor(world, server, "light", 1440)
    pages = crawl(first, host, ["/"])
    require(len(pages) >= 8, f"only {pages} are linked")
    amiss = list(first.amiss)
    for theme, width in (("light", 375), ("dark", 1440), ("dark", 375)):
        visitor = Visitor(world, server, theme, width)
        for path in pages:
            visitor.look(path)
        amiss += visitor.amiss
    require(not amiss, f"{len(amiss)} findings on {len(pages)} pages:\n" + "\n".join(amiss[:40]))


@journey
def a_page_that_is_not_there_says_so_and_is_sound(world):
    server = world.serve(world.company())
    visitor = Visitor(world, server, "light", 1440)
    visitor.look("/no/such/page")
    require([one for one in visitor.amiss if "status 404" in one], "no 404")
    others = [one for one in visitor.amiss if "status 404" not in one and "404 (Not Found)" not in one]
    require(not others, "\n".join(others))


@journey
def what_a_customer_is_called_is_never_run(world):
    """Names that would be script, markup or a formula elsewhere are shown as they are."""
    database = world.company()
    table = world.folder() / "names.csv"
    names = [
        '"\u0301 onfocus=alert(1) autofocus ',
        "<img src=x onerror=alert(1)>",
        "=HYPERLINK(1)",
        "javascript:alert(1)",
    ]
    table.write_text(
        "customer,date,amount\n"
        + "".join(f'"{name.replace(chr(34), chr(34) * 2)}",2020-01-02,5.00\n' for name in names)
    )
    world.run("import", table, "--source", "names", "--database", database)
    server = world.serve(database)
    page = world.page(server)
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    sign_in(Pointer(page), server)
    page.goto("/customers?q=HYPERLINK")
    require("=HYPERLINK(1)" in page.get_by_role("main").inner_text(), "the name is not shown as it is")
    page.goto("/customers?q=onerror")
    require("<img src=x onerror=alert(1)>" in page.get_by_role("main").inner_text(), "the name is not shown as it is")
    require(not alerts, "a name was run as script")
