#!/usr/bin/env python3
"""Derives the sheet of dark colours that follows the system from a Bootstrap sheet that hangs them on an attribute.

    derive_dark.py tabler.min.css tabler-dark.css

Rules for `[data-bs-theme=dark]` are repeated for `:root`. The pages link the result with
media="(prefers-color-scheme: dark)" when the reader has not chosen a theme, so dark works without scripts.
"""
import re
import sys

ATTRIBUTE = re.compile(r"^(?::root)?\[data-bs-theme=[\"']?dark[\"']?\]")


def split(text, separator):
    """Cuts at a separator that stands outside parentheses, brackets and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == separator and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return parts + [text[start:]]


def blocks(text):
    """Yields (prelude, body) of every block at this level; quotes and parentheses may hold braces."""
    depth, quote, round_depth, start, prelude = 0, "", 0, 0, ""
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "(":
            round_depth += 1
        elif letter == ")":
            round_depth -= 1
        elif round_depth:
            continue
        elif letter == "{":
            if depth == 0:
                prelude, start = text[start:place].strip(), place + 1
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                yield prelude, text[start:place]
                start = place + 1
        elif letter == ";" and depth == 0:
            start = place + 1


def derive(text):
    result = []
    for prelude, body in blocks(text):
        if prelude.startswith(("@media", "@supports")):
            inner = derive(body)
            if inner:
                result.append(f"{prelude}{{{inner}}}")
        elif not prelude.startswith("@"):
            selectors = [s.strip() for s in split(prelude, ",")]
            kept = [ATTRIBUTE.sub(":root", s) for s in selectors if ATTRIBUTE.match(s)]
            if kept:
                result.append(f"{','.join(kept)}{{{body}}}")
    return "\n".join(result)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as source:
        text = re.sub(r"/\*.*?\*/", "", source.read(), flags=re.S)
    derived = derive(text)
    if "color-scheme:dark" not in derived.replace(" ", ""):
        sys.exit(f"{sys.argv[1]}: no dark colours found; is this the right sheet?")
    with open(sys.argv[2], "w", encoding="utf-8") as target:
        target.write(derived + "\n")


if __name__ == "__main__":
    main()
