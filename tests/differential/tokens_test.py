#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: tokens_test.py KEYS ENTITLE_TOKENS NAME=PROGRAM…

Tokens with every kind of alteration, alone and together, before this library and before
others: see comparison.py. KEYS is a folder. DIFFERENTIAL_SEED and DIFFERENTIAL_COUNT say
which tokens and how many with several alterations. Exit status 77: there is nobody to
compare with.
"""

import importlib.util
import json
import os
import random
import sys

MODULES = {"pyjwt": "jwt", "jwcrypto": "jwcrypto"}
MISSING = [name for name in ["cryptography", *MODULES.values()] if not importlib.util.find_spec(name)]
if "cryptography" in MISSING:
    print("SKIPPED: there is no python3-cryptography to make keys with")
    sys.exit(77)

from comparison import Comparison, Reader
import forge
import token_alterations
from token_drafts import AT_S, Draft, NONCE, PRODUCT_CODE, token_of
from token_rules import RULES

HERE = os.path.dirname(os.path.abspath(__file__))
FULL = bool(os.environ.get("ENTITLE_TEST_FULL"))
SEED = int(os.environ.get("DIFFERENTIAL_SEED", "1"))
COUNT = int(os.environ.get("DIFFERENTIAL_COUNT", "10000" if FULL else "150"))
ALL_READERS = 5
# "odd" has a length at which RFC 8017's encoded message is a byte shorter than the modulus.
BITS = {"judge": 2048, "other": 2048, "odd": 2049, "large": 3072, "huge": 4096}


def make(alterations, keys, draw):
    """A label and a token; `alterations` are pairs of an alteration and a value."""
    draft = Draft()
    for alteration, value in alterations:
        alteration.apply(draft, value)
    label = ", ".join(f"{alteration.name} {str(value)[:40]!r}" for alteration, value in alterations)
    return label or "nothing", token_of(draft, keys, draw)


def single(alterations):
    return [[(alteration, value)] for alteration in alterations for value in alteration.values]


def several(count, draw):
    for _ in range(count):
        chosen = draw.choices(token_alterations.ALL, k=draw.randint(2, 4))
        yield [(alteration, draw.choice(alteration.values)) for alteration in chosen]


def readers_for(key, programs):
    at = str(AT_S)
    readers = [Reader(name, [program, key.jwk]) for name, program in programs]
    for name in (name for name, module in MODULES.items() if module not in MISSING):
        readers.append(Reader(name, [sys.executable, f"{HERE}/{name}_tokens.py", key.pem, at]))
    return readers


def same(ours, theirs):
    """Readers of a JWS have the payload's bytes, readers of a JWT the claims."""
    return ours == theirs or json.loads(ours) == json.loads(theirs)


def main():
    folder, program, *programs = sys.argv[1:]
    programs = [name.split("=", 1) for name in programs]
    os.makedirs(folder, exist_ok=True)
    keys = {name: forge.Key(folder, name, bits) for name, bits in BITS.items()}
    comparison = Comparison(RULES, same)
    draw = random.Random(SEED)
    rounds = {"judge": [[]] + single(token_alterations.ALL) + list(several(COUNT, draw)),
              "odd": [[]] + single(token_alterations.SIGNATURE),
              "large": [[]] + (single(token_alterations.ALL) if FULL else []),
              "huge": [[]] + single(token_alterations.SIGNATURE)}
    for name, chosen in rounds.items():
        key = keys[name]
        cases = [make(alterations, {**keys, "judge": key}, draw) for alterations in chosen]
        ours = Reader("entitle", [program, key.pem, PRODUCT_CODE, NONCE, str(AT_S)])
        readers = readers_for(key, programs)
        comparison.judge(cases, ours, readers)
    if not readers:
        print("SKIPPED: there is no other reader of tokens to compare with")
        return 77
    failures = comparison.report(readers, 100, len(readers) == ALL_READERS)
    if failures:
        print(f"DIFFERENTIAL_SEED={SEED} DIFFERENTIAL_COUNT={COUNT} makes these tokens again, "
              f"with the keys in {folder}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
