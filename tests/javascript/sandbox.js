// SPDX-License-Identifier: Apache-2.0
//
// A sandbox process, its control interface, and clients of it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { MarketplaceMeteringClient } from "@aws-sdk/client-marketplace-metering";

export const credentials = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

export class Sandbox {
    /** `market` is what a market file says. */
    static async start(market = {}) {
        const sandbox = new Sandbox();
        sandbox.folder = mkdtempSync(join(tmpdir(), "entitle-test-"));
        const config = join(sandbox.folder, "market.json");
        writeFileSync(config, JSON.stringify(market));
        const options = ["--state", join(sandbox.folder, "state"), "--config", config];
        sandbox.process = spawn(process.env.SANDBOX, options, {
            stdio: ["ignore", "pipe", "inherit"],
        });
        for await (const line of createInterface({ input: sandbox.process.stdout })) {
            sandbox.url = JSON.parse(line).url;
            return sandbox;
        }
        throw new Error("the sandbox ended");
    }

    async stop() {
        const ended = new Promise((resolve) => this.process.once("exit", resolve));
        this.process.kill("SIGTERM");
        await ended;
        rmSync(this.folder, { recursive: true });
    }

    async control(method, path, body) {
        const answer = await fetch(`${this.url}/_sandbox/${path}`, {
            method,
            body: body && JSON.stringify(body),
        });
        if (!answer.ok) {
            throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
        }
        return answer.json();
    }

    reset() {
        return this.control("POST", "reset");
    }

    unsubscribe() {
        return this.control("PUT", "subscription", { subscribed: false });
    }

    become(kind) {
        return this.control("POST", "identity", { kind });
    }

    fault(fault) {
        return this.control("PUT", "faults", { faults: [fault] });
    }

    /** The errors, or null, of the calls since the last reset. */
    async errors() {
        return (await this.control("GET", "calls")).calls.map((call) => call.error);
    }

    async records() {
        return (await this.control("GET", "records")).records;
    }

    client(settings = {}) {
        const { path = "", ...others } = settings;
        return new MarketplaceMeteringClient({
            endpoint: this.url + path,
            region: "us-east-1",
            credentials,
            maxAttempts: 1,
            ...others,
        });
    }
}
