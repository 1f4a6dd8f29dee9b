"""bin/check finds what it promises to find: each rule is broken once in a tree of its own."""

import subprocess
import sys

from harness import ROOT, journey, require

BREACHES = [
    ("an application file over its stop", "Customers/Long.swift", "// line\n" * 401, "401 lines"),
    (
        "a function over its stop",
        "Customers/Long.swift",
        "func long() {\n" + "  print()\n" * 60 + "}\n",
        "long has 62 lines",
    ),
    ("an import against the arrows", "Customers/A.swift", "import Portfolio\n", "must not import Portfolio"),
    ("an import of a neighbour", "Web/A.swift", "import Store\n", "must not import Store"),
    ("a database in the mathematics", "Analytics/A.swift", "import GRDB\n", "must not import GRDB"),
    ("HTML in a collection", "Customers/Visit/Visits.swift", "import Web\n", "Visits.swift must not import Web"),
    ("SQL in a thing", "Customers/Visit/Visit.swift", "import Store\n", "Visit.swift must not import Store"),
    (
        "a noun without its page",
        "Customers/Visit/VisitRoutes.swift",
        "import Kernel\n",
        "Visit has routes but no page",
    ),
    (
        "a route for everybody by oversight",
        "Customers/Visit/VisitRoutes.swift",
        'let a = Route(.get, "/visits", "Lists visits.")\n',
        "a route without a permission",
    ),
    (
        "a migration that is not listed",
        "Store/Migrations/0002_b.swift",
        'extension Migration {\n  static let b = Migration(2, "b", owner: "Customers") { _ in [] }\n}\n',
        "missing from the list",
    ),
    (
        "a migration under another number",
        "Store/Migrations/0003_a.swift",
        'extension Migration {\n  static let a = Migration(4, "a", owner: "Customers") { _ in [] }\n}\n',
        "the file says 0003",
    ),
    (
        "a table written from elsewhere",
        "Portfolio/A.swift",
        'let sql = "DELETE FROM visit WHERE id = 1"\n',
        "visit belongs to Customers",
    ),
    (
        "SQL made of text",
        "Customers/A.swift",
        'let a = f(sql: "SELECT \\(name) FROM visit")\n',
        "SQL built by interpolation",
    ),
    ("the clock in the mathematics", "Analytics/A.swift", "let now = Date()\n", "reads the clock"),
    ("chance without a seed", "Analytics/A.swift", "let x = Double.random(in: 0...1)\n", "chance that is not seeded"),
    ("a fatal error", "Web/A.swift", 'func a() { fatalError("no") }\n', "fatalError"),
    ("a forced try", "Web/A.swift", "let a = try! b()\n", "try!"),
    ("a forced cast", "Web/A.swift", "let a = b as! Int\n", "as!"),
    ("a forced unwrap", "Web/A.swift", "let a = b.first!\n", "forced unwrap"),
    ("a path of a machine", "Web/A.swift", f'let a = "/{"home"}/ada/file"\n', "absolute path"),
    ("unfinished work", "Web/A.swift", f"// TO{'DO'}: later\n", "unfinished work"),
    ("bad form", "Web/A.swift", "let a=1;\n", "formatting"),
]

SOUND = {
    "Store/Migrations/Migrations.swift": "extension Migration {\n  static let all = [a]\n}\n",
    "Store/Migrations/0001_a.swift": (
        'extension Migration {\n  static let a = Migration(1, "a", owner: "Customers") { _ in\n'
        '    ["CREATE TABLE visit (id INTEGER)"]\n  }\n}\n'
    ),
    "Customers/Visit/Visits.swift": 'let sound = "DELETE FROM visit WHERE id = 1"\n',
    "Analytics/Sound.swift": (
        "let a = b != c && !d\n"
        "func e(_ f: inout some RandomNumberGenerator) -> Double { .random(in: 0...1, using: &f) }\n"
    ),
    "Web/Sound.swift": '// Date() in a comment\nlet a = "try! as! fatalError Portfolio"\n',
}


def tree(world, extra):
    place = world.folder()
    for name, text in {**SOUND, **extra}.items():
        file = place / "Sources" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        if name.endswith("Routes.swift") or name.endswith("Visit.swift") or name.endswith("Visits.swift"):
            (file.parent / "VisitRoutes.swift").touch()
    routes = place / "Sources/Customers/Visit/VisitRoutes.swift"
    page = place / "docs" / "api" / "visit.md"
    if routes.exists() and "Customers/Visit/VisitRoutes.swift" not in extra:
        page.parent.mkdir(parents=True)
        page.touch()
    (place / ".swift-format").write_text((ROOT / ".swift-format").read_text())
    subprocess.run(["git", "init", "--quiet", place], check=True)
    return place


def check(place):
    done = subprocess.run([sys.executable, ROOT / "bin" / "lib" / "check.py", place], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@journey
def the_check_passes_a_sound_tree(world):
    status, said = check(tree(world, {}))
    require(status == 0, said[-1500:])


@journey
def the_check_finds_each_kind_of_breach(world):
    for about, name, text, words in BREACHES:
        status, said = check(tree(world, {name: text}))
        require(status == 1, f"{about} passed: {said[-800:]}")
        require(words in said, f"{about} is not named by “{words}”: {said[-800:]}")
