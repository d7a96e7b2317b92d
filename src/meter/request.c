/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/request.h"

#include "base/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* An element begins with its time, which the answer repeats. */
#define TIME_MEMBER "{\"Timestamp\":"

static int64_t
time_of(const ent_ledger_record *record, int64_t now_s)
{
    if (record->client_token[0] != '\0') {
        return record->hour_s;
    }
    int64_t last_s = record->hour_s + ENT_LEDGER_HOUR_S - 1;
    return last_s < now_s ? last_s : now_s;
}

static void
write_allocations(const ent_tag_sum *tags, size_t tag_count, ent_buffer *out)
{
    for (size_t i = 0; i < tag_count; i++) {
        ent_buffer_append_format(
            out,
            "%s{\"AllocatedUsageQuantity\":%" PRId64,
            i == 0 ? ",\"UsageAllocations\":[" : ",",
            tags[i].quantity);
        if (tags[i].tags[0] != '\0') {
            ent_buffer_append_format(out, ",\"Tags\":%s", tags[i].tags);
        }
        ent_buffer_append_text(out, "}");
    }
    ent_buffer_append_text(out, tag_count > 0 ? "]" : "");
}

void
ent_meter_write_request(
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    int64_t now_s,
    ent_buffer *out)
{
    ent_buffer_append_text(out, "{\"ProductCode\":");
    ent_json_append_string(out, record->key.product_code);
    ent_buffer_append_format(
        out, ",\"Timestamp\":%" PRId64 ",\"UsageDimension\":", time_of(record, now_s));
    ent_json_append_string(out, record->key.dimension);
    ent_buffer_append_format(out, ",\"UsageQuantity\":%" PRId64, record->quantity);
    write_allocations(tags, tag_count, out);
    if (record->client_token[0] != '\0') {
        ent_buffer_append_text(out, ",\"ClientToken\":");
        ent_json_append_string(out, record->client_token);
    }
    ent_buffer_append_text(out, "}");
}

static void
write_customer(const ent_usage_key *key, ent_buffer *out)
{
    bool is_licensed = key->form == ENT_CUSTOMER_LICENSE;

    ent_buffer_append_text(
        out, is_licensed ? ",\"CustomerAWSAccountId\":" : ",\"CustomerIdentifier\":");
    ent_json_append_string(out, key->customer);
    if (is_licensed) {
        ent_buffer_append_text(out, ",\"LicenseArn\":");
        ent_json_append_string(out, key->license_arn);
    }
}

void
ent_meter_write_usage_record(
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    int64_t now_s,
    ent_buffer *out)
{
    ent_buffer_append_text(out, TIME_MEMBER);
    ent_buffer_append_integer(out, time_of(record, now_s));
    write_customer(&record->key, out);
    ent_buffer_append_text(out, ",\"Dimension\":");
    ent_json_append_string(out, record->key.dimension);
    ent_buffer_append_text(out, ",\"Quantity\":");
    ent_buffer_append_integer(out, record->quantity);
    write_allocations(tags, tag_count, out);
    ent_buffer_append_text(out, "}");
}

int64_t
ent_meter_usage_record_time(const ent_ledger_record *record)
{
    enum { DIGITS_SIZE = 21 };
    const size_t prefix = sizeof(TIME_MEMBER) - 1;
    char digits[DIGITS_SIZE] = "";

    if (record->request_length > prefix + DIGITS_SIZE &&
        memcmp(record->request, TIME_MEMBER, prefix) == 0) {
        memcpy(digits, record->request + prefix, sizeof(digits) - 1);
        return strtoll(digits, NULL, 10);
    }
    return record->hour_s + ENT_LEDGER_HOUR_S - 1;
}
