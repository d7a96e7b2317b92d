// SPDX-License-Identifier: Apache-2.0
//
// What Node.js's own reader says of each text. See json_tree.h for how it writes it.
"use strict";

const fs = require("fs");

const hex = (text) => Buffer.from(text, "utf8").toString("hex");

function tree(value) {
    if (typeof value === "string") {
        return "s" + hex(value);
    }
    if (typeof value === "number") {
        const bits = Buffer.alloc(8);
        bits.writeDoubleBE(value + 0);
        return "n" + bits.toString("hex");
    }
    if (value === null || typeof value === "boolean") {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map(tree);
    }
    return Object.fromEntries(Object.keys(value).map((name) => [hex(name), tree(value[name])]));
}

function judge(line) {
    try {
        const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        const text = decoder.decode(Buffer.from(line, "hex"));
        return "accept " + hex(JSON.stringify(tree(JSON.parse(text))));
    } catch (error) {
        return "refuse " + error.message.replace(/[^ -~]/g, "?");
    }
}

if (process.argv[2] === "--version") {
    console.log("Node.js " + process.version);
} else {
    const lines = fs.readFileSync(0, "ascii").split("\n").slice(0, -1);
    process.stdout.write(lines.map((line) => judge(line) + "\n").join(""));
}
