#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: jwcrypto_tokens.py KEY.pem AT

What JWCrypto says of each token, asked as entitle_tokens.c is, at the same time.
"""

import importlib.metadata
import sys
import time

from jwcrypto import jwk, jwt

LEEWAY_S = 300


def judge(token, key):
    try:
        judged = jwt.JWT(algs=["PS256"])
        judged.leeway = LEEWAY_S
        judged.deserialize(token.decode("utf-8"), key)
        return "accept " + judged.claims.encode().hex()
    except Exception as error:  # whichever: it did not accept
        return f"refuse {type(error).__name__}: {ascii(str(error))}"


def main():
    if sys.argv[1] == "--version":
        print("JWCrypto", importlib.metadata.version("jwcrypto"))
        return
    with open(sys.argv[1], "rb") as file:
        key = jwk.JWK.from_pem(file.read())
    at_s = int(sys.argv[2])
    time.time = lambda: at_s
    for line in sys.stdin:
        print(judge(bytes.fromhex(line), key))


if __name__ == "__main__":
    main()
