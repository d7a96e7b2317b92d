# SPDX-License-Identifier: Apache-2.0
"""A document's fenced blocks, and whether what was printed is what it shows."""

import json
import re
from dataclasses import dataclass

FENCE = re.compile(r"^(`{3,})([a-z]+)(?: ([^\n]*))?\n(.*?)^\1$|^<!-- (sh)\n(.*?)^-->$", re.M | re.S)
FILE = re.compile(r"`([\w./-]+)`:\n+\Z")

# What no run prints twice; shown values may also have "…" for whatever varies.
VARYING = ("MeteringRecordId", "Timestamp", "from", "to", "url", "keys", "state", "elapsed_ms",
           "request_id", "issued_at")


@dataclass
class Block:
    kind: str  # "sh", "json", …
    text: str
    line: int
    needs: str = ""  # what a test does not have: "docker", "aws", …
    role: str = ""  # of SQL: as whom it is run
    file: str = ""  # what the text before names it: "`market.json`:"


def blocks_of(text):
    """In their order. Those in a comment, <!-- sh … -->, are run and not seen by readers."""
    found = []
    if re.search(r"^ +```[a-z]", text, re.M):
        raise ValueError("an indented fence is not found here")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match[5]:
            found.append(Block("sh", match[6], line))
            continue
        marks = dict(mark.split("=", 1) for mark in (match[3] or "").split())
        file = FILE.search(text, 0, match.start())
        found.append(Block(match[2], match[4], line, marks.pop("needs", ""), marks.pop("as", ""),
                           file[1] if file else ""))
        if marks:
            raise ValueError(f"line {line}: what is {' '.join(marks)} on a fence?")
    return found


def values_agree(shown, printed):
    if isinstance(shown, dict) and isinstance(printed, dict):
        return shown.keys() == printed.keys() and all(
            name in VARYING and value is not None and printed[name] is not None
            or values_agree(value, printed[name]) for name, value in shown.items())
    if isinstance(shown, list) and isinstance(printed, list):
        return len(shown) == len(printed) and all(map(values_agree, shown, printed))
    return shown == "…" and printed is not None or shown == printed


def texts_agree(shown, printed):
    """A line "…" stands for any lines, and "…" in a line for anything in it."""
    pattern = "".join("(?:.*\n)*" if line == "…\n" else re.escape(line).replace("…", ".*")
                      for line in shown.splitlines(keepends=True))
    return re.fullmatch(pattern, printed) is not None


def agree(kind, shown, printed):
    if kind == "text":
        return texts_agree(shown, printed)
    try:
        return values_agree(json.loads(shown), json.loads(printed))
    except ValueError:
        return False
