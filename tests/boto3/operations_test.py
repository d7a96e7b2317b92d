#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: operations_test.py SANDBOX

What boto3 makes of the sandbox's answers, and the sandbox of boto3's requests.
Exit status 77: there is no boto3 here.
"""

import base64
import datetime
import json
import os
import subprocess
import sys
import unittest

from provocations import (ACCOUNT, GOOD_SPLIT, IDENTIFIER, LICENSE, MARKET, NOW, PRODUCT, TAG,
                          good_request, usage_record)
from sandbox import Sandbox, forget_callers_settings

forget_callers_settings()
try:
    import sdk
except ImportError:
    print("SKIPPED: there is no boto3 (Debian: python3-boto3)")
    sys.exit(77)

sandbox = None
HOUR = NOW.replace(minute=0, second=0, microsecond=0)
EPOCH_S = int(HOUR.timestamp())


def claims_of(answer):
    part = answer["Signature"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class SdkTest(unittest.TestCase):
    def setUp(self):
        sandbox.reset()
        self.client = sdk.client(sandbox)

    def call(self, operation, client=None, **changes):
        answer = sdk.call(client or self.client, operation,
                          {**good_request(operation), **changes})
        self.assertTrue(sdk.has_request_id(answer), answer)
        return answer


class Answers(SdkTest):
    def test_register_usage_answers_with_a_token(self):
        claims = claims_of(self.call("RegisterUsage"))
        self.assertEqual(claims["Nonce"], "n-1")
        self.assertEqual(claims["ProductCode"], PRODUCT)

    def test_an_older_key_version_has_a_time_of_rotation(self):
        sandbox.control("POST", "keys/rotate")
        rotated_at = self.call("RegisterUsage")["PublicKeyRotationTimestamp"]
        self.assertIsInstance(rotated_at, datetime.datetime)
        self.assertLess(abs(rotated_at - NOW), datetime.timedelta(minutes=10))

    def test_meter_usage_answers_with_a_record_id(self):
        record_id = self.call("MeterUsage", UsageAllocations=GOOD_SPLIT)["MeteringRecordId"]
        self.assertEqual([record["metering_record_id"] for record in sandbox.records()],
                         [record_id])

    def test_batch_meter_usage_answers_for_each_record(self):
        records = [usage_record(), usage_record(Dimension="gigabytes", UsageAllocations=GOOD_SPLIT)]
        answer = self.call("BatchMeterUsage", UsageRecords=records)
        self.assertEqual([result["Status"] for result in answer["Results"]], ["Success"] * 2)
        self.assertEqual(answer["UnprocessedRecords"], [])
        for result, record in zip(answer["Results"], records):
            self.assertTrue(result["MeteringRecordId"])
            echo = result["UsageRecord"]
            self.assertEqual(echo["Dimension"], record["Dimension"])
            self.assertEqual(echo["Timestamp"], NOW.replace(microsecond=0))
            self.assertEqual(echo.get("UsageAllocations"), record.get("UsageAllocations"))

    def test_batch_meter_usage_tells_of_each_record_why_not(self):
        self.call("BatchMeterUsage")
        again = self.call("BatchMeterUsage", UsageRecords=[usage_record(Quantity=6)])
        self.assertEqual(again["Results"][0]["Status"], "DuplicateRecord")
        sandbox.unsubscribe()
        later = self.call("BatchMeterUsage", UsageRecords=[usage_record(Dimension="gigabytes")])
        self.assertEqual(later["Results"][0]["Status"], "CustomerNotSubscribed")

    def test_batch_meter_usage_hands_back_what_it_left(self):
        sandbox.faults({"operation": "BatchMeterUsage", "unprocessed": 1})
        records = [usage_record(), usage_record(Dimension="gigabytes")]
        answer = self.call("BatchMeterUsage", UsageRecords=records)
        self.assertEqual([record["Dimension"] for record in answer["UnprocessedRecords"]],
                         ["gigabytes"])
        self.assertEqual(len(answer["Results"]), 1)

    def test_resolve_customer_answers_with_the_customer(self):
        answer = self.call("ResolveCustomer")
        self.assertEqual(answer["ProductCode"], PRODUCT)
        self.assertEqual(answer["CustomerIdentifier"], IDENTIFIER)
        self.assertEqual(answer["CustomerAWSAccountId"], ACCOUNT)
        # Models of 2022 do not have it.
        self.assertIn(answer.get("LicenseArn"), (None, LICENSE))

    def test_a_dry_run_that_would_succeed_is_an_error(self):
        with self.assertRaises(self.client.exceptions.ClientError) as caught:
            self.call("MeterUsage", DryRun=True)
        self.assertEqual(caught.exception.response["Error"]["Code"], "DryRunOperation")
        self.assertEqual(sandbox.records(), [])


class Requests(SdkTest):
    # The same moment, in every form that boto3 takes.
    TIMESTAMPS = [
        HOUR,
        HOUR.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30))),
        HOUR.replace(tzinfo=None),  # the test's time zone is UTC
        EPOCH_S,
        float(EPOCH_S),
        EPOCH_S + 0.75,
        str(EPOCH_S),
        HOUR.isoformat(),
        HOUR.strftime("%Y-%m-%dT%H:%M:%SZ"),
        HOUR.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    ]

    def test_every_form_of_a_timestamp_is_the_same_hour(self):
        ids = {self.call("MeterUsage", Timestamp=timestamp)["MeteringRecordId"]
               for timestamp in self.TIMESTAMPS}
        self.assertEqual(len(ids), 1)
        self.assertEqual(len(sandbox.records()), 1)

    def test_escapes_in_json_are_read(self):
        nonce = "a\"\\/\b\f\n\r\t\u00e9\u2603\U0001f600"
        self.assertEqual(claims_of(self.call("RegisterUsage", Nonce=nonce))["Nonce"], nonce)
        tag = [{"Key": "a\"b", "Value": "<&'!"}]
        self.call("MeterUsage", UsageAllocations=[{"AllocatedUsageQuantity": 5, "Tags": tag}])
        self.assertEqual(sandbox.records()[0]["allocations"],
                         [{"AllocatedUsageQuantity": 5, "Tags": tag}])
        self.call("MeterUsage", UsageDimension="caf\u00e9 \u2603")
        self.assertEqual(sandbox.records()[1]["dimension"], "caf\u00e9 \u2603")

    def test_a_batch_of_25_with_allocations_is_taken(self):
        allocations = [{"AllocatedUsageQuantity": 1, "Tags": [{"Key": "k", "Value": str(n)}]}
                       for n in range(50)]
        records = [usage_record(Quantity=50, UsageAllocations=allocations)] * 25
        answer = self.call("BatchMeterUsage", UsageRecords=records)
        self.assertEqual(len({result["MeteringRecordId"] for result in answer["Results"]}), 1)
        self.assertEqual(len(answer["Results"]), 25)
        with self.assertRaises(self.client.exceptions.ClientError) as caught:
            self.call("BatchMeterUsage", UsageRecords=records + records[:1])
        self.assertEqual(caught.exception.response["Error"]["Code"], "ValidationException")

    def test_a_path_in_the_endpoint_is_taken(self):
        for path in "/", "/base", "/base/", "/a%20b/c", "/a//b/../c":
            with self.subTest(path=path):
                self.call("RegisterUsage", client=sdk.client(sandbox, path=path))

    def test_old_sdks_are_pointed_at_it_as_env_says(self):
        lines = [line for line in sandbox.environment().splitlines()
                 if line.startswith("# boto3.client(")]
        self.assertEqual(len(lines), 1)
        environment = dict(os.environ, AWS_ENDPOINT_URL_MARKETPLACE_METERING="")
        program = (f"import boto3\nclient = {lines[0].lstrip('# ')}\n"
                   f"print(client.register_usage(ProductCode='{PRODUCT}', PublicKeyVersion=1))")
        answer = subprocess.run(
            ["sh", "-c", 'eval "$0"; unset AWS_ENDPOINT_URL_MARKETPLACE_METERING; exec "$@"',
             sandbox.environment(), sys.executable, "-c", program],
            env=environment, capture_output=True, text=True, timeout=60, check=False)
        self.assertIn("'Signature'", answer.stdout, answer.stderr)


class Retries(SdkTest):
    MODES = [{"mode": "legacy", "max_attempts": 4}, {"mode": "standard", "max_attempts": 3}]

    def test_throttling_is_retried(self):
        for retries in self.MODES:
            with self.subTest(**retries):
                sandbox.reset()
                sandbox.faults({"operation": "RegisterUsage", "times": 2,
                                "error": "ThrottlingException"})
                answer = self.call("RegisterUsage", client=sdk.client(sandbox, retries=retries))
                self.assertEqual(answer["ResponseMetadata"]["RetryAttempts"], 2)
                self.assertEqual([call["error"] for call in sandbox.calls("RegisterUsage")],
                                 ["ThrottlingException", "ThrottlingException", None])

    def test_internal_errors_and_lost_answers_are_retried(self):
        for trouble in ({"error": "InternalServiceErrorException"}, {"status": 503},
                        {"drop_reply": True}, {"reset": True}):
            with self.subTest(**trouble):
                sandbox.reset()
                sandbox.faults({"operation": "MeterUsage", "times": 1, **trouble})
                self.call("MeterUsage", client=sdk.client(sandbox, retries=self.MODES[1]))
                self.assertEqual(len(sandbox.calls("MeterUsage")), 2)
                self.assertEqual(len(sandbox.records()), 1)

    def test_throttling_without_end_is_raised_in_the_end(self):
        sandbox.faults({"operation": "RegisterUsage", "error": "ThrottlingException"})
        client = sdk.client(sandbox, retries={"mode": "standard", "total_max_attempts": 2})
        with self.assertRaises(client.exceptions.ThrottlingException):
            self.call("RegisterUsage", client=client)
        self.assertEqual(len(sandbox.calls("RegisterUsage")), 2)

    def test_other_errors_are_not_retried(self):
        client = sdk.client(sandbox, retries=self.MODES[0])
        with self.assertRaises(client.exceptions.InvalidProductCodeException):
            self.call("RegisterUsage", client=client, ProductCode="unknown")
        self.assertEqual(len(sandbox.calls("RegisterUsage")), 1)


if __name__ == "__main__":
    with Sandbox(sys.argv.pop(1), MARKET) as sandbox:
        # boto3 leaves its connections to the garbage collector.
        unittest.main(verbosity=2, warnings="ignore")
