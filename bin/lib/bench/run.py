"""Runs the measurements and prints one table a subject: run.py --program PATH [analytics|files|house|portfolio|records]"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import analytics  # noqa: E402
import files  # noqa: E402
import house  # noqa: E402
import portfolio  # noqa: E402
import records  # noqa: E402
from measure import Table  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("subject", nargs="?", choices=["analytics", "files", "house", "portfolio", "records"])
    options = parser.parse_args()
    failed = 0
    for subject in (analytics, house, files, portfolio, records):
        if options.subject in (None, subject.__name__):
            table = Table(subject.TITLE, subject.HEADER)
            subject.measure(options.program.resolve(), table)
            failed += table.print()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
