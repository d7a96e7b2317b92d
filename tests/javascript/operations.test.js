// SPDX-License-Identifier: Apache-2.0
//
// What the SDK makes of the sandbox's answers, and the sandbox of the SDK's requests.
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { after, before, beforeEach, test } from "node:test";

import * as sdk from "@aws-sdk/client-marketplace-metering";

import {
    account, command, identifier, license, licensedRecord, now, product, split, usageRecord,
} from "./requests.js";
import { Sandbox } from "./sandbox.js";

let sandbox;
before(async () => (sandbox = await Sandbox.start()));
after(() => sandbox.stop());
beforeEach(() => sandbox.reset());

const claimsOf = (answer) =>
    JSON.parse(Buffer.from(answer.Signature.split(".")[1], "base64url").toString());

async function send(operation, changes, settings) {
    const answer = await sandbox.client(settings).send(command(operation, changes));
    assert.equal(answer.$metadata.httpStatusCode, 200);
    assert.match(answer.$metadata.requestId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    return answer;
}

test("RegisterUsage answers with a token", async () => {
    const nonce = 'a"\\/\b\f\n\r\té☃😀';
    const claims = claimsOf(await send("RegisterUsage", { Nonce: nonce }));
    assert.equal(claims.ProductCode, product);
    assert.equal(claims.Nonce, nonce);
});

test("an older key version has a time of rotation", async () => {
    await sandbox.control("POST", "keys/rotate");
    const { PublicKeyRotationTimestamp: rotatedAt } = await send("RegisterUsage");
    assert.ok(Math.abs(rotatedAt - now) < 600e3, `${rotatedAt}`);
});

test("MeterUsage answers with a record id, the same for the same", async () => {
    const first = await send("MeterUsage", { UsageAllocations: split });
    const again = await send("MeterUsage", { UsageAllocations: split });
    assert.equal(first.MeteringRecordId, again.MeteringRecordId);
    const [record, ...others] = await sandbox.records();
    assert.deepEqual(others, []);
    assert.equal(record.metering_record_id, first.MeteringRecordId);
    assert.deepEqual(record.allocations, split);
});

test("the client token that the SDK invents is taken", async () => {
    const client = sandbox.client();
    let body;
    const look = (next) => (step) => {
        body = JSON.parse(Buffer.from(step.request.body).toString());
        return next(step);
    };
    client.middlewareStack.add(look, { step: "finalizeRequest" });
    await client.send(command("MeterUsage"));
    assert.match(body.ClientToken, /^[0-9a-f-]{36}$/);
    assert.equal((await sandbox.records()).length, 1);
});

test("BatchMeterUsage answers for each record, to the millisecond", async () => {
    const at = new Date(Math.floor(now / 1000) * 1000 - 1000 + 678);
    const records = [
        usageRecord({ Timestamp: at }),
        licensedRecord({ Timestamp: at, Dimension: "gigabytes", UsageAllocations: split }),
    ];
    const answer = await send("BatchMeterUsage", { UsageRecords: records });
    assert.deepEqual(answer.UnprocessedRecords, []);
    assert.deepEqual(answer.Results.map((result) => result.Status), ["Success", "Success"]);
    assert.deepEqual(answer.Results.map((result) => result.UsageRecord), records);
    assert.ok(answer.Results.every((result) => result.MeteringRecordId));
});

test("BatchMeterUsage tells of each record why not", async () => {
    await send("BatchMeterUsage");
    const again = await send("BatchMeterUsage", { UsageRecords: [usageRecord({ Quantity: 6 })] });
    assert.equal(again.Results[0].Status, sdk.UsageRecordResultStatus.DUPLICATE_RECORD);
    await sandbox.unsubscribe();
    const later = await send("BatchMeterUsage", {
        UsageRecords: [usageRecord({ Dimension: "gigabytes" })],
    });
    assert.equal(later.Results[0].Status, sdk.UsageRecordResultStatus.CUSTOMER_NOT_SUBSCRIBED);
});

test("BatchMeterUsage hands back what it left", async () => {
    await sandbox.fault({ operation: "BatchMeterUsage", unprocessed: 1 });
    const records = [usageRecord(), usageRecord({ Dimension: "gigabytes" })];
    const answer = await send("BatchMeterUsage", { UsageRecords: records });
    assert.deepEqual(answer.UnprocessedRecords, records.slice(1));
    assert.deepEqual(answer.Results.map((result) => result.UsageRecord), records.slice(0, 1));
});

test("ResolveCustomer answers with the customer", async () => {
    const { $metadata, ...customer } = await send("ResolveCustomer");
    assert.deepEqual(customer, {
        CustomerAWSAccountId: account,
        CustomerIdentifier: identifier,
        LicenseArn: license,
        ProductCode: product,
    });
});

test("a dry run that would succeed is an error", async () => {
    const sent = sandbox.client().send(command("MeterUsage", { DryRun: true }));
    await assert.rejects(sent, { name: "DryRunOperation" });
    assert.deepEqual(await sandbox.records(), []);
});

test("a path in the endpoint is taken", async () => {
    for (const path of ["/", "/base", "/base/", "/a%20b/c", "/a(b)'c/"]) {
        assert.ok((await send("RegisterUsage", {}, { path })).Signature, path);
    }
});

test("one connection carries all calls", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const connect = agent.createConnection;
    let connections = 0;
    agent.createConnection = (...args) => {
        connections += 1;
        return connect.apply(agent, args);
    };
    const client = sandbox.client({ requestHandler: { httpAgent: agent } });
    for (const operation of ["RegisterUsage", "MeterUsage", "BatchMeterUsage", "ResolveCustomer"]) {
        await client.send(command(operation));
        await assert.rejects(client.send(command(operation, { DryRun: "x", RegistrationToken: "x",
            ProductCode: "x" })));
    }
    assert.equal(connections, 1);
    agent.destroy();
});
