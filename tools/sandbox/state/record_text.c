/* SPDX-License-Identifier: Apache-2.0 */
#include "state/record_text.h"

#include "base/json.h"
#include "base/timestamp.h"

#include <inttypes.h>
#include <string.h>

enum { HOUR_S = 3600 };

const char record_csv_heading[] =
    "sequence,metering_record_id,operation,product_code,identity,customer,"
    "customer_identifier,license_arn,dimension,timestamp,quantity,allocations\r\n";

static void
append_member(ent_buffer *out, const char *name, const char *text)
{
    ent_buffer_append_format(out, ",\"%s\":", name);
    if (text == NULL) {
        ent_buffer_append_text(out, "null");
    } else {
        ent_json_append_string(out, text);
    }
}

void
record_text_json(const record_row *row, ent_buffer *out)
{
    char at[ENT_TIMESTAMP_SIZE];
    ent_timestamp_iso(row->timestamp_s, at);
    ent_buffer_append_format(out, "{\"sequence\":%" PRId64, row->sequence);
    append_member(out, "metering_record_id", row->metering_record_id);
    append_member(out, "operation", row->operation);
    append_member(out, "product_code", row->product_code);
    append_member(out, "identity", row->identity);
    append_member(out, "customer", row->account);
    append_member(out, "customer_identifier", row->customer_identifier);
    append_member(out, "license_arn", row->license_arn);
    append_member(out, "dimension", row->dimension);
    ent_buffer_append_format(
        out,
        ",\"timestamp\":\"%s\",\"quantity\":%" PRId64 ",\"allocations\":",
        at,
        row->quantity);
    ent_buffer_append_text(out, row->allocations != NULL ? row->allocations : "null");
    ent_buffer_append_text(out, "}");
}

void
record_text_total_json(const record_total *total, ent_buffer *out)
{
    char hour[ENT_TIMESTAMP_SIZE];
    ent_timestamp_iso(total->hour * HOUR_S, hour);
    ent_buffer_append_text(out, "{\"product_code\":");
    ent_json_append_string(out, total->product_code);
    append_member(out, "customer", total->account);
    append_member(out, "dimension", total->dimension);
    ent_buffer_append_format(
        out,
        ",\"hour\":\"%s\",\"quantity\":%" PRId64 ",\"records\":%" PRId64 "}",
        hour,
        total->quantity,
        total->records);
}

/* In quotes only where it has to be. */
static void
append_field(ent_buffer *out, const char *text)
{
    ent_buffer_append_text(out, ",");
    if (text == NULL) {
        return;
    }
    if (strpbrk(text, ",\"\r\n") == NULL) {
        ent_buffer_append_text(out, text);
        return;
    }
    ent_buffer_append_text(out, "\"");
    for (; *text != '\0'; text++) {
        ent_buffer_append_text(out, *text == '"' ? "\"" : "");
        ent_buffer_append(out, text, 1);
    }
    ent_buffer_append_text(out, "\"");
}

void
record_text_csv(const record_row *row, ent_buffer *out)
{
    char at[ENT_TIMESTAMP_SIZE];
    ent_timestamp_iso(row->timestamp_s, at);
    ent_buffer_append_format(out, "%" PRId64, row->sequence);
    append_field(out, row->metering_record_id);
    append_field(out, row->operation);
    append_field(out, row->product_code);
    append_field(out, row->identity);
    append_field(out, row->account);
    append_field(out, row->customer_identifier);
    append_field(out, row->license_arn);
    append_field(out, row->dimension);
    ent_buffer_append_format(out, ",%s,%" PRId64, at, row->quantity);
    append_field(out, row->allocations);
    ent_buffer_append_text(out, "\r\n");
}
