# SPDX-License-Identifier: Apache-2.0
"""Completions for bash, zsh and fish, made of what the programs' help says."""

import re
from collections import defaultdict

HEADER = "# SPDX-License-Identifier: Apache-2.0\n# Made by tools/reference/update of the programs' help.\n"


def names_of(command):
    """All that one may type for it: "entitle usage add" and "entitle-usage add"."""
    prefix = command.program.replace("-", " ")
    names = [command.name]
    if command.name.startswith(prefix + " ") and prefix != command.program:
        names.append(command.program + command.name[len(prefix):])
    return names


def by_typed_name(commands):
    return {name: command for command in commands for name in names_of(command)}


def followers(typed):
    """The words that go on from a name: commands, or what the first argument may be."""
    found = defaultdict(list)
    for name, command in typed.items():
        words = name.split()
        for count in range(1, len(words)):
            before = " ".join(words[:count])
            if words[count] not in found[before]:
                found[before].append(words[count])
        found[name] += command.words
    for name in typed:
        if name.split()[-1] == "help":
            found[name] += found[name.rpartition(" ")[0]]
    return {name: words for name, words in found.items() if words}


def programs_of(typed):
    return sorted({name.split()[0] for name in typed})


def kind_of(option):
    """What completes a value: "words a b", "file", "folder" or "any"; "" for a switch."""
    if option.choices:
        return "words " + " ".join(option.choices)
    if option.value in ("PATH", "FILE"):
        return "file"
    if option.value == "DIR":
        return "folder"
    return "any" if option.value else ""


def takes_files(command):
    """Whether an argument that is no option's value is a file; a shell knows nothing of "@FILE"."""
    return bool(re.search(r"(?<!@)\b(FILE|PATH)\b", re.sub(r"--[a-z-]+ \S+", "", command.arguments)))


def runs_program(command):
    return "-- PROGRAM" in command.arguments


# --- bash -----------------------------------------------------------------------------

BASH = r"""
_entitle_value() {
    local kind
    kind=$(_entitle_kind "$1 $2") || return 1
    case $kind in
    words*) COMPREPLY=($(compgen -W "${kind#words}" -- "$3")) ;;
    file) COMPREPLY=($(compgen -f -- "$3")) ;;
    folder) COMPREPLY=($(compgen -d -- "$3")) ;;
    esac
}

_entitle() {
    local IFS=$' \t\n' words=("${COMP_WORDS[@]:0:COMP_CWORD}") current=${COMP_WORDS[COMP_CWORD]}
    local command=${1##*/} count=1 previous
    COMPREPLY=()
    while ((count < COMP_CWORD)) && _entitle_is_command "$command ${words[count]}"; do
        command+=" ${words[count]}"
        ((count++))
    done
    [[ " ${words[*]} " != *" -- "* ]] || {
        COMPREPLY=($(compgen -c -f -- "$current"))
        return
    }
    # "--route=x" comes as three words.
    previous=${words[COMP_CWORD - 1]}
    [[ $current != = ]] || current=
    [[ $previous != = ]] || previous=${words[COMP_CWORD - 2]}
    ! _entitle_value "$command" "$previous" "$current" || return 0
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$(_entitle_options "$command")" -- "$current"))
    elif ((count == COMP_CWORD)); then
        COMPREPLY=($(compgen -W "$(_entitle_words "$command")" -- "$current"))
    fi
    if ((${#COMPREPLY[@]} == 0)) && _entitle_takes_files "$command"; then
        COMPREPLY=($(compgen -f -- "$current"))
    fi
}
"""


def bash_case(name, pairs):
    """A function that prints for each of some names a text; the names that have the same one
    stand together."""
    texts = defaultdict(list)
    for key, text in pairs:
        texts[text].append(key)
    lines = [f"{name}() {{", "    case $1 in"]
    for text, keys in texts.items():
        patterns = " | \\\n    ".join(f"'{key}'" for key in keys)
        lines.append(f"    {patterns}) echo '{text}' ;;")
    return "\n".join([*lines, "    *) return 1 ;;", "    esac", "}", ""])


def is_command(typed):
    """A function that is true of all that may be typed for a command or a group of commands."""
    names = {" ".join(name.split()[:count]) for name in typed for count in range(1, len(name.split()) + 1)}
    return bash_case("_entitle_is_command", [(name, "") for name in sorted(names)]).replace("echo ''", "return 0")


def bash(typed):
    words = followers(typed)
    parts = [
        HEADER,
        is_command(typed),
        bash_case("_entitle_words", [(name, " ".join(list_)) for name, list_ in words.items()]),
        bash_case("_entitle_options", [(name, " ".join([o.name for o in command.options] + help_of(command)))
                                       for name, command in typed.items()]),
        bash_case("_entitle_kind", [(f"{name} {option.name}", kind_of(option))
                                    for name, command in typed.items() for option in command.options
                                    if kind_of(option)]),
        bash_case("_entitle_takes_files", [(name, "yes") for name, command in typed.items()
                                           if takes_files(command)]).replace("echo 'yes'", "return 0"),
    ]
    return "\n".join(parts) + BASH + f"\ncomplete -F _entitle {' '.join(programs_of(typed))}\n"


def help_of(command):
    """Any command knows --help; a program's own list may have it."""
    return [] if any(option.name == "--help" for option in command.options) else ["--help"]


# --- zsh ------------------------------------------------------------------------------

ZSH = r"""
local command=${service:t} next
while (( CURRENT > 2 )); do
    next="$command $words[2]"
    _entitle_is_command $next || break
    command=$next
    shift words
    (( CURRENT-- ))
done
if (( CURRENT == 2 )) && [[ $words[2] != -* ]] && _entitle_words $command >/dev/null; then
    compadd -- $(_entitle_words $command)
    return
fi
_entitle_arguments $command
"""


def zsh_quoted(text):
    return text.replace("'", "'\\''")


def zsh_spec(option):
    text = option.text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    spec = f"{option.name}[{text}]"
    kind = kind_of(option)
    action = {"": None, "file": "_files", "folder": "_files -/", "any": " "}.get(
        kind, f"({kind.removeprefix('words ')})")
    if action is not None:
        label = "value" if option.choices else option.value.replace(":", "\\:")
        spec = f"{spec}:{label}:{action}".replace("[", "=[", 1)
    return f"'{zsh_quoted(spec)}'"


def zsh_arguments(command):
    specs = [zsh_spec(option) for option in command.options]
    specs += [f"'{name}[explain it]'" for name in help_of(command)]
    if runs_program(command):
        specs.append("'*::program:_normal'")
    elif takes_files(command):
        specs.append("'*:file:_files'")
    return " \\\n            ".join(["_arguments -S", *specs])


def zsh(typed):
    own = {command.name: [] for command in typed.values()}
    for name, command in typed.items():
        own[command.name].append(name)
    lines = ["_entitle_arguments() {", "    case $1 in"]
    for names in own.values():
        patterns = "|".join(f"'{name}'" for name in names)
        lines += [f"    {patterns})", f"        {zsh_arguments(typed[names[0]])} ;;"]
    lines += ["    esac", "}", ""]
    words = followers(typed)
    table = bash_case("_entitle_words", [(name, " ".join(list_)) for name, list_ in words.items()])
    return "\n".join([f"#compdef {' '.join(programs_of(typed))}", HEADER, is_command(typed), table, *lines]) + ZSH.lstrip("\n")


# --- fish -----------------------------------------------------------------------------

FISH = r"""
# The words so far begin with these, and there is no program of `run` yet.
function __entitle_in
    set -l words (commandline -opc)
    set words[1] (string replace -r '.*/' '' -- $words[1])
    contains -- -- $words; and return 1
    string match -q -- "$argv *" "$words "
end

# The words so far are these and no more.
function __entitle_at
    set -l words (commandline -opc)
    set words[1] (string replace -r '.*/' '' -- $words[1])
    test "$words" = "$argv"
end

# A program is to be named, or its arguments.
function __entitle_at_program
    set -l words (commandline -opc)
    contains -- -- $words
end
"""


def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_place(name, typed):
    """Behind these words, but not behind those of a command of its own."""
    below = [other for other in typed if other.startswith(name + " ")]
    return "; and not ".join(f"__entitle_in {place}" for place in [name, *below])


def fish_option(name, place, option):
    kind = kind_of(option)
    value = {"": "", "file": " -rF", "folder": " -xa '(__fish_complete_directories)'", "any": " -x"}.get(
        kind, f" -xa {fish_quoted(kind.removeprefix('words '))}")
    return (f"complete -c {name.split()[0]} -n '{place}' -l {option.name[2:]}{value}"
            f" -d {fish_quoted(option.text)}")


def fish_lines(name, command, typed):
    program, place = name.split()[0], fish_place(name, typed)
    yield from (fish_option(name, place, option) for option in command.options)
    yield from (f"complete -c {program} -n '{place}' -l {switch[2:]} -d 'explain it'"
                for switch in help_of(command))
    if runs_program(command):
        yield f"complete -c {program} -n __entitle_at_program -a '(__fish_complete_command)' -F"
    elif takes_files(command):
        yield f"complete -c {program} -n '{place}' -F"


def fish(typed):
    lines = [HEADER + FISH]
    lines += [f"complete -c {program} -f" for program in programs_of(typed)]
    for name, words in followers(typed).items():
        lines.append(f"complete -c {name.split()[0]} -n '__entitle_at {name}' -a {fish_quoted(' '.join(words))}")
    for name, command in typed.items():
        lines += fish_lines(name, command, typed)
    return "\n".join(lines) + "\n"


def files(commands):
    """The text of each file in tools/completion."""
    typed = by_typed_name(commands)
    return {"entitle.bash": bash(typed), "_entitle": zsh(typed), "entitle.fish": fish(typed)}
