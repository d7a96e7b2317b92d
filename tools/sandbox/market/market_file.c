/* SPDX-License-Identifier: Apache-2.0 */
#include "market/market_file.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "market/default_market.h"
#include "market/market_lists.h"

#include <string.h>

enum {
    FILE_LIMIT = 16 * 1024 * 1024,
    SECONDS_PER_HOUR = 3600,
    WINDOW_LIMIT_HOURS = 24
};

/* A market with everything that it refers to. */
typedef struct owned_market {
    sandbox_market market; /* the first member: the caller has a pointer to it */
    entitle_runtime runtime;
    market_arena arena;
} owned_market;

void
market_read_settings(market_reader *reader)
{
    static const char *const known[] = {
        "batch_window_hours", "documented_regions_only", "usage_not_before_start", NULL
    };
    const reader_member from = {
        .object = reader_top(reader, "settings"),
        .fallback = ent_json_member(reader->defaults.root, "settings"),
    };
    if (!reader_open(reader, from.object, known)) {
        return;
    }
    reader->market->settings = (market_settings){
        .batch_window_s =
            SECONDS_PER_HOUR *
            reader_integer(reader, &from, "batch_window_hours", 1, WINDOW_LIMIT_HOURS),
        .documented_regions_only =
            reader_bool(reader, &from, "documented_regions_only"),
        .usage_not_before_start = reader_bool(reader, &from, "usage_not_before_start"),
    };
}

static void
read_region(market_reader *reader)
{
    const reader_member from = {
        .object = reader->file.root,
        .fallback = reader->defaults.root,
    };
    const char *region = reader_text(reader, &from, "region", &market_rule_region);
    if (region != NULL && reader->given_region != NULL) {
        region = arena_copy(reader->arena, reader->given_region);
        if (region == NULL) {
            reader_fail_memory(reader);
        }
    }
    reader->market->region = region;
}

/* For editors, which find the schema by it. */
static void
check_schema(market_reader *reader)
{
    const ent_json *schema = ent_json_member(reader->file.root, "$schema");
    if (schema != NULL && ent_json_string(schema) == NULL) {
        reader_fault(reader, schema, NULL, "is not a string");
    }
}

static void
read_market(market_reader *reader)
{
    static const char *const known[] = { "$schema",
                                         "region",
                                         "settings",
                                         "products",
                                         "customers",
                                         "subscriptions",
                                         "registration_tokens",
                                         "identities",
                                         NULL };
    static void (*const parts[])(market_reader *) = {
        check_schema,
        read_region,
        market_read_settings,
        market_read_products,
        market_read_customers,
        market_read_subscriptions,
        market_read_registration_tokens,
        market_read_identities,
    };
    (void)reader_open(reader, reader->file.root, known);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!reader_failed(reader)) {
            parts[i](reader);
        }
    }
}

static void
read_text(market_reader *reader, const char *text, size_t length)
{
    json_document_fault fault;
    if (!json_document_parse(
            &reader->defaults, default_market, strlen(default_market), &fault)) {
        reader_fault_text(reader, &fault);
        return;
    }
    if (json_document_parse(&reader->file, text, length, &fault)) {
        read_market(reader);
        json_document_clear(&reader->file);
    } else {
        reader_fault_text(reader, &fault);
    }
    json_document_clear(&reader->defaults);
}

entitle_status
market_parse(
    const entitle_runtime *runtime,
    const char *name,
    const char *text,
    size_t length,
    const char *region,
    sandbox_market **out,
    entitle_error *error)
{
    *out = NULL;
    owned_market *fresh = ent_allocate(runtime, sizeof(*fresh));
    if (fresh == NULL) {
        return ent_fail_memory(error);
    }
    fresh->runtime = *runtime;
    arena_init(&fresh->arena, &fresh->runtime);
    market_reader reader = {
        .name = name,
        .given_region = region,
        .arena = &fresh->arena,
        .market = &fresh->market,
        .status = ENTITLE_OK,
        .error = error,
    };
    arena_init(&reader.scratch, &fresh->runtime);
    read_text(&reader, text, length);
    arena_clear(&reader.scratch);
    if (reader.status != ENTITLE_OK) {
        market_free(&fresh->market);
        return reader.status;
    }
    *out = &fresh->market;
    return ENTITLE_OK;
}

entitle_status
market_file_read(
    const entitle_runtime *runtime,
    const char *path,
    const char *region,
    sandbox_market **out,
    entitle_error *error)
{
    *out = NULL;
    ent_buffer text;
    ent_buffer_init(&text, runtime, FILE_LIMIT);
    entitle_status status = ent_file_read(path, &text, error);
    if (status == ENTITLE_OK) {
        status = market_parse(
            runtime, path, ent_buffer_text(&text), text.length, region, out, error);
    } else if (status == ENTITLE_IO_ERROR) {
        ent_hint(error, "--config wants a file like that of docs/sandbox-market.md");
    }
    ent_buffer_clear(&text);
    return status;
}

entitle_status
market_default(
    const entitle_runtime *runtime,
    const char *region,
    sandbox_market **out,
    entitle_error *error)
{
    return market_parse(
        runtime,
        "the default market",
        default_market,
        strlen(default_market),
        region,
        out,
        error);
}

void
market_free(sandbox_market *market)
{
    if (market == NULL) {
        return;
    }
    owned_market *owned = (owned_market *)market;
    const entitle_runtime runtime = owned->runtime;
    arena_clear(&owned->arena);
    ent_release(&runtime, owned);
}
