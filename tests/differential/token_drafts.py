# SPDX-License-Identifier: Apache-2.0
"""Tokens, put together from a draft in which anything may be wrong."""

import hashlib
import hmac

import forge

AT_S = 1795291200  # 2026-11-21T20:00:00Z
PRODUCT_CODE = "cqcvf9f0ugw8rkbgmf1c9dxyz"
NONCE = "ZGlmZmVyZW50aWFsLXRlc3RzLW5vbmNl"


class Draft:
    """What a token is made from. A fresh one is in order."""

    def __init__(self):
        # Members as they are written: quoted names, JSON values.
        self.header = [['"alg"', '"PS256"'], ['"typ"', '"JWT"']]
        self.payload = [['"ProductCode"', f'"{PRODUCT_CODE}"'], ['"PublicKeyVersion"', "1"],
                        ['"Nonce"', f'"{NONCE}"'], ['"iat"', str(AT_S)]]
        self.rewrite = {}  # by part 0 or 1: what to make of its JSON
        self.before = {}  # by part: what to make of its base64url, and sign that
        self.after = {}  # by part: what to make of its base64url afterwards
        self.key = "judge"
        self.scheme = "pss"
        self.salt_length = 32
        self.pss = {}  # other arguments of forge.pss()
        self.wants_leading_zero = False
        self.alter_signature = None
        self.finish = None

    def members(self, part):
        return self.header if part == 0 else self.payload

    def set(self, part, name, value):
        """Changes a member or adds it."""
        for member in self.members(part):
            if member[0] == f'"{name}"':
                member[1] = value
                return
        self.members(part).append([f'"{name}"', value])

    def drop(self, part, name):
        members = self.members(part)
        members[:] = [member for member in members if member[0] != f'"{name}"']

    def json(self, part):
        text = "{" + ",".join(":".join(member) for member in self.members(part)) + "}"
        return self.rewrite.get(part, lambda data: data)(text.encode())


def sign(draft, keys, message, draw):
    key = keys[draft.key]
    if draft.scheme == "pkcs1":
        return forge.pkcs1(key, message)
    if draft.scheme == "hmac":
        return hmac.new(keys["judge"].public_pem, message, hashlib.sha256).digest()
    if draft.scheme == "none":
        return b""
    digest_size = hashlib.new(draft.pss.get("digest", "sha256")).digest_size
    longest = (key.bits + 6) // 8 - digest_size - 2
    # Of a modulus with one bit in its first byte, every second signature begins with zero.
    for _ in range(64 if draft.wants_leading_zero and key.bits % 8 == 1 else 1):
        salt = draw.randbytes(min(draft.salt_length, longest))
        signature = forge.pss(key, message, salt, **draft.pss)
        if signature[0] == 0:
            break
    return signature


def token_of(draft, keys, draw):
    parts = [forge.base64url(draft.json(part)) for part in (0, 1)]
    parts = [draft.before.get(i, lambda text: text)(part) for i, part in enumerate(parts)]
    signature = sign(draft, keys, b".".join(parts), draw)
    if draft.alter_signature:
        signature = draft.alter_signature(signature, keys["judge"])
    parts.append(draft.before.get(2, lambda text: text)(forge.base64url(signature)))
    parts = [draft.after.get(i, lambda text: text)(part) for i, part in enumerate(parts)]
    return draft.finish(parts) if draft.finish else b".".join(parts)
