// SPDX-License-Identifier: Apache-2.0
//
// The SDK's own retries and its correction of a wrong clock.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import * as sdk from "@aws-sdk/client-marketplace-metering";

import { command } from "./requests.js";
import { Sandbox } from "./sandbox.js";

let sandbox;
before(async () => (sandbox = await Sandbox.start()));
after(() => sandbox.stop());
beforeEach(() => sandbox.reset());

const patient = { maxAttempts: 3 };

test("throttling is retried", async () => {
    await sandbox.fault({ operation: "RegisterUsage", times: 2, error: "ThrottlingException" });
    const { $metadata } = await sandbox.client(patient).send(command("RegisterUsage"));
    assert.equal($metadata.attempts, 3);
    assert.deepEqual(await sandbox.errors(), ["ThrottlingException", "ThrottlingException", null]);
});

test("throttling without end is thrown in the end", async () => {
    await sandbox.fault({
        operation: "RegisterUsage", error: "ThrottlingException", retry_after_ms: 10,
    });
    const sent = sandbox.client(patient).send(command("RegisterUsage"));
    await assert.rejects(sent, (thrown) => {
        assert.ok(thrown instanceof sdk.ThrottlingException);
        assert.equal(thrown.$metadata.attempts, 3);
        return true;
    });
    assert.equal((await sandbox.errors()).length, 3);
});

for (const trouble of [
    { error: "InternalServiceErrorException" },
    { status: 503, body: "<html>" },
    { drop_reply: true },
    { reset: true },
]) {
    test(`${JSON.stringify(trouble)} is retried, and counts once`, async () => {
        await sandbox.fault({ operation: "MeterUsage", times: 1, ...trouble });
        await sandbox.client(patient).send(command("MeterUsage"));
        assert.equal((await sandbox.errors()).length, 2);
        assert.equal((await sandbox.records()).length, 1);
    });
}

test("other errors are not retried", async () => {
    const sent = sandbox.client(patient).send(command("RegisterUsage", { ProductCode: "unknown" }));
    await assert.rejects(sent, sdk.InvalidProductCodeException);
    assert.deepEqual(await sandbox.errors(), ["InvalidProductCodeException"]);
});

for (const skew of [1200, -1200]) {
    test(`a clock that is ${-skew} s off is corrected`, async () => {
        await sandbox.fault({ operation: "*", skew_s: skew });
        const client = sandbox.client(patient);
        await client.send(command("RegisterUsage"));
        await client.send(command("RegisterUsage"));
        // It learns once.
        assert.deepEqual(await sandbox.errors(), ["InvalidSignatureException", null, null]);
    });
}
