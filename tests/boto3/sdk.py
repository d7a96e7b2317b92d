# SPDX-License-Identifier: Apache-2.0
"""boto3, pointed at a sandbox as one that knows nothing of AWS_ENDPOINT_URL_… has to be."""

import re

import boto3
import botocore
from botocore.config import Config

from sandbox import ACCESS_KEY_ID, SECRET_ACCESS_KEY

VERSION = f"boto3 {boto3.__version__}, botocore {botocore.__version__}"
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_RETRIES = {"total_max_attempts": 1, "mode": "standard"}


def client(sandbox, region="us-east-1", retries=None, path=""):
    return boto3.client(
        "meteringmarketplace", endpoint_url=sandbox.url + path, region_name=region,
        aws_access_key_id=ACCESS_KEY_ID, aws_secret_access_key=SECRET_ACCESS_KEY,
        config=Config(retries=retries or NO_RETRIES))


def call(metering, operation, request):
    return getattr(metering, botocore.xform_name(operation))(**request)


def has_request_id(answer):
    """Of an answer or of an exception's `response`."""
    return UUID.fullmatch(answer["ResponseMetadata"].get("RequestId", "")) is not None


def complaint_about(metering, raised, operation, error):
    """What is not as it should be with an exception that stands for `error`, or None."""
    # pylint: disable-next=unidiomatic-typecheck
    if type(raised) is not getattr(metering.exceptions, error):
        return f"was raised as {type(raised).__name__}: {raised}"
    details = raised.response["Error"]
    if details["Code"] != error or not details["Message"]:
        return f"has other details: {details}"
    if raised.operation_name != operation or not has_request_id(raised.response):
        return f"lacks its operation or request id: {raised.response}"
    return None
