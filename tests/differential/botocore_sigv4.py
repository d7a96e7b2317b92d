#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How botocore signs each request. Questions and answers are those of entitle_sigv4.c."""

import sys
import time

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def sign(fields):
    method, url, at_s, key_id, secret, token, region, service = (
        field.decode() for field in fields[:8])
    request = AWSRequest(method=method, url=url, data=fields[8])
    for name, value in zip(fields[9::2], fields[10::2]):
        request.headers[name.decode()] = value.decode()
    signer = botocore.auth.SigV4Auth(Credentials(key_id, secret, token or None), service, region)
    request.context["timestamp"] = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(int(at_s)))
    # What add_auth() does, at this time instead of now.
    signer._modify_request_before_signing(request)
    canonical = signer.canonical_request(request)
    to_sign = signer.string_to_sign(request, canonical)
    signer._inject_signature_to_request(request, signer.signature(to_sign, request))
    return "\0".join([canonical, to_sign, request.headers["Authorization"]])


def judge(line):
    try:
        fields = [bytes.fromhex(field) for field in line.rstrip("\n").split(" ")]
        return "accept " + sign(fields).encode().hex()
    except Exception as error:  # whichever: it did not sign
        return f"refuse {type(error).__name__}: {ascii(str(error))}"


def main():
    if sys.argv[1:] == ["--version"]:
        print("botocore", botocore.__version__)
        return
    for line in sys.stdin:
        print(judge(line))


if __name__ == "__main__":
    main()
