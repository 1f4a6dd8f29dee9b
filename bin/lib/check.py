"""Holds the code to its own rules (STYLE.md): sizes, directions, one writer per table, no traps, no leftovers.

Prints the sizes of every module, then each breach with what mends it. Exits 1 when there is one.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from swift_source import SwiftFile, functions

ROOT = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Sources"

# A module may import what stands on an earlier line, never what stands beside or after it.
ORDER = [
    ["Kernel"],
    ["Analytics", "Tabular", "Store", "Web"],
    ["Records"],
    ["Customers"],
    ["Conditions"],
    ["Rivals"],
    ["Portfolio"],
    ["Intimacy"],
    ["Network"],
    ["Proposition"],
    ["Lifecycle"],
    ["Views"],
    ["Server"],
    ["valuechain"],
]
RANK = {module: rank for rank, modules in enumerate(ORDER) for module in modules}
LIBRARIES = {"Kernel", "Store", "Analytics", "Tabular"}
PURE = {"Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Kernel"}

breaches = []


def breach(path, line, what, mend):
    place = path.relative_to(ROOT) if isinstance(path, Path) else path
    breaches.append(f"{place}{f':{line}' if line else ''}: {what}\n    {mend}")


def module_of(file):
    return file.path.relative_to(SOURCES).parts[0]


def is_in(file, *folders):
    return any(file.path.is_relative_to(SOURCES / folder) for folder in folders)


def each_match(file, pattern, text=None):
    for match in re.finditer(pattern, file.code if text is None else text):
        yield match, file.line(match.start())


# Sizes


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


def sizes(title, files):
    lengths = [file.lines for file in files]
    bodies = [function.length for file in files for function in functions(file)]
    comments = sum(file.comment_lines for file in files)
    row = [title, len(files), sum(lengths)]
    row += [f"{percentile(lengths, .5)} / {percentile(lengths, .9)} / {max(lengths, default=0)}"]
    row += [f"{percentile(bodies, .5)} / {percentile(bodies, .9)} / {max(bodies, default=0)}"]
    row += [f"{100 * comments / max(1, sum(lengths)):.0f} %"]
    return row


def print_sizes(files):
    print("median / p90 / most        files   lines             file        function  comments")
    for folder in ("Sources", "Tests"):
        targets = sorted(
            {file.path.relative_to(ROOT / folder).parts[0] for file in files if under(file, folder)},
            key=lambda name: (RANK.get(name.removesuffix("Tests"), 99), name),
        )
        for target in targets:
            row = sizes(target, [file for file in files if under(file, f"{folder}/{target}")])
            print(f"{row[0]:<24}{row[1]:>8}{row[2]:>8}{row[3]:>17}{row[4]:>16}{row[5]:>10}")


def under(file, folder):
    return file.path.is_relative_to(ROOT / folder)


def check_sizes(file):
    most_lines, most_function = (500, 80) if module_of(file) in LIBRARIES else (400, 60)
    if file.lines > most_lines:
        breach(
            file.path,
            None,
            f"{file.lines} lines, at most {most_lines}",
            "Which noun is hiding in it? Give it a file.",
        )
    for function in functions(file):
        if function.length > most_function:
            breach(
                file.path,
                function.line,
                f"{function.name} has {function.length} lines, at most {most_function}",
                "Name its parts.",
            )


# Directions


def imports(file):
    for match, line in each_match(
        file,
        r"(?m)^\s*(?:@\w+\s+)*(?:(?:public|package|internal|private)\s+)?import\s+"
        r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)",
    ):
        yield match.group(1), line


def check_imports(file):
    module = module_of(file)
    for imported, line in imports(file):
        if imported in RANK and RANK[imported] >= RANK.get(module, len(ORDER)):
            breach(
                file.path,
                line,
                f"{module} must not import {imported}",
                "Modules import only what stands before them; move the mathematics to Analytics, the facts to Customers.",
            )
        if module == "Analytics" and imported not in PURE:
            breach(
                file.path, line, f"Analytics must not import {imported}", "It is pure: Foundation and Kernel only."
            )


# Nouns: a folder with Noun.swift, Nouns.swift, NounRoutes.swift, NounPages.swift


def plural(noun):
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|ch|sh)$", noun) else "s")


def nouns(files):
    """(noun, thing, collection, routes); a noun is a folder with routes of its name."""
    for file in files:
        noun = file.path.parent.name
        if file.path.name == f"{noun}Routes.swift":
            beside = {other.path.stem: other for other in files if other.path.parent == file.path.parent}
            yield noun, beside.get(noun), beside.get(plural(noun)), file


def check_nouns(files):
    for noun, singular, collection, routes in nouns(files):
        for file, forbidden, why in (
            (singular, {"Store", "Web"}, "The thing and its rules know no SQL and no HTML."),
            (collection, {"Web"}, "The collection knows no HTML."),
        ):
            for imported, line in imports(file) if file else ():
                if imported in forbidden:
                    breach(file.path, line, f"{file.path.name} must not import {imported}", why)
        page = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", noun).lower()
        pages = [ROOT / "docs" / "api" / f"{name}.md" for name in (page, plural(page))]
        if not any(page.exists() for page in pages):
            breach(routes.path, None, f"{noun} has routes but no page", f"Write {pages[0].relative_to(ROOT)}.")


def check_permissions(file):
    """Finds a route without a permission sooner than the compiler does."""
    for match, line in each_match(file, r"(?<![\w.])Route\("):
        call = call_text(file, match.end() - 1)
        if not re.search(r"\.(?:may\(|signedIn\b|inPerson\b|open\b)", call):
            breach(file.path, line, "a route without a permission", "Say which verb on which noun it needs.")


def call_text(file, opening):
    depth = 0
    for at in range(opening, len(file.code)):
        depth += {"(": 1, ")": -1}.get(file.code[at], 0)
        if depth == 0:
            return file.code[opening : at + 1]
    return file.code[opening:]


# The store


def check_migrations(files):
    steps = [file for file in files if is_in(file, "Store/Migrations")]
    index = next((file for file in steps if file.path.name == "Migrations.swift"), None)
    numbers = {}
    for file in steps:
        number = re.match(r"(\d+)_\w+$", file.path.stem)
        if not number:
            continue
        declared = re.search(r"\b(?:static\s+let|static\s+var|struct|enum)\s+(\w+)", file.code)
        if not index or not declared or not re.search(rf"\b{declared.group(1)}\b", index.code):
            breach(
                file.path, None, "this migration is missing from the list", "Add it to Migrations.swift, in order."
            )
        stated = re.search(r"\bMigration\(\s*(\d+)", file.code)
        if stated and int(stated.group(1)) != int(number.group(1)):
            breach(file.path, None, f"the file says {number.group(1)}, the step {stated.group(1)}", "Use one number.")
        if int(number.group(1)) in numbers:
            breach(
                file.path,
                None,
                f"number {number.group(1)} is taken by {numbers[int(number.group(1))]}",
                "Take the next one.",
            )
        numbers[int(number.group(1))] = file.path.name


WRITES = re.compile(r"\b(?:INSERT\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM|COPY)\s+([a-z_][a-z0-9_]*)\b(?!\s*\.)")


def owners(files):
    """Table to owner, as the migrations say it."""
    owner_of = {}
    for file in files:
        if is_in(file, "Store/Migrations"):
            owner = next((literal.text for literal in file.literals if literal.label == "owner"), None)
            for literal in file.literals:
                for table in re.findall(
                    r"\bCREATE\s+(?:VIRTUAL\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([a-z_][a-z0-9_]*)", literal.text
                ):
                    owner_of.setdefault(table, owner)
    return owner_of


def writes(file):
    for literal in file.literals:
        for match in WRITES.finditer(literal.text):
            if match.group(1) != "set":
                yield match.group(1), file.line(literal.offset) + literal.text.count("\n", 0, match.start())
    for match, line in each_match(file, r"\binsert\(\s*into:\s*(?=\")"):
        literal = next((one for one in file.literals if one.offset == match.end()), None)
        if literal:
            yield literal.text, line


def check_writers(files):
    owner_of, writers = owners(files), {}
    for file in files:
        if is_in(file, "Store/Migrations"):
            continue
        folder = "/".join(file.path.relative_to(SOURCES).parts[:-1])
        for table, line in writes(file):
            owner = owner_of.get(table)
            if owner and not any(f"{folder}/".startswith(f"{one}/") for one in owner.split(", ")):
                breach(file.path, line, f"{table} belongs to {owner}", f"Let {owner} write it; ask it by a verb.")
            else:
                writers.setdefault(table, {}).setdefault(folder, (file, line))
    for table, folders in writers.items():
        if len(folders) > 1:
            file, line = list(folders.values())[1]
            breach(
                file.path, line, f"{table} is written by {' and '.join(sorted(folders))}", "One table has one writer."
            )


def check_sql(file):
    if is_in(file, "Store/Drivers") or file.path in (
        SOURCES / "Store/Dialect.swift",
        SOURCES / "Store/Statement.swift",
    ):
        return
    mend = "Compose a Statement; its interpolation binds."
    for literal in file.literals:
        if literal.interpolated and literal.label in ("raw", "sql"):
            breach(file.path, file.line(literal.offset), "SQL built by interpolation", mend)
    for _, line in each_match(file, r"\bStatement\((?:stringLiteral|parts):"):
        if not is_in(file, "Store"):
            breach(file.path, line, "SQL made from text", mend)


# Traps, chance, leftovers


TRAPS = [
    (r"\bfatalError\b", "fatalError ends the server for everybody", "Throw a Problem."),
    (r"\btry!", "try! ends the server for everybody", "Use try, or try? with a decision."),
    (r"\bas!", "as! ends the server for everybody", "Use as? and throw a Problem."),
    (
        r"(?<![\s(\[{,!=&|?:<>+\-*/%^~;])!(?!=)(?![\w(]*\s*=)",
        "a forced unwrap ends the server for everybody",
        "Use guard let.",
    ),
    (r"\bunowned\b", "unowned ends the server for everybody", "Use weak, or a value."),
]
IMPURE = [
    (
        r"\bDate\(\)|\bDate\.now\b|\bSystemClock\(|\bclock_gettime\b|\b(?:Continuous|Suspending)Clock\b",
        "reads the clock",
    ),
    (r"\bSystemRandomNumberGenerator\b|\barc4random|\bdrand48\b", "uses chance that is not seeded"),
]


def check_traps(file):
    for pattern, what, mend in TRAPS:
        for match, line in each_match(file, pattern):
            breach(file.path, line, what, mend)


def check_purity(file):
    if module_of(file) != "Analytics":
        return
    for pattern, what in IMPURE:
        for match, line in each_match(file, pattern):
            breach(file.path, line, f"Analytics {what}", "Time and chance are arguments.")
    for match, line in each_match(file, r"\.(?:random|shuffled|randomElement|shuffle)\("):
        if "using:" not in call_text(file, match.end() - 1):
            breach(
                file.path, line, "Analytics uses chance that is not seeded", "Pass the generator: using: &generator."
            )


# Written so that this file does not find itself.
LEFTOVERS = [
    (
        r"(?:^|[^\w.])/(?:work|root|farm|home|Users)/[a-z.]",
        "an absolute path of a machine",
        "Start from the checkout.",
    ),
    (
        r"(?i)\bpy(?:pi)\.org|python(?:hosted)\.org|registry\.npm(?:js)|(?:crates)\.io|ruby(?:gems)\.org"
        r"|proxy\.go(?:lang)|deb\.deb(?:ian)\.org",
        "the host of a package registry",
        "Name the package and its version, not the host.",
    ),
    (
        r"\bTO(?:DO)\b|\bFIX(?:ME)\b|\bXX(?:X)\b|(?i:\bcoming (?:soon)\b|\blorem (?:ipsum)\b|\bnot yet (?:implemented)\b)",
        "unfinished work",
        "Finish it, or take it out and open an issue.",
    ),
]


def tracked_files():
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def check_leftovers():
    for path in tracked_files():
        if path.name in ("LICENSE", "Package.resolved") or path.stat().st_size > 2_000_000:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for pattern, what, mend in LEFTOVERS:
            for match in re.finditer(pattern, text, re.MULTILINE):
                breach(path, text.count("\n", 0, match.start()) + 1, what, mend)


def check_format():
    if not shutil.which("swift"):
        breach("bin/check", None, "swift is not on the PATH", "bin/setup says how to get it.")
        return
    places = [
        str(ROOT / name) for name in ("Package.swift", "Sources", "Tests", "Benchmarks") if (ROOT / name).exists()
    ]
    done = subprocess.run(
        [
            "swift",
            "format",
            "lint",
            "--strict",
            "--parallel",
            "--recursive",
            "--configuration",
            str(ROOT / ".swift-format"),
            *places,
        ],
        capture_output=True,
        text=True,
    )
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    if done.returncode:
        for line in lines[:40]:
            breach(line.replace(f"{ROOT}/", ""), None, "formatting", "bin/format mends most of it.")
        if len(lines) > 40:
            breach("…", None, f"{len(lines) - 40} more of formatting", "bin/format mends most of it.")


def main():
    files = [
        SwiftFile(path, path.read_text(encoding="utf-8"))
        for folder in ("Sources", "Tests")
        for path in sorted((ROOT / folder).rglob("*.swift"))
    ]
    sources = [file for file in files if under(file, "Sources")]
    print_sizes(files)
    for file in sources:
        for check in (check_sizes, check_imports, check_sql, check_traps, check_purity):
            check(file)
        if file.path.name.endswith("Routes.swift"):
            check_permissions(file)
    check_nouns(sources)
    check_migrations(sources)
    check_writers(sources)
    check_leftovers()
    check_format()
    print()
    for found in breaches:
        print(found)
    print(f"{len(breaches)} to mend" if breaches else "nothing to mend")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
