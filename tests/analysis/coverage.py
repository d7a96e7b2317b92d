#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: coverage.py REPORT.json UNCOVERED.txt ROOT

Prints the coverage of each layer, and fails for a place in a watched file that no test reaches
and that UNCOVERED.txt does not explain, and for an explained one that is reached or gone. A
place is a run of such lines in one function, called after the first. REPORT.json is what
`gcovr --json` writes.
"""

import bisect
import collections
import json
import pathlib
import re
import sys

WATCHED = re.compile(r"src/(token|gate|ledger)/|src/meter/flush")
# A place is known by its function and its text: numbers change with each edit above it.
ENTRY = re.compile(r"  (src/[\w./]+):(\w+): (.+)")


def read_report(path):
    with open(path, encoding="utf-8") as file:
        return [entry for entry in json.load(file)["files"]
                if entry["file"].startswith("src/")]


def print_table(files):
    sums = collections.defaultdict(lambda: [0, 0, 0, 0])
    for entry in files:
        for name in (entry["file"].split("/")[1], "all"):
            for line in entry["lines"]:
                if line.get("gcovr/noncode"):
                    continue
                branches = line.get("branches", [])
                sums[name][0] += line["count"] > 0
                sums[name][1] += 1
                sums[name][2] += sum(branch["count"] > 0 for branch in branches)
                sums[name][3] += len(branches)
    print(f"{'layer':10} {'lines':>15} {'':7} {'branches':>15}")
    for name in sorted(sums, key=lambda name: (name == "all", name)):
        covered, lines, taken, branches = sums[name]
        print(f"{name:10} {f'{covered} of {lines}':>15} {100 * covered / lines:6.1f}%"
              f" {f'{taken} of {branches}':>15} {100 * taken / max(branches, 1):6.1f}%")


def gaps_of(entry, source):
    """(function, text of the first line) of each run of lines that were not reached."""
    functions = sorted((one["lineno"], one["name"]) for one in entry["functions"])
    starts = [start for start, _ in functions]
    last = None
    for line in sorted(entry["lines"], key=lambda line: line["line_number"]):
        number = line["line_number"]
        if line.get("gcovr/noncode"):
            continue
        if line["count"] > 0:
            last = None
            continue
        function = functions[bisect.bisect_right(starts, number) - 1][1]
        if function != last:
            yield number, function, source[number - 1].strip()
        last = function


def find_gaps(files, root):
    """Where each (file, function, text) stands."""
    found = collections.defaultdict(list)
    for entry in files:
        if WATCHED.match(entry["file"]) is None:
            continue
        source = (root / entry["file"]).read_text(encoding="utf-8").splitlines()
        for number, function, text in gaps_of(entry, source):
            found[entry["file"], function, text].append(number)
    return found


def read_reasons(path):
    """The entries, each below a reason, which begins at the margin; and those of them that
    some runs reach: their reason begins with "At times:"."""
    entries, reached_at_times, faults, reason = set(), set(), [], ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = ENTRY.fullmatch(line)
        if match is not None and reason != "" and match.groups() not in entries:
            entries.add(match.groups())
            if reason.startswith("At times:"):
                reached_at_times.add(match.groups())
        elif line.startswith(" "):
            faults.append(f"{path.name}:{number}: no entry, without a reason, or twice")
        elif line == "" or line.startswith("#"):
            reason = ""
        else:
            reason = reason or line
    return entries, reached_at_times, faults


def main():
    report, reasons, root = (pathlib.Path(argument) for argument in sys.argv[1:4])
    files = read_report(report)
    if not any(WATCHED.match(entry["file"]) for entry in files):
        sys.exit("coverage.py: the report has none of the watched files")
    print_table(files)
    gaps = find_gaps(files, root)
    entries, reached_at_times, faults = read_reasons(reasons)
    unexplained = [(file, number, function, text)
                   for (file, function, text), numbers in gaps.items()
                   if (file, function, text) not in entries for number in numbers]
    faults += [f"{file}:{number}: {function}: no test reaches: {text}"
               for file, number, function, text in sorted(unexplained)]
    faults += [f"{reasons.name}: {file}: {function}: reached, or gone: {text}"
               for file, function, text in sorted(entries - reached_at_times - set(gaps))]
    if faults:
        print(*faults, sep="\n")
    print(f"{sum(map(len, gaps.values()))} places of the watched files are not reached, of "
          f"which {len(unexplained)} without a reason")
    sys.exit(1 if faults else 0)


main()
