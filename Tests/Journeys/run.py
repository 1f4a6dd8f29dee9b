"""Walks the journeys: what people do with the product, and what befalls it, on a real server with real data.

    run.py --program PATH [--only NAME] [--long] [--list] [--tally FILE] [--keep]

A journey is a function named as a sentence, marked @journey, that takes the World. PostgreSQL journeys start their own.
"""

import argparse
import importlib
import sys
import time
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from harness import World, journeys  # noqa: E402


def sentence(journey):
    return journey.__name__.replace("_", " ")


def walk(journey, world):
    """None when it held, else what went wrong."""
    try:
        journey(world)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        keep_picture(journey, world)
        return told(error)
    finally:
        world.tidy()
    return None


def told(error):
    """The error and the lines of the journeys that led to it; what libraries did in between is left out."""
    steps = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent == HERE]
    lines = [f"{Path(frame.filename).name}:{frame.lineno}: {frame.line}" for frame in steps[1:]]
    return "\n".join([*lines, f"{type(error).__name__}: {error}"])


def keep_picture(journey, world):
    for number, page in enumerate(world.open_pages()):
        try:
            page.screenshot(path=world.pictures / f"{journey.__name__[:80]}-{number}.png", full_page=True)
        except Exception as error:
            print(f"     no picture: {error}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--long", action="store_true", help="more rounds, and the journeys that take long")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--tally", type=Path, help="where to write how many held and how many failed")
    parser.add_argument("--keep", action="store_true", help="leave the scratch folder")
    options = parser.parse_args()
    for module in sorted(HERE.glob("*_journeys.py")):
        importlib.import_module(module.stem)
    wanted = options.only.replace("_", " ").lower()
    chosen = [one for one in journeys if wanted in sentence(one).lower() and (options.long or not one.is_long)]
    if options.list:
        print("\n".join(sentence(one) for one in chosen))
        return 0
    held, failures = 0, []
    with World(options.program.resolve(), long=options.long, keep=options.keep) as world:
        for one in chosen:
            began = time.monotonic()
            wrong = walk(one, world)
            held += wrong is None
            print(
                f"{'held  ' if wrong is None else 'FAILED'} {time.monotonic() - began:6.1f} s  {sentence(one)}",
                flush=True,
            )
            if wrong:
                failures.append((sentence(one), wrong))
                tell(wrong)
    if options.tally:
        options.tally.write_text(f"{held} {len(failures)}\n")
    for name, wrong in failures:
        print(f"FAILED {name}")
        tell(wrong)
    print(f"journeys: {held} of {held + len(failures)} held")
    return 1 if failures else 0


def tell(wrong):
    print("".join(f"     {line}\n" for line in wrong.rstrip().splitlines()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
