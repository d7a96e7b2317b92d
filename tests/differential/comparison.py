# SPDX-License-Identifier: Apache-2.0
"""Holds what this project's reader says against what other readers say.

Where we accept, every other reader has to accept the same; where we refuse what another
accepts, or the other way round, or both read something else, a rule has to say why. A rule
that explains nothing any more is a failure, too, but for one of some versions of a reader.
"""

import collections
import re
import subprocess
import sys


OTHERWISE = "reads otherwise"  # in the place of a refusal


class Rule:
    """Why a reader refuses what another accepts, or reads it otherwise."""

    def __init__(self, name, pattern, why, refuser=None, accepter=None,
                 holds=lambda question: True, of_some_versions=False):
        self.name = name
        self.pattern = re.compile(pattern)  # of the refusal
        self.why = why
        self.refuser = refuser  # None: ours
        self.accepter = accepter  # None: any, or ours where the other refuses
        self.holds = holds  # for what a refusal does not tell
        self.of_some_versions = of_some_versions  # of the reader: may explain nothing

    def explains(self, question, refusal, refuser, accepter):
        return (self.refuser == refuser and self.accepter in (None, accepter)
                and self.pattern.match(refusal) is not None and self.holds(question))


def hex_of(question):
    return question.hex() if isinstance(question, bytes) else " ".join(map(bytes.hex, question))


class Reader:
    """A program that answers as lines.h says. A question is bytes, or a list of them."""

    def __init__(self, name, command):
        self.name = name
        self.command = command

    def version(self):
        is_script = self.command[1:] and self.command[1].endswith((".py", ".js"))
        asked = subprocess.run(self.command[:2 if is_script else 1] + ["--version"],
                               capture_output=True, text=True, check=True)
        return asked.stdout.strip()

    def ask(self, questions):
        text = "".join(hex_of(question) + "\n" for question in questions)
        answered = subprocess.run(self.command, input=text, capture_output=True, text=True,
                                  check=False)
        answers = answered.stdout.split("\n")[:-1]
        if answered.returncode != 0 or len(answers) != len(questions):
            at = min(len(answers), len(questions) - 1)
            sys.exit(f"{self.name} ended with {answered.returncode} after {len(answers)} answers, "
                     f"at {hex_of(questions[at])}\n{answered.stderr}")
        return [answer.split(" ", 1) for answer in answers]


class Comparison:
    def __init__(self, rules, same=bytes.__eq__):
        self.rules = rules
        self.same = same  # whether two readings are the same
        self.questions = 0
        self.accepted = 0
        self.agreed = collections.Counter()  # by reader
        self.differed = collections.Counter()  # by rule and reader
        self.unexplained = []

    def _explain(self, label, question, reader, refusal, refuser):
        accepter = None if refuser else reader.name
        for rule in self.rules:
            if rule.explains(question, refusal, refuser, accepter):
                self.differed[rule.name, reader.name] += 1
                return
        who = f"{refuser} refuses what we accept" if refuser else f"we refuse what {accepter} accepts"
        self.unexplained.append(f"{label}: {who}: {refusal}\n    {hex_of(question)}")

    def _compare_readings(self, label, question, ours, reader, theirs):
        if self.same(ours, theirs):
            self.agreed[reader.name] += 1
            return
        for rule in self.rules:
            if rule.explains(question, OTHERWISE, None, reader.name):
                self.differed[rule.name, reader.name] += 1
                return
        self.unexplained.append(f"{label}: {reader.name} {OTHERWISE}\n    {hex_of(question)}\n"
                                f"    ours:   {ours!r}\n    theirs: {theirs!r}")

    def _compare(self, label, question, ours, reader, theirs):
        if ours[0] == "accept" and theirs[0] == "accept":
            self._compare_readings(
                label, question, bytes.fromhex(ours[1]), reader, bytes.fromhex(theirs[1]))
        elif ours[0] == theirs[0]:
            self.agreed[reader.name] += 1
        elif ours[0] == "refuse":
            self._explain(label, question, reader, ours[1], None)
        else:
            self._explain(label, question, reader, theirs[1], reader.name)

    def judge(self, cases, our_reader, readers):
        """`cases` are pairs of a label and a question."""
        questions = [question for _, question in cases]
        ours = our_reader.ask(questions)
        self.questions += len(cases)
        self.accepted += sum(answer[0] == "accept" for answer in ours)
        for reader in readers:
            for (label, question), our, their in zip(cases, ours, reader.ask(questions)):
                self._compare(label, question, our, reader, their)

    def report(self, readers, least_accepted, is_complete):
        """Prints the tables; the number of failures. Only before all readers, which is
        `is_complete`, has every rule to explain something."""
        print(f"{self.questions} questions, of which we accept {self.accepted}")
        for reader in readers:
            differed = sum(count for (_, name), count in self.differed.items() if name == reader.name)
            print(f"| {reader.version()} | {self.agreed[reader.name]} | {differed} |")
        names = [reader.name for reader in readers]
        print("| rule | " + " | ".join(names) + " |")
        for rule in self.rules:
            counts = [str(self.differed[rule.name, name] or "") for name in names]
            print(f"| {rule.name} | " + " | ".join(counts) + " |")
        failures = list(self.unexplained)
        failures += [f"the rule '{rule.name}' explains nothing" for rule in self.rules
                     if is_complete and not rule.of_some_versions
                     and not any(self.differed[rule.name, name] for name in names)]
        if self.accepted < least_accepted:
            failures.append(f"we accept {self.accepted} only, where at least {least_accepted} are good")
        for failure in failures[:20]:
            print("FAILED:", failure)
        if len(failures) > 20:
            print(f"… and {len(failures) - 20} more")
        return len(failures)
