#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A product in Python that starts only where the customer is entitled, and counts what was used.

Usage: product.py gate PRODUCT_CODE KEYS
       product.py use LEDGER PRODUCT_CODE DIMENSION QUANTITY
"""

import re
import sys

import entitle

# As <sysexits.h> and `entitle run` have them.
DONE, FAILED, USAGE, CANNOT_TELL, NOT_ENTITLED = 0, 1, 64, 69, 77


def explain(reason, message, remedy, request_id):
    print(f"product: {reason}: {message}", file=sys.stderr)
    if remedy:
        print(f"product: {remedy}", file=sys.stderr)
    if request_id:
        print(f"product: AWS's request id is {request_id}", file=sys.stderr)


def gate(product_code, keys):
    decision = entitle.check(product_code, keys)
    if decision.may_start:
        print("entitled: the work begins here")
        return DONE
    explain(decision.reason, decision.message, decision.remedy, decision.request_id)
    return NOT_ENTITLED if decision.verdict is entitle.Verdict.NOT_ENTITLED else CANNOT_TELL


def use(ledger, product_code, dimension, quantity):
    with entitle.Meter(ledger, product_code) as meter:
        meter.add(dimension, quantity)
        report = meter.flush(final=True)
    print(f"accepted {report.accepted}, rejected {report.rejected}, "
          f"lost {report.lost}, unsent {report.unsent}")
    return DONE


def main(words):
    try:
        match words:
            case ["gate", product_code, keys]:
                return gate(product_code, keys)
            case ["use", ledger, product_code, dimension, quantity] if re.fullmatch("-?[0-9]{1,18}", quantity):
                return use(ledger, product_code, dimension, int(quantity))
    except entitle.Failure as failure:
        explain(failure.reason, failure, failure.remedy, failure.request_id)
        return FAILED
    print(__doc__, file=sys.stderr)
    return USAGE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
