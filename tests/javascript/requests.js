// SPDX-License-Identifier: Apache-2.0
//
// Requests that succeed, and how to have the sandbox refuse each operation with each of
// its errors: by the state that has this error in AWS, or by a fault where no state has.
import * as sdk from "@aws-sdk/client-marketplace-metering";

export const product = "cqcvf9f0ugw8rkbgmf1c9dxyz";
export const account = "123456789012";
export const identifier = "cust-0001";
export const license =
    "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef";

const oldToken = "old-registration-token";

// The default market, in a world with AWS's Regions, and an old token.
export const market = {
    settings: { documented_regions_only: true },
    registration_tokens: [
        { token: "sandbox-registration-token" },
        { token: oldToken, expires: "2026-01-01T00:00:00Z" },
    ],
};

// One moment for all, so that no test is spread over two hours.
export const now = new Date();
const hoursAgo = (hours) => new Date(now - hours * 3600 * 1000);

const team = (name) => [{ Key: "team", Value: name }];
const manyTags = [1, 2, 3, 4, 5, 6].map((n) => ({ Key: `key${n}`, Value: "v" }));
export const split = [
    { AllocatedUsageQuantity: 3, Tags: team("a") },
    { AllocatedUsageQuantity: 2, Tags: team("b") },
];
const wrongSum = [split[0], { ...split[1], AllocatedUsageQuantity: 3 }];

export const usageRecord = (changes) => ({
    Timestamp: now,
    CustomerIdentifier: identifier,
    Dimension: "requests",
    Quantity: 5,
    ...changes,
});

export const licensedRecord = (changes) => ({
    Timestamp: now,
    CustomerAWSAccountId: account,
    LicenseArn: license,
    Dimension: "requests",
    Quantity: 5,
    ...changes,
});

const good = {
    RegisterUsage: { ProductCode: product, PublicKeyVersion: 1, Nonce: "n-1" },
    MeterUsage: {
        ProductCode: product,
        Timestamp: now,
        UsageDimension: "requests",
        UsageQuantity: 5,
    },
    BatchMeterUsage: { ProductCode: product, UsageRecords: [usageRecord()] },
    ResolveCustomer: { RegistrationToken: "sandbox-registration-token" },
};

/** The command of that name with a request that succeeds, but for what is changed in it. */
export const command = (operation, changes) =>
    new sdk[`${operation}Command`]({ ...good[operation], ...changes });

async function unsubscribed(sandbox) {
    await sandbox.unsubscribe();
    await sandbox.become("ecs-task");
}

const asLaptop = (sandbox) => sandbox.become("laptop");
const meteredBefore = (sandbox) =>
    sandbox.client().send(command("MeterUsage", { UsageQuantity: 4 }));

async function meteredWithToken(sandbox) {
    await sandbox.become("agentcore");
    await sandbox
        .client()
        .send(command("MeterUsage", { UsageQuantity: 4, ClientToken: "token-1" }));
}

const elsewhere = { region: "eu-west-1" };
// Where AWS's list of Regions does not have the service.
const undocumented = { region: "ap-southeast-5" };
const record = (changes) => ({ changes: { UsageRecords: [usageRecord(changes)] } });
const unknownProduct = { changes: { ProductCode: "unknown" } };

/** By operation and error: what to do before, the client's settings, the request's changes. */
export const states = {
    RegisterUsage: {
        CustomerNotEntitledException: { prepare: unsubscribed },
        InvalidProductCodeException: unknownProduct,
        InvalidPublicKeyVersionException: { changes: { PublicKeyVersion: 2 } },
        InvalidRegionException: { settings: elsewhere },
        PlatformNotSupportedException: { prepare: asLaptop },
    },
    MeterUsage: {
        CustomerNotEntitledException: { prepare: unsubscribed },
        DuplicateRequestException: { prepare: meteredBefore },
        IdempotencyConflictException: {
            prepare: meteredWithToken,
            changes: { ClientToken: "token-1" },
        },
        InvalidEndpointRegionException: { settings: elsewhere },
        InvalidProductCodeException: unknownProduct,
        InvalidTagException: {
            changes: { UsageAllocations: [{ AllocatedUsageQuantity: 5, Tags: manyTags }] },
        },
        InvalidUsageAllocationsException: { changes: { UsageAllocations: wrongSum } },
        InvalidUsageDimensionException: { changes: { UsageDimension: "unknown" } },
        TimestampOutOfBoundsException: { changes: { Timestamp: hoursAgo(7) } },
    },
    BatchMeterUsage: {
        DisabledApiException: { settings: undocumented },
        InvalidCustomerIdentifierException: record({ CustomerIdentifier: "unknown" }),
        InvalidLicenseException: {
            changes: { UsageRecords: [licensedRecord({ LicenseArn: `${license}0` })] },
        },
        InvalidProductCodeException: unknownProduct,
        InvalidTagException: record({
            UsageAllocations: [{ AllocatedUsageQuantity: 5, Tags: manyTags }],
        }),
        InvalidUsageAllocationsException: record({ UsageAllocations: wrongSum }),
        InvalidUsageDimensionException: record({ Dimension: "unknown" }),
        TimestampOutOfBoundsException: record({ Timestamp: hoursAgo(25) }),
    },
    ResolveCustomer: {
        DisabledApiException: { settings: undocumented },
        ExpiredTokenException: { changes: { RegistrationToken: oldToken } },
        InvalidTokenException: { changes: { RegistrationToken: "unknown" } },
    },
};

export const fault = (operation, error) => ({
    prepare: (sandbox) => sandbox.fault({ operation, error }),
});
