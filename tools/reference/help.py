# SPDX-License-Identifier: Apache-2.0
"""What the programs say of themselves in their help: commands, options, exit statuses."""

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

# "  --keys PATH               folder of …", or two switches that belong together.
OPTION = re.compile(r"^  (--[a-z-]+)(?:, (--[a-z-]+))?(?: ([^ ]+))?(?:  +(.*))?$")
INDENTED = re.compile(r"^ {20,}([^ ].*)$")
VARIABLE = re.compile(r" ?\[([A-Z_]+)\]$")
EVERYWHERE = ("help", "version")  # the commands of every program that has any


class Unreadable(Exception):
    """The help is not of the form that is read here."""


@dataclass
class Option:
    """One row of an option table."""
    name: str
    value: str  # as help calls it: "SECONDS", or its choices "warn|deny"; "" for a switch
    text: str
    variable: str = ""

    @property
    def choices(self):
        return self.value.split("|") if "|" in self.value else []


@dataclass
class Command:
    """A command, or a program that has none."""
    name: str  # all words that one types: "entitle keys check"
    program: str  # the executable: "entitle-usage"
    summary: str
    arguments: str
    options: list = field(default_factory=list)
    words: list = field(default_factory=list)  # those that its first argument may be
    statuses: set = field(default_factory=set)


def say(*command):
    """What a program prints when it is asked for help, which never fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Unreadable(f"{' '.join(map(str, command))}: exit status {done.returncode}")
    return done.stdout


def options_of(text):
    """The options that a part of a help lists."""
    options = []
    is_open = False
    for line in text.splitlines():
        match = OPTION.match(line)
        more = INDENTED.match(line)
        if match:
            options += [Option(name, match[3] or "", match[4] or "")
                        for name in match.group(1, 2) if name]
        elif more and is_open:
            options[-1].text = f"{options[-1].text} {more[1]}".strip()
        is_open = bool(match) or bool(more) and is_open
    for option in options:
        variable = VARIABLE.search(option.text)
        if variable:
            option.variable = variable[1]
            option.text = option.text[:variable.start()]
    return options


def statuses_of(text):
    """The numbers in what a help says of exit statuses."""
    at = re.search(r"[Ee]xit\s+status(es)?:|exit statuses", text)
    return {int(number) for number in re.findall(r"\b(0|6[4-9]|7[0-8]|12[67]|130|143)\b",
                                                 text[at.start():])} if at else set()


def words_of(text):
    """Of "OPERATION is RegisterUsage, MeterUsage or …" and of "DOCUMENT is one of" above a list."""
    match = re.search(r"^[A-Z]+ is (?:one of\n((?:  \S.*\n)+)|((?:\w+, )+\w+\s+or \w+))", text, re.M)
    if not match:
        return []
    if match[1]:
        return [line.split()[0] for line in match[1].splitlines()]
    return [word for word in re.findall(r"\w+", match[2]) if word != "or"]


def usage_of(text, name):
    """The lines after "usage: NAME", as one."""
    match = re.search(rf"^(?:usage:|      ) {re.escape(name)}((?: .*)?(?:\n {{16,}}.*)*)", text, re.M)
    if not match:
        raise Unreadable(f"{name}: its help has no usage")
    return " ".join(match[1].split())


def table_commands(program, rows):
    """Of a program whose `help COMMAND` explains each command."""
    for row in rows:
        text = say(program, "help", *row["command"].split())
        heading = re.match(r"(\S.*): (.*)\n\nusage: \1( |$)", text)
        if not heading:
            continue  # another program's, which speaks for itself
        body, _, examples = text.partition("\nexamples:\n")
        typed = heading[1].removesuffix(row["command"])  # "entitle usage "
        if row["command"] in EVERYWHERE and examples.count(typed) != len(examples.splitlines()):
            raise Unreadable(f"{heading[1]}: its examples are another program's:\n{examples}")
        yield Command(heading[1], program.name, row["summary"], row["arguments"],
                      options_of(body), words_of(body), statuses_of(body))


def plain_commands(program):
    """Of a program with one help, where a paragraph that begins with `WORD` is about a command."""
    text = say(program, "--help")
    body, _, _ = text.partition("\nexamples:\n")
    summary = re.match(rf"{program.name}: ((?:.+\n?)+)", text)
    main, *parts = re.split(r"^`([a-z]+)` ", body, flags=re.M)
    for word, part in [("", main), *zip(parts[::2], parts[1::2])]:
        name = f"{program.name} {word}".strip()
        arguments, options = usage_of(text, name), options_of(part)
        agree(name, arguments, options)
        yield Command(name, program.name, " ".join(summary[1].split()) if summary else "",
                      arguments, options, words_of(part), statuses_of(part))


def agree(name, arguments, options):
    """The line of usage has every option, unless it says [OPTIONS]."""
    used = set(re.findall(r"--[a-z-]+", arguments))
    explained = {option.name for option in options} - {"--help", "--version"}
    missing = used - explained if "[OPTIONS]" in arguments else used ^ explained
    if missing:
        raise Unreadable(f"{name}: usage and options disagree about {', '.join(sorted(missing))}")


def commands_of(program):
    """All commands of an executable."""
    program = Path(program)
    done = subprocess.run([program, "help", "--json"], capture_output=True, text=True,
                          timeout=60, check=False)
    if done.returncode == 0:
        return list(table_commands(program, json.loads(done.stdout)))
    return list(plain_commands(program))


def read(folder):
    """All commands of all programs in a folder, such as build/bin."""
    programs = sorted(path for path in Path(folder).glob("entitle*")
                      if path.is_file() and "_" not in path.name)  # those are tests' own
    if not programs:
        raise Unreadable(f"{folder}: no programs")
    return [command for program in programs for command in commands_of(program)]


def unknown_options(line, commands):
    """Options of our programs on a line of a shell that they do not have, as "COMMAND OPTION"; and
    the beginning of the line where it is of no command."""
    match = re.search(r"(?<![\w/-])(?:[\w/.-]*/)?(entitle(?:-[a-z]+)?)(?= )", line)
    if not match:
        return []
    line = line[match.start(1):].partition(" -- ")[0] + " "
    fitting = [command for command in commands
               for name in {command.name, command.program + command.name[len(command.program):]}
               if line.startswith(name + " ")]
    if not fitting:
        return [line.strip()]
    command = max(fitting, key=lambda command: len(command.name))
    known = {option.name for option in command.options} | {"--help", "--version"}
    return [f"{command.name} {option}" for option in re.findall(r"(?<=\s)--[a-z][a-z-]*", line)
            if option not in known]
