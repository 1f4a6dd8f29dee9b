"""Looks into a store from outside: whether it is whole, what it holds, whether two hold the same."""

import hashlib
import sqlite3

from harness import Postgres, require

# One row for each line that was bought, in words that do not depend on the order of identities.
CONTENT = """
SELECT ck.external_id, p.day, coalesce(p.external_id, ''), p.kind, p.value_minor, l.line, l.amount_minor
FROM purchase p
JOIN purchase_line l ON l.customer_id = p.customer_id AND l.day = p.day AND l.purchase_id = p.id
JOIN customer_key ck ON ck.customer_id = p.customer_id
"""


def ask(store, sql):
    """Rows of a query on a file or a PostgreSQL, as tuples of text."""
    if isinstance(store, Postgres):
        return [tuple(row) for row in store.ask(sql)]
    # Not read-only: after a kill the first to open the file has to recover its log.
    connection = sqlite3.connect(store, timeout=10)
    try:
        connection.execute("PRAGMA query_only = ON")
        return [tuple("" if value is None else str(value) for value in row) for row in connection.execute(sql)]
    finally:
        connection.close()


def number(store, sql):
    return int(ask(store, sql)[0][0] or 0)


def lines(store):
    return number(store, "SELECT count(*) FROM purchase_line")


def fingerprint(store):
    """Equal for two stores that hold the same purchases."""
    rows = sorted("\t".join(row) for row in ask(store, CONTENT))
    return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()


def require_whole(store):
    """The invariants that hold after every fault."""
    if not isinstance(store, Postgres):
        require(ask(store, "PRAGMA integrity_check") == [("ok",)], "the file is damaged")
        require(ask(store, "PRAGMA foreign_key_check") == [], "a row points at nothing")
    unbalanced = ask(
        store,
        "SELECT id, read_rows, loaded_rows, merged_rows, rejected_rows FROM import_run "
        "WHERE read_rows <> loaded_rows + merged_rows + rejected_rows",
    )
    require(unbalanced == [], f"read is not loaded + merged + rejected: {unbalanced}")
    rejected = ask(
        store,
        "SELECT r.id, r.rejected_rows, count(x.line) FROM import_run r "
        "LEFT JOIN import_reject x ON x.import_id = r.id GROUP BY r.id, r.rejected_rows "
        "HAVING count(DISTINCT x.line) > r.rejected_rows",
    )
    require(rejected == [], f"more rows in quarantine than were counted: {rejected}")
    torn = ask(
        store,
        "SELECT p.id, p.lines, count(l.line) FROM purchase p LEFT JOIN purchase_line l "
        "ON l.customer_id = p.customer_id AND l.day = p.day AND l.purchase_id = p.id "
        "GROUP BY p.customer_id, p.day, p.id, p.lines HAVING count(l.line) <> p.lines LIMIT 3",
    )
    require(torn == [], f"a purchase has another number of lines than it says: {torn}")
