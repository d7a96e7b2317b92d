# SPDX-License-Identifier: Apache-2.0
"""Why a JSON text is refused by one reader and accepted by another."""

import json
import re

from comparison import Rule

# What the grammar says of a text that is none of its sentences.
GRAMMAR = (r"(a (colon|digit|string|value) was expected|a comma or the end|an escape is not"
           r"|a control character|something follows the value)")


def is_in_another_encoding(text):
    return json.detect_encoding(text) != "utf-8"


def has_a_word_for_no_number(text):
    return re.search(b"NaN|Infinity", text) is not None


def ends_in_nul(text):
    return b"\0" in text


RULES = [
    Rule("members twice", "a member occurs twice", "RFC 7493 §2.3: names are unique"),
    Rule("depth", "it is nested too deeply", "RFC 8259 §9: a reader may bound it; ours at 16"),
    Rule("long number", "a number is too long",
         "RFC 8259 §9: a reader may bound it; ours at 63 characters, as older versions of cJSON misread more"),
    Rule("U+0000", r"a string holds U\+0000", "ours: a text would end there for a reader in C"),
    Rule("lone surrogate", "a surrogate stands alone", "RFC 7493 §2.1: no character"),
    Rule("cJSON: UTF-8", "a string is not UTF-8", "RFC 8259 §8.1: cJSON does not look", accepter="cjson"),
    Rule("Python: UTF-8", "a string is not UTF-8",
         "RFC 3629 §3: Python's reader lets surrogates pass", accepter="python"),
    Rule("cJSON: grammar", GRAMMAR, "RFC 8259 §2, §6, §7: cJSON takes every control character for white "
         "space and for a part of a string, what strtod() takes for a number, and leaves alone what "
         "follows the value", accepter="cjson"),
    Rule("Python: encodings", GRAMMAR, "RFC 8259 §8.1: UTF-8, and no mark before it; Python's reader "
         "takes UTF-16 and UTF-32, too", accepter="python", holds=is_in_another_encoding),
    Rule("Python: NaN", GRAMMAR, "RFC 8259 §6: NaN and Infinity are no numbers", accepter="python",
         holds=has_a_word_for_no_number),
    Rule("Jansson: NUL", GRAMMAR, "RFC 8259 §2: Jansson takes NUL for the end of the text",
         accepter="jansson", holds=ends_in_nul),

    # Where others are stricter.
    Rule("Jansson: numbers", "(too big (negative )?integer|real number overflow)",
         "RFC 8259 §6: it bounds integers to 64 bits, and numbers to a double; whoever asks ours for a "
         "number is told that infinity is none", refuser="jansson"),
]
