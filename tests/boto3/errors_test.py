#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: errors_test.py SANDBOX

Every error that the installed SDK's model declares for an operation is answered by the
sandbox and raised by the SDK as its own class. Exit status 77: there is no boto3 here.
"""

import sys

from provocations import MARKET, try_all
from sandbox import Sandbox, forget_callers_settings

forget_callers_settings()
try:
    import sdk
except ImportError:
    print("SKIPPED: there is no boto3 (Debian: python3-boto3)")
    sys.exit(77)


def provoke(sandbox, operation, error, provocation):
    """What is wrong with what the SDK made of the answer, or None."""
    client = sdk.client(sandbox, region=provocation.region)
    request = provocation.request(sandbox, client, operation)
    try:
        sdk.call(client, operation, request)
    except client.exceptions.ClientError as raised:
        return sdk.complaint_about(client, raised, operation, error)
    return "nothing was raised"


def main():
    with Sandbox(sys.argv[1], MARKET) as sandbox:
        model = sdk.client(sandbox).meta.service_model
        return try_all(sandbox, model, provoke, sdk.VERSION)


if __name__ == "__main__":
    sys.exit(main())
