# SPDX-License-Identifier: Apache-2.0
"""The lists of options in the pages under docs/man, made of what the programs' help says."""

import re

BLOCK = re.compile(r'^\.\\" Options of: ([^\n]*)\n(.*?)^\.\\" End of options\n', re.M | re.S)


def escaped(text):
    """As text of mdoc, where a backslash and a dot at the beginning have a meaning."""
    text = text.replace("\\", "\\e")
    return "\\&" + text if text[:1] in (".", "'") else text


def sentence(text):
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else text + "."


def item(option):
    """`.It Fl -name Ar VALUE`, and below it what help says."""
    head = f".It Fl {option.name[1:]}"
    if option.choices:
        head += " Cm " + " | ".join(option.choices)
    elif option.value:
        head += f" Ar {option.value}"
    lines = [head]
    if option.text:
        lines.append(escaped(sentence(option.text)))
    if option.variable:
        lines += ["Variable:", f".Ev {option.variable} ."]
    return "\n".join(lines)


def block(options):
    listed = [option for option in options if option.name not in ("--help", "--version")]
    return "\n".join([".Bl -tag -width Ds", *map(item, listed), ".El", ""])


def updated(page, commands):
    """The page's text with its lists as they should be. `commands` go by their names; those that
    have a list are added to the set that is returned, too."""
    found = set()

    def replace(match):
        names = [name.strip() for name in match[1].split(",")]
        found.update(names)
        unknown = [name for name in names if name not in commands]
        if unknown:
            raise KeyError(f"there is no command {', '.join(unknown)}")
        lists = {block(commands[name].options) for name in names}
        if len(lists) > 1:
            raise KeyError(f"{match[1]}: these do not have the same options")
        return f'.\\" Options of: {match[1]}\n{lists.pop()}.\\" End of options\n'

    return BLOCK.sub(replace, page), found
