#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: pyjwt_tokens.py KEY.pem AT

What PyJWT says of each token, asked as entitle_tokens.c is, at the same time.
"""

import datetime
import json
import sys

from cryptography.hazmat.primitives import serialization
import jwt
import jwt.api_jwt

LEEWAY_S = 300


def stop_the_clock(at_s):
    class Stopped(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(at_s, tz)

    jwt.api_jwt.datetime = Stopped


def judge(token, key):
    try:
        claims = jwt.decode(token, key, algorithms=["PS256"], leeway=LEEWAY_S,
                            options={"verify_aud": False})
        return "accept " + json.dumps(claims).encode().hex()
    except Exception as error:  # whichever: it did not accept
        return f"refuse {type(error).__name__}: {ascii(str(error))}"


def main():
    if sys.argv[1] == "--version":
        print("PyJWT", jwt.__version__)
        return
    with open(sys.argv[1], "rb") as file:
        key = serialization.load_pem_public_key(file.read())
    stop_the_clock(int(sys.argv[2]))
    for line in sys.stdin:
        print(judge(bytes.fromhex(line), key))


if __name__ == "__main__":
    main()
