# SPDX-License-Identifier: Apache-2.0
"""ENDPOINT PRODUCT_CODE: what a seller writes with boto3 to ask, without verifying."""

import sys

import boto3

client = boto3.client("meteringmarketplace", endpoint_url=sys.argv[1])
client.register_usage(ProductCode=sys.argv[2], PublicKeyVersion=1, Nonce="benchmark")
