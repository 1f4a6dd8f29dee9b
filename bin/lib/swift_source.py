"""Reads Swift source far enough to measure it: what is code, what is a comment, what stands in a string."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Literal:
    """A string literal: where it starts, its text with interpolations as \\( ), and the label before it."""

    offset: int
    text: str
    label: str
    interpolated: bool


@dataclass
class Function:
    name: str
    line: int
    length: int


@dataclass
class SwiftFile:
    path: Path
    text: str
    code: str = ""  # same length as text; comments and string contents are blanks
    literals: list = field(default_factory=list)
    comment_lines: int = 0

    def line(self, offset):
        return bisect_right(self.starts, offset)

    @property
    def lines(self):
        return len(self.starts) - (1 if self.text.endswith("\n") else 0)

    def __post_init__(self):
        self.starts = [0] + [match.end() for match in re.finditer("\n", self.text)]
        self.code = Scanner(self).scan()


class Scanner:
    """Walks a file once; keeps code, blanks the rest."""

    def __init__(self, file):
        self.file, self.text, self.out = file, file.text, list(file.text)

    def scan(self):
        self.code_until(0, None)
        code = "".join(self.out)
        source, kept = self.text.split("\n"), code.split("\n")
        self.file.comment_lines = sum(
            1 for before, after in zip(source, kept) if before.lstrip().startswith(("//", "/*")) and not after.strip()
        )
        return code

    def blank(self, start, end):
        for index in range(start, min(end, len(self.out))):
            if self.out[index] != "\n":
                self.out[index] = " "

    def code_until(self, at, closing):
        """Scans code from `at`; stops after the parenthesis that closes an interpolation."""
        depth, text = 0, self.text
        while at < len(text):
            if text.startswith("//", at):
                end = text.find("\n", at)
                end = len(text) if end < 0 else end
                self.blank(at, end)
                at = end
            elif text.startswith("/*", at):
                at = self.block_comment(at)
            elif text[at] == "`":
                end = text.find("`", at + 1)
                at = len(text) if end < 0 else end + 1
            elif opening := re.compile(r'(#*)("""|")').match(text, at):
                at = self.string(at, opening)
            else:
                if closing and text[at] == "(":
                    depth += 1
                elif closing and text[at] == ")":
                    if depth == 0:
                        return at + 1
                    depth -= 1
                at += 1
        return at

    def block_comment(self, at):
        depth, end = 0, at
        while end < len(self.text):
            if self.text.startswith("/*", end):
                depth, end = depth + 1, end + 2
            elif self.text.startswith("*/", end):
                depth, end = depth - 1, end + 2
                if depth == 0:
                    break
            else:
                end += 1
        self.blank(at, end)
        return end

    def string(self, start, opening):
        hashes, quote = opening.groups()
        ending, escape = quote + hashes, "\\" + hashes
        label = re.search(r"(\w+)\s*:\s*$", self.text[max(0, start - 60) : start])
        at, piece, shown, interpolated = opening.end(), opening.end(), [], False
        while at < len(self.text):
            if self.text.startswith(ending, at):
                break
            if self.text.startswith(escape, at):
                after = at + len(escape)
                if self.text.startswith("(", after):
                    interpolated = True
                    shown.append(self.text[piece:at] + "\\()")
                    self.blank(piece, after)
                    at = piece = self.code_until(after + 1, ")")
                else:
                    at = after + 1
            elif quote == '"' and self.text[at] == "\n":
                break
            else:
                at += 1
        shown.append(self.text[piece:at])
        self.blank(piece, at)
        self.file.literals.append(Literal(start, "".join(shown), label.group(1) if label else "", interpolated))
        return at + len(ending)


def declarations_end(code, at):
    """From the keyword of a function to its body: the offset of `{`, or None when there is none."""
    depth = 0
    while at < len(code):
        character = code[at]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth == 0 and character == "{":
            return at
        elif depth == 0 and character == "}":
            return None
        elif (
            depth == 0
            and character == "\n"
            and re.match(
                r"\s*(@\w+|func|var|let|init|static|case|associatedtype|subscript|public|package|private|mutating|}|$)",
                code[at + 1 : at + 40],
            )
        ):
            return None
        at += 1
    return None


def closing_brace(code, opening):
    depth = 0
    for at in range(opening, len(code)):
        if code[at] == "{":
            depth += 1
        elif code[at] == "}":
            depth -= 1
            if depth == 0:
                return at
    return len(code) - 1


STARTS = re.compile(
    r"(?m)(?<![\w.`])(func\s+(`[^`]+`|[^\s(<]+)|init[?]?(?=\s*[(<])|deinit|subscript(?=\s*[(<])"
    r"|(?:let|var)\s+(\w+)\s*:[^=\n{]+(?=\{))"
)


def functions(file):
    """Every function, initializer, subscript and computed property with a body of its own."""
    found = []
    for match in STARTS.finditer(file.code):
        before = file.code[: match.start()].rsplit("\n", 1)[-1]
        if match.group(0).startswith("init") and before.rstrip().endswith("."):
            continue
        opening = declarations_end(file.code, match.end())
        if opening is None or re.match(r"\{\s*(get|set)\b[^{}]*\}", file.code[opening : opening + 80]):
            continue
        first, last = file.line(match.start()), file.line(closing_brace(file.code, opening))
        name = match.group(2) or match.group(3) or match.group(1).rstrip("?")
        found.append(Function(name.strip("`"), first, last - first + 1))
    return found
