#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: completion.py ROOT BIN

The completions offer what the programs' help lists, and nothing else: commands, options and
the values of options, asked of each shell that is installed. bash's function is called as
bash would; of zsh the arguments for `_arguments` are looked at; fish is asked.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT, BIN = (Path(argument).resolve() for argument in sys.argv[1:3])
sys.path.insert(0, str(ROOT / "tools/reference"))
import help as programs  # pylint: disable=wrong-import-position

failures = 0


def complain(text):
    global failures
    failures += 1
    print(text)


def questions(commands):
    """Pairs of what is typed, its last word being completed, and the set that is offered."""
    names = {}
    for command in commands:
        names[command.name] = command
        if command.program != command.name.split()[0]:
            names[command.program + " " + command.name.split()[-1]] = command
    heads = {name.rsplit(" ", 1)[0] for name in names if " " in name}
    for head in heads - {name for name, command in names.items() if command.words}:
        count = len(head.split())
        commands_below = {name.split()[count] for name in names if name.startswith(head + " ")}
        yield head + " ", commands_below
    for name, command in names.items():
        yield name + " --", {option.name for option in command.options} | {"--help"}
        if command.words:
            yield name + " ", set(command.words)
            yield f"{name} {command.words[0]} --", {o.name for o in command.options} | {"--help"}
        for option in command.options:
            if option.choices:
                yield f"{name} {option.name} ", set(option.choices)


def ask_bash(asked):
    script = [f". {ROOT}/tools/completion/entitle.bash"]
    for typed in asked:
        words = typed.split(" ")
        script.append(f"COMP_WORDS=({' '.join(repr(word) for word in words)}) COMP_CWORD={len(words) - 1}\n"
                      f'_entitle {words[0]} "" ""; echo "${{COMPREPLY[*]}}"')
    done = subprocess.run(["bash", "--norc", "-u", "-c", "\n".join(script)], text=True, capture_output=True,
                          cwd="/", timeout=120, check=False)
    if done.stderr:
        complain(f"bash says: {done.stderr}")
    return done.stdout.split("\n")[:len(asked)]


ZSH_STUBS = r"""
_arguments() {
    local spec last=$words[CURRENT] before=$words[CURRENT-1]
    for spec in "$@"; do
        if [[ $spec != -* || $spec == -S ]]; then continue; fi
        if [[ $last == -* ]]; then
            printf '%s ' ${${spec%%\[*}%=}
        elif [[ ${${spec%%\[*}%=} == $before && $spec == *:\(*\) ]]; then
            printf '%s ' ${${spec##*:\(}%\)}
        fi
    done
}
compadd() { shift; printf '%s ' "$@" }
ask() {
    local service=$1
    words=("$@") CURRENT=$#
    source $completion
    print
}
"""


def ask_zsh(asked):
    script = [f"completion={ROOT}/tools/completion/_entitle", ZSH_STUBS]
    script += [f"ask {' '.join(repr(word) for word in typed.split(' '))}" for typed in asked]
    done = subprocess.run(["zsh", "-f", "-c", "\n".join(script)], text=True, capture_output=True,
                          timeout=120, check=False)
    if done.stderr:
        complain(f"zsh says: {done.stderr[:2000]}")
    return done.stdout.split("\n")[:len(asked)]


def ask_fish(asked):
    script = [f"source {ROOT}/tools/completion/entitle.fish"]
    script += [f"complete -C '{typed}' | string replace -r '\\t.*' ''; echo %" for typed in asked]
    done = subprocess.run(["fish", "--no-config", "-c", "\n".join(script)], text=True, capture_output=True,
                          cwd="/", timeout=120, check=False)
    if done.stderr:
        complain(f"fish says: {done.stderr}")
    return [" ".join(answer.split()) for answer in done.stdout.split("%\n")[:len(asked)]]


def main():
    asked = dict(questions(programs.read(BIN)))
    if len(asked) < 40:
        complain("finds hardly anything to complete: this check is broken")
    for shell, ask in (("bash", ask_bash), ("zsh", ask_zsh), ("fish", ask_fish)):
        if not shutil.which(shell):
            print(f"SKIPPED: the completions of {shell}, which is not installed")
            continue
        answers = ask(list(asked))
        if len(answers) < len(asked):
            complain(f"{shell} answers {len(answers)} of {len(asked)} questions")
        for (typed, wanted), answer in zip(asked.items(), answers):
            if set(answer.split()) != wanted:
                complain(f"{shell} offers for '{typed}', otherwise than help: "
                         f"{' '.join(sorted(set(answer.split()) ^ wanted))}")
    print(f"{len(asked)} completions asked for")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
