#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: saas_document.py ENTITLE SANDBOX DOCUMENT

Does what docs/saas.md shows, one block of commands after the other, against a sandbox: each
ends well, and prints what the document says, but for ids and times. The log that is
reconciled is made of what the sandbox has honoured by then.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

import market_document as document

SETTINGS = "export ENTITLE_LEDGER=usage.db ENTITLE_PRODUCT_CODE=cqcvf9f0ugw8rkbgmf1c9dxyz"

# One moment for all blocks, should the hour end between two of them.
AN_HOUR_AGO = '"$(date -d \'-1 hour\' +%s)"'

document.VARYING += ("from", "to")


def event_of(record):
    """As CloudTrail logs a BatchMeterUsage of one record."""
    usage = {"dimension": record["dimension"], "timestamp": record["timestamp"],
             "quantity": record["quantity"], "customerAWSAccountId": record["customer"],
             "licenseArn": record["license_arn"]}
    return {"eventSource": "metering-marketplace.amazonaws.com", "eventName": record["operation"],
            "eventID": record["metering_record_id"], "requestParameters": {"usageRecords": [usage]},
            "responseElements": {"unprocessedRecords": [], "results": [
                {"usageRecord": usage, "meteringRecordId": record["metering_record_id"],
                 "status": "Success"}]}}


def write_trail(url, folder):
    with urllib.request.urlopen(f"{url}/_sandbox/records") as answer:
        records = json.load(answer)["records"]
    os.mkdir(os.path.join(folder, "trail"))
    with gzip.open(os.path.join(folder, "trail", "log.json.gz"), "wt", encoding="utf-8") as file:
        json.dump({"Records": [event_of(record) for record in records]}, file)


def try_blocks(blocks, url, folder):
    moment = str(int(time.time()) - 3600)
    for index, (kind, commands) in enumerate(blocks):
        if kind != "sh":
            continue
        if "reconcile" in commands:
            write_trail(url, folder)
        printed = document.run(
            f"{SETTINGS}\n{commands.replace(AN_HOUR_AGO, moment)}", url, folder)
        follows, shown = blocks[index + 1] if index + 1 < len(blocks) else ("", "")
        if follows in ("json", "text") and not document.agree(follows, shown, printed):
            document.complain(f"{commands}\nprints\n{printed}\nand not, as the document says,\n{shown}")


def main():
    with open(document.DOCUMENT, encoding="utf-8") as file:
        blocks = document.blocks_of(file.read())
    if blocks[0] != ("sh", SETTINGS + "\n"):
        document.complain(f"the document does not begin with\n{SETTINGS}")
    with tempfile.TemporaryDirectory() as folder:
        with subprocess.Popen(
                [document.SANDBOX], stdout=subprocess.PIPE, text=True) as sandbox:
            line = sandbox.stdout.readline()
            try:
                try_blocks(blocks, json.loads(line)["url"], folder)
            finally:
                sandbox.terminate()
    print(f"{sum(kind == 'sh' for kind, _ in blocks)} blocks of commands in the document")
    return 1 if document.failures else 0


if __name__ == "__main__":
    sys.exit(main())
