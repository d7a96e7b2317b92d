# SPDX-License-Identifier: Apache-2.0
"""How to have the sandbox answer each operation with each of its errors: by the state
that has this error in AWS, or by a fault where no state of the sandbox has it."""

import datetime

PRODUCT = "cqcvf9f0ugw8rkbgmf1c9dxyz"
ACCOUNT = "123456789012"
IDENTIFIER = "cust-0001"
LICENSE = ("arn:aws:license-manager::294406891311:license:"
           "l-0123456789abcdef0123456789abcdef")
TOKEN = "sandbox-registration-token"
OLD_TOKEN = "old-registration-token"
# Where AWS's list of Regions does not have the service.
ELSEWHERE = "ap-southeast-5"

# The default market, in a world with AWS's Regions, and an old token.
MARKET = {
    "settings": {"documented_regions_only": True},
    "products": [{"code": PRODUCT, "dimensions": ["requests", "gigabytes", "caf\u00e9 \u2603"]}],
    "registration_tokens": [
        {"token": TOKEN}, {"token": OLD_TOKEN, "expires": "2026-01-01T00:00:00Z"}],
}

# Splits 5, but the second part twice with the same tags or with a sum of 6.
TAG = [{"Key": "team", "Value": "a"}]
OTHER_TAG = [{"Key": "team", "Value": "b"}]
MANY_TAGS = [{"Key": f"key{n}", "Value": "v"} for n in range(6)]
WRONG_SUM = [{"AllocatedUsageQuantity": 3, "Tags": TAG},
             {"AllocatedUsageQuantity": 3, "Tags": OTHER_TAG}]
GOOD_SPLIT = [{"AllocatedUsageQuantity": 3, "Tags": TAG},
              {"AllocatedUsageQuantity": 2, "Tags": OTHER_TAG}]


# One moment for all, so that no test is spread over two hours.
NOW = datetime.datetime.now(datetime.timezone.utc)


def days_ago(days):
    return NOW - datetime.timedelta(days=days)


def usage_record(**changes):
    return {"Timestamp": NOW, "CustomerIdentifier": IDENTIFIER, "Dimension": "requests",
            "Quantity": 5, **changes}


def good_request(operation):
    """A request that succeeds, where no state and no fault is against it."""
    return {
        "RegisterUsage": lambda: {"ProductCode": PRODUCT, "PublicKeyVersion": 1, "Nonce": "n-1"},
        "MeterUsage": lambda: {"ProductCode": PRODUCT, "Timestamp": NOW,
                               "UsageDimension": "requests", "UsageQuantity": 5},
        "BatchMeterUsage": lambda: {"ProductCode": PRODUCT, "UsageRecords": [usage_record()]},
        "ResolveCustomer": lambda: {"RegistrationToken": TOKEN},
    }[operation]()


class Provocation:
    """A state to be brought about, if it takes any, and what is different in the request."""

    def __init__(self, prepare=None, region="us-east-1", **changes):
        self.prepare = prepare
        self.region = region
        self.changes = changes

    def request(self, sandbox, client, operation):
        """The request that the sandbox will refuse."""
        sandbox.reset()
        if self.prepare is not None:
            self.prepare(sandbox, client)
        return {**good_request(operation), **self.changes}


def with_record(**changes):
    return Provocation(UsageRecords=[usage_record(**changes)])


def as_laptop(sandbox, _client):
    sandbox.become("laptop")


def unsubscribed(sandbox, _client):
    sandbox.unsubscribe()
    sandbox.become("ecs-task")


def metered_before(_sandbox, client):
    client.meter_usage(**{**good_request("MeterUsage"), "UsageQuantity": 4})


def metered_with_token(sandbox, client):
    sandbox.become("agentcore")
    client.meter_usage(**{**good_request("MeterUsage"), "UsageQuantity": 4,
                          "ClientToken": "token-1"})


STATES = {
    ("RegisterUsage", "CustomerNotEntitledException"): Provocation(unsubscribed),
    ("RegisterUsage", "InvalidProductCodeException"): Provocation(ProductCode="unknown"),
    ("RegisterUsage", "InvalidPublicKeyVersionException"): Provocation(PublicKeyVersion=2),
    ("RegisterUsage", "InvalidRegionException"): Provocation(region="eu-west-1"),
    ("RegisterUsage", "PlatformNotSupportedException"): Provocation(as_laptop),

    ("MeterUsage", "CustomerNotEntitledException"): Provocation(unsubscribed),
    ("MeterUsage", "DuplicateRequestException"): Provocation(metered_before),
    ("MeterUsage", "IdempotencyConflictException"): Provocation(
        metered_with_token, ClientToken="token-1"),
    ("MeterUsage", "InvalidEndpointRegionException"): Provocation(region="eu-west-1"),
    ("MeterUsage", "InvalidProductCodeException"): Provocation(ProductCode="unknown"),
    ("MeterUsage", "InvalidTagException"): Provocation(
        UsageAllocations=[{"AllocatedUsageQuantity": 5, "Tags": MANY_TAGS}]),
    ("MeterUsage", "InvalidUsageAllocationsException"): Provocation(UsageAllocations=WRONG_SUM),
    ("MeterUsage", "InvalidUsageDimensionException"): Provocation(UsageDimension="unknown"),
    ("MeterUsage", "TimestampOutOfBoundsException"): Provocation(Timestamp=days_ago(1)),

    ("BatchMeterUsage", "DisabledApiException"): Provocation(region=ELSEWHERE),
    ("BatchMeterUsage", "InvalidCustomerIdentifierException"):
        with_record(CustomerIdentifier="unknown"),
    ("BatchMeterUsage", "InvalidLicenseException"): Provocation(UsageRecords=[
        {"Timestamp": NOW, "Dimension": "requests", "Quantity": 5,
         "CustomerAWSAccountId": ACCOUNT, "LicenseArn": LICENSE[:-1] + "0"}]),
    ("BatchMeterUsage", "InvalidProductCodeException"): Provocation(ProductCode="unknown"),
    ("BatchMeterUsage", "InvalidTagException"): with_record(
        UsageAllocations=[{"AllocatedUsageQuantity": 5, "Tags": MANY_TAGS}]),
    ("BatchMeterUsage", "InvalidUsageAllocationsException"): with_record(
        UsageAllocations=WRONG_SUM),
    ("BatchMeterUsage", "InvalidUsageDimensionException"): with_record(Dimension="unknown"),
    ("BatchMeterUsage", "TimestampOutOfBoundsException"): with_record(Timestamp=days_ago(2)),

    ("ResolveCustomer", "DisabledApiException"): Provocation(region=ELSEWHERE),
    ("ResolveCustomer", "ExpiredTokenException"): Provocation(RegistrationToken=OLD_TOKEN),
    ("ResolveCustomer", "InvalidTokenException"): Provocation(RegistrationToken="unknown"),
}


def fault(operation, error):
    return Provocation(
        lambda sandbox, _client: sandbox.faults({"operation": operation, "error": error}))


def declared_errors(model):
    for name in model.operation_names:
        for shape in model.operation_model(name).error_shapes:
            yield name, shape.name


def try_all(sandbox, model, provoke, version):
    """Tries each error that the model declares and prints how it came about. `provoke`
    says what is wrong with what the client made of it, or None. The exit status."""
    pairs = list(declared_errors(model))
    failed = 0
    for operation, error in pairs:
        state = STATES.get((operation, error))
        complaint = provoke(sandbox, operation, error, state or fault(operation, error))
        failed += complaint is not None
        print("ok " if complaint is None else "NOT", "state" if state else "fault",
              operation, error, complaint or "", flush=True)
    print(f"{len(pairs) - failed} of {len(pairs)} errors raised by type, by {version}")
    # The model of 2022 declares 32; none declares fewer.
    return 1 if failed or len(pairs) < 32 else 0
