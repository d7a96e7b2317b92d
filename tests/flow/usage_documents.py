#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: usage_documents.py ENTITLE SANDBOX DOCUMENT

Does what a document such as docs/saas.md shows, one block of commands after the other,
against a sandbox: each ends well, and prints what the document says, but for ids and times.
The block that begins with `export` holds for all. The log that is reconciled is made of what
the sandbox has honoured by then.
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

# One moment for all blocks, should the hour end between two of them.
AN_HOUR_AGO = '"$(date -d \'-1 hour\' +%s)"'

document.VARYING += ("from", "to")


def meter_usage(record):
    """The request and the answer, as CloudTrail logs them."""
    return ({"usageDimension": record["dimension"], "timestamp": record["timestamp"],
             "usageQuantity": record["quantity"], "productCode": record["product_code"]},
            {"meteringRecordId": record["metering_record_id"]})


def batch_meter_usage(record):
    usage = {"dimension": record["dimension"], "timestamp": record["timestamp"],
             "quantity": record["quantity"], "customerAWSAccountId": record["customer"],
             "licenseArn": record["license_arn"]}
    return ({"usageRecords": [usage]},
            {"unprocessedRecords": [], "results": [
                {"usageRecord": usage, "meteringRecordId": record["metering_record_id"],
                 "status": "Success"}]})


def event_of(record):
    """One call of one record."""
    operations = {"MeterUsage": meter_usage, "BatchMeterUsage": batch_meter_usage}
    request, answer = operations[record["operation"]](record)
    return {"eventSource": "metering-marketplace.amazonaws.com", "eventName": record["operation"],
            "eventID": record["metering_record_id"], "requestParameters": request,
            "responseElements": answer}


def write_trail(url, folder):
    with urllib.request.urlopen(f"{url}/_sandbox/records") as answer:
        records = json.load(answer)["records"]
    os.mkdir(os.path.join(folder, "trail"))
    with gzip.open(os.path.join(folder, "trail", "log.json.gz"), "wt", encoding="utf-8") as file:
        json.dump({"Records": [event_of(record) for record in records]}, file)


def is_ours(kind, commands):
    """The sandbox is started here, and what is exported holds for each block."""
    return kind != "sh" or commands.startswith(("entitle-sandbox", "export"))


def try_blocks(blocks, url, folder):
    moment = str(int(time.time()) - 3600)
    settings = [commands for kind, commands in blocks if commands.startswith("export")]
    for index, (kind, commands) in enumerate(blocks):
        if is_ours(kind, commands):
            continue
        if "reconcile" in commands:
            write_trail(url, folder)
        printed = document.run(
            "".join(settings) + commands.replace(AN_HOUR_AGO, moment), url, folder)
        follows, shown = blocks[index + 1] if index + 1 < len(blocks) else ("", "")
        if follows in ("json", "text") and not document.agree(follows, shown, printed):
            document.complain(f"{commands}\nprints\n{printed}\nand not, as the document says,\n{shown}")


def main():
    with open(document.DOCUMENT, encoding="utf-8") as file:
        blocks = document.blocks_of(file.read())
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
