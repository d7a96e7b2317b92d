// SPDX-License-Identifier: Apache-2.0
//
// Every error that the installed client declares for an operation is answered by the
// sandbox and thrown by the client as an instance of its own class.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";

import * as sdk from "@aws-sdk/client-marketplace-metering";

import { command, fault, market, states } from "./requests.js";
import { Sandbox } from "./sandbox.js";

const commands = "node_modules/@aws-sdk/client-marketplace-metering/dist-types/commands";

/** [operation, error] of all that the client's own declarations say it throws. */
function declaredErrors() {
    return readdirSync(commands)
        .filter((name) => name.endsWith("Command.d.ts"))
        .flatMap((name) => {
            const text = readFileSync(`${commands}/${name}`, "utf8");
            return [...text.matchAll(/@throws \{@link (\w+Exception)\} \(/g)].map((match) => [
                name.replace("Command.d.ts", ""),
                match[1],
            ]);
        });
}

let sandbox;
before(async () => (sandbox = await Sandbox.start(market)));
after(() => sandbox.stop());

async function provoke(operation, { prepare, settings, changes }) {
    await sandbox.reset();
    await prepare?.(sandbox);
    return sandbox.client(settings).send(command(operation, changes));
}

function assertIsError(thrown, name) {
    assert.ok(thrown instanceof sdk[name], `${thrown.name}: ${thrown.message}`);
    assert.ok(thrown instanceof sdk.MarketplaceMeteringServiceException);
    assert.equal(thrown.name, name);
    assert.notEqual(thrown.message, "");
    const isServerFault = name === "InternalServiceErrorException";
    assert.equal(thrown.$fault, isServerFault ? "server" : "client");
    assert.equal(thrown.$metadata.httpStatusCode, isServerFault ? 500 : 400);
    assert.match(thrown.$metadata.requestId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    return true;
}

const pairs = declaredErrors();

test("the declarations are found", () => {
    assert.equal(new Set(pairs.map(([operation]) => operation)).size, 4);
    // This many has the client that package.json pins.
    assert.equal(pairs.length, 34);
});

for (const [operation, name] of pairs) {
    const state = states[operation][name];
    test(`${operation} throws ${name}, by a ${state ? "state" : "fault"}`, async () => {
        const sent = provoke(operation, state ?? fault(operation, name));
        await assert.rejects(sent, (thrown) => assertIsError(thrown, name));
    });
}
