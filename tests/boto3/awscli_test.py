#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: awscli_test.py SANDBOX

The AWS CLI of this Python, pointed at a sandbox as `env` says: each operation, each error
that its model declares, and its own retries. Exit status 77: there is no AWS CLI here.
"""

import contextlib
import datetime
import io
import json
import os
import re
import subprocess
import sys
import unittest.mock

from provocations import (ACCOUNT, GOOD_SPLIT, MARKET, good_request, try_all,
                          usage_record)
from sandbox import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Sandbox, forget_callers_settings

forget_callers_settings()
try:
    import awscli
    from awscli.clidriver import create_clidriver
    try:  # version 2 brings its own
        from awscli.botocore import session as botocore_session, xform_name
    except ImportError:
        from botocore import session as botocore_session, xform_name
except ImportError:
    print("SKIPPED: there is no AWS CLI (Debian: awscli)")
    sys.exit(77)

# What the CLI ends with where the service refuses: version 2, version 1.
REFUSED = (254, 255)


def as_json(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(type(value))


class CommandLine:
    """The CLI, as a client of a sandbox in a Region."""

    def __init__(self, sandbox, region="us-east-1", **environment):
        comment = re.search("^# (aws .*) OPERATION$", sandbox.environment(), re.MULTILINE)
        self.options = comment[1].split()[1:]
        self.environment = {
            **os.environ, "AWS_DEFAULT_REGION": region, "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY, "AWS_PAGER": "",
            "AWS_MAX_ATTEMPTS": "1", **environment}

    def run(self, *arguments):
        return subprocess.run([sys.executable, "-m", "awscli", *self.options, *arguments],
                              env=self.environment, capture_output=True, text=True,
                              timeout=60, check=False)

    def call(self, operation, request):
        return self.run(xform_name(operation, "-"), "--cli-input-json",
                        json.dumps(request, default=as_json))

    def meter_usage(self, **request):
        self.call("MeterUsage", request).check_returncode()


class CommandLineInside(CommandLine):
    """The same without a process of its own, most of whose time is for loading the CLI."""

    def run(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with unittest.mock.patch.dict(os.environ, self.environment), \
                contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = create_clidriver().main([*self.options, *arguments])
        return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())


def provoke(sandbox, operation, error, provocation):
    """What is wrong with how the CLI ended, or None."""
    client = CommandLineInside(sandbox, region=provocation.region)
    ended = client.call(operation, provocation.request(sandbox, client, operation))
    sentence = f"An error occurred ({error}) when calling the {operation} operation"
    if ended.returncode in REFUSED and sentence in ended.stderr:
        return None
    return f"ended with {ended.returncode}: {ended.stdout}{ended.stderr}"


def answers(sandbox, operation, expected, **changes):
    """Tries a request that succeeds. `expected` is in the answer."""
    sandbox.reset()
    ended = CommandLine(sandbox).call(operation, {**good_request(operation), **changes})
    holds = ended.returncode == 0 and expected in ended.stdout and json.loads(ended.stdout)
    print("ok " if holds else "NOT", operation, "is answered")
    if not holds:
        print(ended.returncode, ended.stdout, ended.stderr)
    return bool(holds)


def retries(sandbox):
    sandbox.reset()
    sandbox.faults({"operation": "ResolveCustomer", "times": 2, "error": "ThrottlingException"})
    ended = CommandLine(sandbox, AWS_MAX_ATTEMPTS="3").run(
        "resolve-customer", "--registration-token", "sandbox-registration-token")
    attempts = len(sandbox.calls("ResolveCustomer"))
    holds = ended.returncode == 0 and attempts == 3
    print("ok " if holds else "NOT", f"throttling is retried: {attempts} attempts")
    return holds


def main():
    with Sandbox(sys.argv[1], MARKET) as sandbox:
        done = [
            answers(sandbox, "RegisterUsage", "Signature"),
            answers(sandbox, "MeterUsage", "MeteringRecordId", UsageAllocations=GOOD_SPLIT),
            answers(sandbox, "BatchMeterUsage", "MeteringRecordId",
                    UsageRecords=[usage_record(UsageAllocations=GOOD_SPLIT)]),
            answers(sandbox, "ResolveCustomer", ACCOUNT),
            retries(sandbox),
        ]
        model = botocore_session.get_session().get_service_model("meteringmarketplace")
        status = try_all(sandbox, model, provoke, f"AWS CLI {awscli.__version__}")
    return status if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
