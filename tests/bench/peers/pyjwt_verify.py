# SPDX-License-Identifier: Apache-2.0
"""KEY_FILE TOKEN_FILE: what a seller writes with PyJWT to verify a token."""

import sys

import jwt

with open(sys.argv[1], "rb") as key, open(sys.argv[2], encoding="ascii") as token:
    jwt.decode(token.read().strip(), key.read(), algorithms=["PS256"])
