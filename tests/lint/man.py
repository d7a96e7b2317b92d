#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: man.py ROOT BIN MAN3

The man pages and the code agree: each command, exit status, exported function, public type
and macro has its place in a page, each page has its sections and leads to pages that are
there, its examples use options that exist, and mandoc finds nothing wrong. The lists of
options themselves are compared by `tools/reference/update --check`.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT, BIN, MAN3 = map(Path, sys.argv[1:4])
sys.path.insert(0, str(ROOT / "tools/reference"))
import help as programs  # pylint: disable=wrong-import-position

SECTIONS = {
    "1": ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"],
    "3": ["NAME", "LIBRARY", "SYNOPSIS", "DESCRIPTION", "SEE ALSO"],
    "7": ["NAME", "DESCRIPTION", "SEE ALSO"],
}
FOREIGN = {("execve", "2")}  # other people's pages that ours lead to
OWN_NUMBERS = {"EX_SIGNAL": {130, 143}, "EX_CANNOT_EXECUTE": {126}, "EX_NOT_FOUND": {127}}
# The sources of each program's exit statuses, beside tools/console, through which any may come.
SOURCES = {"entitle": ["tools/cli", "tools/console"], "entitle-usage": ["tools/usage"],
           "entitle-agent": ["tools/agent"], "entitle-sandbox": ["tools/sandbox"],
           "entitle-licence": ["tools/licensing", "tools/cli"],
           "entitle-licence-issue": ["tools/issuer"]}

failures = 0


def complain(text):
    global failures
    failures += 1
    print(text)


def read_pages():
    """{(name, section): text}, those left out that only lead to others."""
    paths = [*ROOT.glob("docs/man/*.[17]"), *MAN3.glob("*.3")]
    texts = {(path.stem, path.suffix[1:]): path.read_text(encoding="utf-8") for path in paths}
    return ({key: text for key, text in texts.items() if not text.startswith(".so ")},
            {key for key in texts})


def section(text, name):
    match = re.search(rf"^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)", text, re.M | re.S)
    return match[1] if match else ""


def check_form(pages, names):
    for (name, number), text in pages.items():
        page = f"{name}({number})"
        for wanted in SECTIONS[number]:
            if not section(text, wanted):
                complain(f"{page} has no section {wanted}")
        for reference in re.findall(r"^\.(?:It )?Xr (\S+) (\d)", text, re.M):
            if reference not in names | FOREIGN:
                complain(f"{page} leads to {reference[0]}({reference[1]}), which is not there")


def statuses_in_code(folders):
    found = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.[ch]"):
            for name in re.findall(r"\bEX_[A-Z_]+\b", path.read_text(encoding="utf-8")):
                found |= OWN_NUMBERS.get(name) or {getattr(os, name)}
    return found


def statuses_in(page):
    return {int(number) for number in re.findall(r"^\.It (\d+)$", section(page, "EXIT STATUS"), re.M)}


def list_of(numbers):
    return " ".join(map(str, sorted(numbers)))


def check_statuses(pages, commands):
    """A program's page has what its sources can end with; a command's what its help names, and no
    other than its program."""
    any_status = statuses_in_code(["tools/console", "tools/cli"])
    for program in sorted({command.program for command in commands}):
        page = pages.get((program, "1"), "")
        own = statuses_in_code(SOURCES.get(program, [f"tools/{program.partition('-')[2]}"]))
        missing = own - statuses_in(page)
        if missing:
            complain(f"{program}(1) lacks exit statuses that its code has: {list_of(missing)}")
        others = statuses_in(page) - own - any_status
        if others:
            complain(f"{program}(1) has exit statuses that its code has not: {list_of(others)}")
    for command in commands:
        page = page_of(pages, command)
        missing = command.statuses - statuses_in(page)
        if missing:
            complain(f"the page of '{command.name}' lacks exit statuses of its help: {list_of(missing)}")
        others = statuses_in(page) - statuses_in(pages.get((command.program, "1"), ""))
        if others:
            complain(f"the page of '{command.name}' has exit statuses that {command.program}(1) has "
                     f"not: {list_of(others)}")
    check_table("README.md", pages[("entitle", "1")])
    check_table("docs/usage.md", pages[("entitle-usage", "1")] if ("entitle-usage", "1") in pages else "")


def check_table(document, page):
    """The table of exit statuses in a document, against the page; 70 goes without saying."""
    text = (ROOT / document).read_text(encoding="utf-8").partition("## Exit statuses")[2]
    numbers = {int(number) for row in re.findall(r"^\| ((?:\d+(?:, )?)+) \|", text, re.M)
               for number in row.split(", ")}
    if numbers | {70} != statuses_in(page):
        complain(f"{document} and the page have other exit statuses: "
                 f"{list_of((numbers | {70}) ^ statuses_in(page))}")


def page_of(pages, command):
    marker = re.compile(rf'^\.\\" Options of: (.*, )?{re.escape(command.name)}(,.*)?$', re.M)
    return next((text for text in pages.values() if marker.search(text)), "")


def check_examples(pages, commands):
    """Options in examples are options of that command."""
    for (name, number), text in pages.items():
        for line in section(text, "EXAMPLES").replace("\\e\n", " ").splitlines():
            for wrong in programs.unknown_options(line, commands) if line[:1] != "." else ():
                complain(f"{name}({number}): an example of what is not there: {wrong}")


def check_functions(pages, names):
    exported = set()
    for path in (ROOT / "src/entitle.map", ROOT / "src/meter/entitle-meter.map",
                 ROOT / "src/licence/entitle-licence.map"):
        exported |= set(re.findall(r"^\s+(entitle_[a-z0-9_]+);", path.read_text(encoding="utf-8"), re.M))
    if len(exported) < 100:
        complain("finds hardly any functions: this check is broken")
    described = [function for (_, number), text in pages.items() if number == "3"
                 for function in re.findall(r"^\.Fo (\S+)", text, re.M)]
    explained = [function for (_, number), text in pages.items() if number == "3"
                 for function in re.findall(r"^\.It Fn (\S+)", text, re.M)]
    for what, found in (("declared", described), ("explained", explained)):
        for function in sorted(exported ^ set(found)):
            complain(f"{function}() is {'not ' if function in exported else ''}{what} in a page, and "
                     f"{'' if function in exported else 'not '}exported")
        if len(found) != len(set(found)):
            complain(f"a function is {what} in two pages")
    for function in sorted(exported):
        if (function, "3") not in names:
            complain(f"there is no page {function}(3)")


def check_types(pages):
    """Types, enumerators and macros that a header defines stand in its page."""
    count = 0
    for path in sorted((ROOT / "include/entitle").glob("*.h")):
        if path.name == "export.h":
            continue
        page = pages.get((f"entitle_{path.stem}", "3"), "")
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        defined = re.findall(r"^(?:typedef .*?\b|\} )(entitle_[a-z_]+)(?:\(.*\))?;", text, re.M)
        defined += re.findall(r"^#define (ENTITLE_(?!\w+_H$)\w+)", text, re.M)
        defined += re.findall(r"^ +(ENTITLE_[A-Z_]+)(?: = \w+)?,?$", text.partition("ENTITLE_BEGIN_DECLS")[0], re.M)
        count += len(defined)
        for name in defined:
            if not re.search(rf"\b{name}\b", page):
                complain(f"entitle_{path.stem}(3) lacks {name}")
    if count < 100:
        complain("finds hardly any types: this check is broken")


def check_mandoc(pages):
    """Warnings, and what man-db could not show. True: mandoc is not installed."""
    if not shutil.which("mandoc"):
        print("SKIPPED: mandoc's own checks need mandoc (Debian: mandoc)")
        return True
    for (name, number), text in pages.items():
        done = subprocess.run(["mandoc", "-Tlint", "-Wwarning"], input=text, text=True,
                              capture_output=True, timeout=60, check=False)
        if done.returncode != 0:
            complain(f"{name}({number}): {done.stdout}{done.stderr}")
    return False


def main():
    pages, names = read_pages()
    commands = programs.read(BIN)
    check_form(pages, names)
    check_statuses(pages, commands)
    check_examples(pages, commands)
    check_functions(pages, names)
    check_types(pages)
    is_skipped = check_mandoc(pages)
    print(f"{len(pages)} pages, {len(commands)} commands")
    if failures:
        return 1
    return 77 if is_skipped else 0


if __name__ == "__main__":
    sys.exit(main())
