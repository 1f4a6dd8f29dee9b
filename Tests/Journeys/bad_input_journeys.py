"""Files as people send them: refused by name, or with their bad rows in quarantine; never half taken, never guessed."""

import datetime
import json
import re
import socket
import time
import urllib.request

from hands import Pointer
from harness import journey, require
from main_job_journeys import sign_in
from store import ask, lines, require_whole

HEADER = "customer,date,amount\n"
GOOD = "ada,2020-01-02,5.00\nbob,2020-01-03,7.50\n"
NEXT_YEAR = (datetime.date.today() + datetime.timedelta(days=400)).isoformat()

# What the file is, its bytes, the words a refusal must hold.
REFUSED = [
    ("an empty file", b"", r"empty"),
    ("a file of spaces and line ends", b"  \n\n \r\n", r"empty|no rows|no header"),
    ("a header alone", HEADER.encode(), r"no rows|header"),
    (
        "two columns of one name",
        b"customer,date,amount,Amount\nada,2020-01-02,5.00,6.00\n",
        r"(?i)amount.*(twice|two|both|more than one|same)|(twice|two|both|more than one).*amount",
    ),
    ("a missing column", b"customer,amount\nada,5.00\n", r"(?i)date"),
    (
        "days and months in both orders",
        f"{HEADER}ada,03/04/2020,5.00\nbob,13/04/2020,5.00\ncyd,04/13/2020,5.00\n".encode(),
        r"(?i)date",
    ),
    (
        "dates that could be either order",
        f"{HEADER}ada,03/04/2020,5.00\nbob,05/06/2020,5.00\n".encode(),
        r"(?i)date.*(order|day|month|ambiguous)",
    ),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20, r"(?i)not|text|column|NUL|binary"),
    ("a cut gzip file", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b", r"(?i)gz|compress|cut|end"),
]

# What the row is, its text, the words its reason must hold. Two good rows stand around it.
QUARANTINED = [
    ("a NUL byte", "c\0d,2020-01-04,5.00", r"(?i)NUL|control|character"),
    ("a cell of ten megabytes", "c" * 10_000_000 + ",2020-01-04,5.00", r"(?i)long|large|characters|bytes"),
    ("a comma in a number with a point", 'cyd,2020-01-04,"1,5"', r"1,5"),
    ("letters after a number", "cyd,2020-01-04,12abc", r"12abc"),
    ("NaN for an amount", "cyd,2020-01-04,NaN", r"NaN"),
    ("infinity for an amount", "cyd,2020-01-04,inf", r"inf"),
    ("an amount beyond all bounds", "cyd,2020-01-04,1e999", r"1e999"),
    ("more digits than money has", "cyd,2020-01-04,99999999999999999999", r"(?i)large|9999"),
    ("a day that does not exist", "cyd,2020-02-30,5.00", r"2020-02-30"),
    ("a day in the future", f"cyd,{NEXT_YEAR},5.00", r"(?i)future|" + NEXT_YEAR),
    ("an empty customer", ",2020-01-04,5.00", r"(?i)customer|empty"),
    ("a cell too few", "cyd,2020-01-04", r"(?i)column|cell|amount"),
    ("a cell too many", "cyd,2020-01-04,5.00,6.00", r"(?i)column|cell"),
]


def file_of(world, content):
    table = world.folder() / "purchases.csv"
    table.write_bytes(content)
    return table


def import_refused(world, database, content, words):
    before = lines(database)
    done = world.run("import", file_of(world, content), "--source", "test", "--database", database, expect=1)
    require(re.search(words, done.stderr, re.DOTALL), f"the refusal does not say why: {done.stderr}")
    require("Problem(" not in done.stderr, f"not for people: {done.stderr}")
    require_whole(database)
    require(lines(database) == before, "rows came or went by a file that was refused")


def import_quarantined(world, database, row, words):
    before = lines(database)
    content = HEADER.encode() + GOOD.encode() + row.encode() + b"\neve,2020-01-05,1.25\n"
    answer = world.json("import", file_of(world, content), "--source", "test", "--database", database)
    require(answer["read"] == answer["loaded"] + answer["merged"] + answer["rejected"], f"does not add up: {answer}")
    require((answer["loaded"], answer["rejected"]) == (3, 1), f"not 3 loaded and 1 rejected: {str(answer)[:500]}")
    reject = answer["rejects"][0]
    require(reject["line"] == 4, f"it stands on line 4, not {reject['line']}")
    require(
        re.search(words, json.dumps(reject, ensure_ascii=False)), f"the reason does not say why: {str(reject)[:500]}"
    )
    require_whole(database)
    require(lines(database) == before + 3, "the good rows are not there")


def declare(kind, about, test):
    test.__name__ = re.sub(r"\W+", "_", f"{about} is {kind}")
    journey(test)


for about, content, words in REFUSED:
    declare(
        "refused by name",
        about,
        lambda world, content=content, words=words: import_refused(world, world.company(), content, words),
    )

for about, row, words in QUARANTINED:
    declare(
        "put into quarantine and the rest is loaded",
        about,
        lambda world, row=row, words=words: import_quarantined(world, world.empty_company(), row, words),
    )


@journey
def a_company_of_one_customer_has_an_honest_concentration(world):
    database = world.empty_company()
    world.run(
        "import",
        file_of(world, (HEADER + "ada,2020-01-02,5.00\n").encode()),
        "--source",
        "test",
        "--database",
        database,
    )
    answer = world.json("portfolio", "run", "--database", database)
    for name, figure in answer["figures"].items():
        require(
            figure["value"] is not None or figure["missing"], f"{name} is neither a value nor missing with a reason"
        )
    server = world.serve(database)
    page = world.page(server)
    sign_in(Pointer(page), server)
    Pointer(page).press("link", "Concentration")
    text = page.get_by_role("main").inner_text()
    require(not re.search(r"\b(nan|inf)\b", text, re.IGNORECASE), "a page shows NaN or infinity")


@journey
def an_empty_company_says_what_to_do_first(world):
    server = world.serve(world.empty_company())
    page = world.page(server)
    sign_in(Pointer(page), server)
    # The first page is the guide; the analyses say it as well.
    require(page.url.endswith("/start"), f"the first page is {page.url}")
    for path in ("/start", "/portfolio/concentration"):
        page.goto(path)
        require(
            page.get_by_role("main").get_by_role("link", name=re.compile("import", re.IGNORECASE)).count() > 0,
            f"{path} shows no way to an import",
        )
    # A company begins with a part of it, and takes up the rest when it likes.
    page.goto("/start")
    page.get_by_text("0 of 12 done").wait_for()
    page.get_by_role("listitem").filter(has_text="3 Network").get_by_role("button", name="Later").click()
    page.get_by_text("0 of 11 done").wait_for()
    page.get_by_role("button", name="Begin with it").click()
    page.get_by_text("0 of 12 done").wait_for()


@journey
def the_same_file_twice_changes_nothing(world):
    database = world.empty_company()
    table = file_of(world, (HEADER + GOOD + "ada,2020-01-02,5.00\n").encode())
    first = world.json("import", table, "--source", "shop", "--database", database)
    second = world.json("import", table, "--source", "shop", "--database", database)
    require(first["loaded"] == 3 and first["merged"] == 0, f"equal rows of one file are lines of their own: {first}")
    require(second["loaded"] == 0 and second["merged"] == 3, f"the file again is not new: {second}")
    require(lines(database) == 3, "there are not three lines")


@journey
def a_file_of_another_dialect_is_read_as_it_was_meant(world):
    """Semicolons, quotes, Windows-1252, CR LF, a line end in a cell, a byte-order mark, standard input."""
    for content in (
        'customer;date;amount;note\r\n"Müller; Söhne";2020-01-02;5.00;\r\n'
        'bob;2020-01-03;7.50;"two\r\nlines"\r\n'.encode("cp1252"),
        '\ufeffcustomer\tdate\tamount\tnote\nMüller; Söhne\t2020-01-02\t5.00\t\n'
        'bob\t2020-01-03\t7.50\t"two\nlines"\n'.encode(),
        'customer,date,amount,note\n"Müller; Söhne",2020-01-02,5.00,\n'
        'bob,2020-01-03,7.50,"two\nlines"\n'.encode("utf-16"),
    ):
        database = world.empty_company()
        answer = world.json("import", file_of(world, content), "--source", "shop", "--database", database)
        require((answer["loaded"], answer["rejected"]) == (2, 0), f"not both rows of {content[:40]!r}: {answer}")
        names = [row[0] for row in ask(database, "SELECT external_id FROM customer_key ORDER BY external_id")]
        require(names == ["Müller; Söhne", "bob"], f"the customers are {names}")
    database = world.empty_company()
    answer = world.json("import", "-", "--source", "shop", "--database", database, input=HEADER + GOOD)
    require(answer["loaded"] == 2, f"standard input was not read: {answer}")


@journey
def a_bad_file_is_refused_in_the_browser_and_a_good_one_loaded(world):
    database = world.empty_company()
    server = world.serve(database)
    page = world.page(server)
    hands = Pointer(page)
    sign_in(hands, server)
    bad = file_of(world, b"customer,amount\nada,5.00\n")
    send_file(hands, bad)
    require(
        re.search("date", page.get_by_role("alert").first.inner_text(), re.IGNORECASE),
        "the alert does not name the column",
    )
    send_file(hands, file_of(world, (HEADER + GOOD + "cyd,2020-01-04,12abc\n").encode()))
    page.get_by_text(re.compile(r"2\s+(rows? )?loaded", re.IGNORECASE)).first.wait_for(timeout=20_000)
    require("12abc" in page.get_by_role("main").inner_text(), "the row in quarantine is not shown")
    require(lines(database) == 2, "not the two good rows are in the store")


def send_file(hands, path):
    hands.page.goto("/imports/new")
    hands.fill("Source", "shop")
    hands.page.get_by_label("File", exact=False).first.set_input_files(path)
    hands.press("button", "Import")


@journey
def a_body_that_comes_drop_by_drop_or_not_at_all_holds_nobody(world):
    """Refused at the first drop after its time; cut off where nothing comes; others are served meanwhile."""
    server = world.serve(world.empty_company())
    head = b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 64\r\n\r\n"
    drops = socket.create_connection(("127.0.0.1", server.port), timeout=40)
    silent = socket.create_connection(("127.0.0.1", server.port), timeout=50)
    began = time.monotonic()
    silent.sendall(head + b"{")
    drops.sendall(head)
    answer = b""
    while not answer and time.monotonic() - began < 40:
        try:
            drops.sendall(b" ")
        except OSError:
            break
        drops.settimeout(3)
        try:
            answer = drops.recv(4_096)
        except TimeoutError:
            continue
    taken = time.monotonic() - began
    require(b"400" in answer.split(b"\r\n")[0] and b"too long to arrive" in answer, f"the answer is {answer[:200]!r}")
    require(14 < taken < 22, f"drops were taken for {taken:.0f} s")
    with urllib.request.urlopen(server.address + "/health") as page:
        require(page.status == 200, "others are not served")
    while silent.recv(4_096):
        pass
    require(time.monotonic() - began < 45, "a silent sender holds its connection")
