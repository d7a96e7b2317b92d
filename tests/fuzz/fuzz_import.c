/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Files of usage, CSV or JSON Lines, on their way into a ledger. A use that is read is
 * the same when it is written in either form and read again; what the meter takes of it
 * is within AWS's bounds; and what is refused has a line of the file.
 */
#include "base/json.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "memory_file.h"
#include "meter/use.h"
#include "support/fake_runtime.h"
#include "usage/import_csv.h"
#include "usage/import_file.h"
#include "usage/import_json.h"

#include <inttypes.h>
#include <string.h>

static fake_runtime fake;

static const char header[] =
    "product_code,dimension,quantity,timestamp,tags,license_arn,customer_account,"
    "customer_id,id";

/* --- What is read ----------------------------------------------------------------- */

static bool
is_same_text(const char *left, const char *right)
{
    /* No text and an empty one are the same in CSV. */
    return strcmp(left != NULL ? left : "", right != NULL ? right : "") == 0;
}

static void
require_same(const entitle_use *left, const entitle_use *right)
{
    FUZZ_REQUIRE(is_same_text(left->product_code, right->product_code));
    FUZZ_REQUIRE(is_same_text(left->dimension, right->dimension));
    FUZZ_REQUIRE(is_same_text(left->license_arn, right->license_arn));
    FUZZ_REQUIRE(is_same_text(left->customer_account, right->customer_account));
    FUZZ_REQUIRE(is_same_text(left->customer_identifier, right->customer_identifier));
    FUZZ_REQUIRE(is_same_text(left->id, right->id));
    FUZZ_REQUIRE(left->quantity == right->quantity && left->at_s == right->at_s);
    FUZZ_REQUIRE(left->tag_count == right->tag_count);
    for (size_t i = 0; i < left->tag_count; i++) {
        FUZZ_REQUIRE(strcmp(left->tags[i].key, right->tags[i].key) == 0);
        FUZZ_REQUIRE(strcmp(left->tags[i].value, right->tags[i].value) == 0);
    }
}

static bool
has_tag_twice(const entitle_use *use)
{
    for (size_t i = 0; i < use->tag_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(use->tags[i].key, use->tags[j].key) == 0) {
                return true;
            }
        }
    }
    return false;
}

static char *
print(cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);

    FUZZ_REQUIRE(text != NULL);
    cJSON_Delete(json);
    return text;
}

static cJSON *
tags_of(const entitle_use *use)
{
    cJSON *tags = cJSON_CreateObject();

    for (size_t i = 0; i < use->tag_count; i++) {
        (void)cJSON_AddStringToObject(tags, use->tags[i].key, use->tags[i].value);
    }
    return tags;
}

static void
add_text(cJSON *json, const char *name, const char *text)
{
    if (text != NULL) {
        (void)cJSON_AddStringToObject(json, name, text);
    }
}

static void
require_same_as_json(const entitle_use *use)
{
    cJSON *json = cJSON_CreateObject();
    char reason[IMPORT_REASON_SIZE];
    import_use again;

    add_text(json, "product_code", use->product_code);
    add_text(json, "dimension", use->dimension);
    add_text(json, "license_arn", use->license_arn);
    add_text(json, "customer_account", use->customer_account);
    add_text(json, "customer_id", use->customer_identifier);
    add_text(json, "id", use->id);
    (void)cJSON_AddNumberToObject(json, "quantity", (double)use->quantity);
    if (use->at_s != 0) {
        (void)cJSON_AddNumberToObject(json, "timestamp", (double)use->at_s);
    }
    (void)cJSON_AddItemToObject(json, "tags", tags_of(use));
    char *text = print(json);
    import_use_init(&again);
    FUZZ_REQUIRE(import_json_read(text, strlen(text), &again, reason));
    require_same(use, &again.use);
    import_use_clear(&again);
    cJSON_free(text);
}

/* Quotes in a quoted field stand twice. */
static void
append_field(ent_buffer *record, const char *text)
{
    ent_buffer_append_text(record, record->length > 0 ? ",\"" : "\"");
    for (; text != NULL && *text != '\0'; text++) {
        ent_buffer_append(record, "\"\"", *text == '"' ? 2 : 0);
        ent_buffer_append(record, text, *text == '"' ? 0 : 1);
    }
    ent_buffer_append_text(record, "\"");
}

static void
require_same_as_csv(const entitle_use *use)
{
    char heading[sizeof(header)];
    char number[32];
    char reason[IMPORT_REASON_SIZE];
    import_csv csv;
    import_use again;
    ent_buffer record;
    char *tags = print(tags_of(use));

    ent_buffer_init(&record, &fake.runtime, 1024 * 1024);
    append_field(&record, use->product_code);
    append_field(&record, use->dimension);
    snprintf(number, sizeof(number), "%" PRId64, use->quantity);
    append_field(&record, number);
    snprintf(number, sizeof(number), "%" PRId64, use->at_s);
    append_field(&record, use->at_s != 0 ? number : "");
    append_field(&record, tags);
    append_field(&record, use->license_arn);
    append_field(&record, use->customer_account);
    append_field(&record, use->customer_identifier);
    append_field(&record, use->id);
    FUZZ_REQUIRE(!record.failed);
    memcpy(heading, header, sizeof(header));
    FUZZ_REQUIRE(import_csv_read_header(&csv, heading, reason));
    import_use_init(&again);
    FUZZ_REQUIRE(import_csv_read(&csv, record.bytes, &again, reason));
    require_same(use, &again.use);
    import_use_clear(&again);
    ent_buffer_clear(&record);
    cJSON_free(tags);
}

/* --- What the meter takes of it --------------------------------------------------- */

static void
require_event(const ent_usage_event *event)
{
    const ent_usage_key *key = &event->key;

    FUZZ_REQUIRE(key->product_code != NULL && key->product_code[0] != '\0');
    FUZZ_REQUIRE(key->dimension[0] != '\0' && strlen(key->dimension) <= 255 * 4);
    FUZZ_REQUIRE(event->quantity >= 0);
    FUZZ_REQUIRE(event->quantity <= ENT_LEDGER_QUANTITY_MAXIMUM);
    FUZZ_REQUIRE(event->at_s >= 1 && event->at_s <= FAKE_NOW_S + 300);
    FUZZ_REQUIRE(strlen(event->id) <= ENT_USE_ID_LIMIT);
    /* One of the two may send it, and one only. */
    FUZZ_REQUIRE((key->form == ENT_CUSTOMER_OF_INSTANCE) == (key->instance[0] != '\0'));
    FUZZ_REQUIRE((key->form == ENT_CUSTOMER_OF_INSTANCE) == (key->customer[0] == '\0'));
    FUZZ_REQUIRE((key->form == ENT_CUSTOMER_LICENSE) == (key->license_arn[0] != '\0'));
    if (event->tags[0] != '\0') {
        ent_json *tags = ent_json_parse(event->tags, strlen(event->tags), NULL);
        FUZZ_REQUIRE(tags != NULL);
        ent_json_free(tags);
    }
}

static void
try_meter(const entitle_use *use)
{
    const ent_use_defaults defaults = {
        .runtime = &fake.runtime,
        .product_code = "cqcvf9f0ugw8rkbgmf1c9dxyz",
        .instance = "i-1",
    };
    entitle_error error = { .status = ENTITLE_OK };
    entitle_use copy;
    ent_use taken;

    FUZZ_REQUIRE(ent_use_copy(use, FAKE_NOW_S, &copy, &error) == ENTITLE_OK);
    entitle_status status =
        ent_use_read(&copy, &defaults, "", FAKE_NOW_S, &taken, &error);
    if (status == ENTITLE_OK) {
        require_event(&taken.event);
    } else {
        FUZZ_REQUIRE(status == ENTITLE_INVALID_INPUT && error.message[0] != '\0');
    }
    ent_use_clear(&fake.runtime, &taken);
}

static void
require_in_order(const import_use *read)
{
    const entitle_use *use = &read->use;

    FUZZ_REQUIRE(read->has_quantity && use->dimension[0] != '\0');
    FUZZ_REQUIRE(use->quantity >= 0 && use->quantity <= ENTITLE_USAGE_QUANTITY_LIMIT);
    FUZZ_REQUIRE(use->at_s >= 0 && use->at_s <= 253402300799);
    FUZZ_REQUIRE(use->tag_count <= IMPORT_TAG_LIMIT);
    if (!has_tag_twice(use)) {
        require_same_as_json(use);
        require_same_as_csv(use);
    }
    try_meter(use);
}

/* --- Files ------------------------------------------------------------------------ */

/* It goes into JSON, and to a terminal. */
static void
require_reason(const char *reason)
{
    size_t characters = 0;

    FUZZ_REQUIRE(reason[0] != '\0' && ent_utf8_count(reason, &characters));
}

static void
read_record(const import_file *file, const import_csv *csv, char *record, size_t length)
{
    char reason[IMPORT_REASON_SIZE] = "";
    import_use use;

    FUZZ_REQUIRE(length > 0 && strlen(record) == length);
    import_use_init(&use);
    if (file->is_csv ? import_csv_read(csv, record, &use, reason)
                     : import_json_read(record, length, &use, reason)) {
        require_in_order(&use);
    } else {
        require_reason(reason);
    }
    import_use_clear(&use);
}

static void
read_records(import_file *file, cli_failure *failure, uint64_t lines)
{
    char reason[IMPORT_REASON_SIZE] = "";
    import_csv csv = { .column_count = 0 };
    import_step step = IMPORT_RECORD;
    uint64_t line_before = 0;
    char *record = NULL;
    size_t length = 0;

    while ((step = import_file_next(file, &record, &length, failure)) ==
           IMPORT_RECORD) {
        FUZZ_REQUIRE(file->line > line_before && file->line <= lines);
        line_before = file->line;
        if (!file->is_csv || csv.column_count > 0) {
            read_record(file, &csv, record, length);
        } else if (!import_csv_read_header(&csv, record, reason)) {
            require_reason(reason);
            return;
        }
    }
    FUZZ_REQUIRE(step == IMPORT_END || strncmp(failure->message, "line ", 5) == 0);
    FUZZ_REQUIRE(step == IMPORT_END || file->line <= lines);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static import_file file;
    cli_failure failure = { .message = "" };
    uint64_t lines = 1;

    for (size_t i = 0; i < length; i++) {
        lines += bytes[i] == '\n';
    }
    fake_runtime_init(&fake);
    FUZZ_REQUIRE(import_file_open(&file, memory_file(bytes, length), &failure));
    read_records(&file, &failure, lines);
    import_file_close(&file);
    FUZZ_REQUIRE(fake.blocks_in_use == 0);
    return 0;
}
