/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/use.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/text.h"
#include "base/utf8.h"
#include "metering/license_arn.h"
#include "metering/product_code.h"
#include "metering/usage_record.h"

#include <string.h>

/* How far ahead of this machine's clock a use may be dated. */
enum { AHEAD_LIMIT_S = 300 };

static const char no_text[] = "";

static entitle_status
refuse(entitle_error *error, const char *where, const char *what, const char *hint)
{
    ent_fail(error, ENTITLE_INVALID_INPUT, "%s%s", where, what);
    ent_hint(error, "%s", hint);
    return ENTITLE_INVALID_INPUT;
}

entitle_status
ent_use_copy(
    const entitle_use *from, int64_t now_s, entitle_use *out, entitle_error *error)
{
    if (from != NULL && from->struct_size == sizeof(*from)) {
        *out = *from;
    } else if (from == NULL || !ent_options_copy(out, sizeof(*out), from)) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the use is of an unknown version");
    }
    if (out->at_s == 0) {
        out->at_s = now_s;
    }
    return ENTITLE_OK;
}

/* --- Whose it is ------------------------------------------------------------------ */

/* Ledgers and requests take nothing else. */
static bool
is_name(const char *text, size_t limit)
{
    size_t characters = 0;

    return text[0] != '\0' && strlen(text) <= limit &&
           ent_utf8_count(text, &characters);
}

static bool
is_digits(const char *text)
{
    size_t length = strspn(text, "0123456789");

    return length > 0 && length <= ENT_USE_NAME_LIMIT && text[length] == '\0';
}

static entitle_status
read_license(
    const entitle_runtime *runtime,
    const entitle_use *use,
    const char *where,
    ent_use *out,
    entitle_error *error)
{
    if (!is_digits(use->customer_account)) {
        return refuse(
            error,
            where,
            "customer_account is not an AWS account",
            "use the digits that ResolveCustomer returned as CustomerAWSAccountId");
    }
    if (strlen(use->license_arn) > ENT_USE_LICENSE_LIMIT) {
        return refuse(
            error,
            where,
            "license_arn is too long",
            "use the licence ARN that ResolveCustomer returned");
    }
    out->event.key.form = ENT_CUSTOMER_LICENSE;
    out->event.key.customer = use->customer_account;
    out->license_arn = ent_license_arn_copy(runtime, use->license_arn);
    if (out->license_arn == NULL) {
        return ent_fail_memory(error);
    }
    out->event.key.license_arn = out->license_arn;
    return ent_license_arn_check(where, out->event.key.license_arn, error);
}

static entitle_status
read_customer(
    const entitle_runtime *runtime,
    const entitle_use *use,
    const char *where,
    ent_use *out,
    entitle_error *error)
{
    bool has_account = use->customer_account != NULL;
    bool has_license = use->license_arn != NULL;

    if (use->customer_identifier != NULL && (has_account || has_license)) {
        return refuse(
            error,
            where,
            "the customer is named in two ways",
            "name it by account and licence, or by CustomerIdentifier");
    }
    if (has_account != has_license) {
        return refuse(
            error,
            where,
            "customer_account and license_arn belong together",
            "give both as ResolveCustomer returned them, or only CustomerIdentifier");
    }
    if (has_license) {
        return read_license(runtime, use, where, out, error);
    }
    if (!is_name(use->customer_identifier, ENT_USE_NAME_LIMIT)) {
        return refuse(
            error,
            where,
            "the customer's identifier is not 1 to 255 bytes long, in UTF-8",
            "use what ResolveCustomer returned as CustomerIdentifier");
    }
    out->event.key.form = ENT_CUSTOMER_IDENTIFIER;
    out->event.key.customer = use->customer_identifier;
    return ENTITLE_OK;
}

static entitle_status
read_owner(
    const entitle_use *use,
    const ent_use_defaults *defaults,
    const char *where,
    ent_use *out,
    entitle_error *error)
{
    ent_usage_key *key = &out->event.key;

    key->customer = key->license_arn = key->instance = no_text;
    if (use->customer_identifier != NULL || use->customer_account != NULL ||
        use->license_arn != NULL) {
        return read_customer(defaults->runtime, use, where, out, error);
    }
    key->form = ENT_CUSTOMER_OF_INSTANCE;
    key->instance = defaults->instance;
    return ENTITLE_OK;
}

/* --- What it is ------------------------------------------------------------------- */

static void
sort_tags(const entitle_use *use, entitle_tag out[ENTITLE_USAGE_TAG_LIMIT])
{
    for (size_t i = 0; i < use->tag_count; i++) {
        size_t at = i;
        for (; at > 0 && strcmp(out[at - 1].key, use->tags[i].key) > 0; at--) {
            out[at] = out[at - 1];
        }
        out[at] = use->tags[i];
    }
}

/*
 * As AWS wants them, sorted by key: in what order they were given makes no difference.
 */
static entitle_status
write_tags(
    const entitle_runtime *runtime,
    const entitle_use *use,
    ent_use *out,
    entitle_error *error)
{
    entitle_tag sorted[ENTITLE_USAGE_TAG_LIMIT];
    ent_buffer text;

    if (use->tag_count == 0) {
        return ENTITLE_OK;
    }
    sort_tags(use, sorted);
    ent_buffer_init(&text, runtime, ENT_USE_TAGS_LIMIT);
    for (size_t i = 0; i < use->tag_count; i++) {
        ent_buffer_append_text(&text, i == 0 ? "[{\"Key\":" : ",{\"Key\":");
        ent_json_append_string(&text, sorted[i].key);
        ent_buffer_append_text(&text, ",\"Value\":");
        ent_json_append_string(&text, sorted[i].value);
        ent_buffer_append_text(&text, "}");
    }
    ent_buffer_append_text(&text, "]");
    if (!text.failed) {
        out->tags = ent_duplicate(runtime, text.bytes, text.length);
    }
    ent_buffer_clear(&text);
    if (out->tags == NULL) {
        return ent_fail_memory(error);
    }
    out->event.tags = out->tags;
    return ENTITLE_OK;
}

/* The rules of a record hold for its parts, too. */
static entitle_status
check_record(
    const entitle_runtime *runtime,
    const entitle_use *use,
    const char *where,
    entitle_error *error)
{
    const entitle_allocation allocation = {
        .quantity = (uint32_t)use->quantity,
        .tags = use->tags,
        .tag_count = use->tag_count,
    };
    const ent_usage_record record = {
        .where = where,
        .dimension = use->dimension,
        .at_s = use->at_s,
        .quantity = (uint32_t)use->quantity,
        .allocations = use->tag_count > 0 ? &allocation : NULL,
        .allocation_count = use->tag_count > 0 ? 1 : 0,
        .has_tags_of_its_own = true,
    };

    if (use->quantity < 0 || use->quantity > ENT_LEDGER_QUANTITY_MAXIMUM) {
        return refuse(
            error,
            where,
            "the quantity is not 0 to 2147483647",
            use->quantity < 0 ? "what has been added cannot be taken back"
                              : "add larger quantities in parts");
    }
    return ent_usage_record_check(runtime, &record, error);
}

static entitle_status
check_time_and_id(
    const entitle_use *use, const char *where, int64_t now_s, entitle_error *error)
{
    if (use->at_s > now_s + AHEAD_LIMIT_S) {
        return refuse(
            error,
            where,
            "the time is in the future",
            "give times in UTC, and check this machine's clock");
    }
    if (use->id != NULL && !is_name(use->id, ENT_USE_ID_LIMIT)) {
        return refuse(
            error,
            where,
            "the id is not 1 to 255 bytes long, in UTF-8",
            "leave it out, or give each use one of its own");
    }
    return ENTITLE_OK;
}

static entitle_status
check_product(const char *where, const char *code, entitle_error *error)
{
    if (code == NULL) {
        return refuse(
            error,
            where,
            "no product code is given",
            "name it in the use, or once for all of them");
    }
    if (ent_product_code_check(code, NULL) != ENTITLE_OK) {
        return refuse(
            error,
            where,
            "the product code has characters that none has, or is too long",
            "use the product code that the AWS Marketplace Management Portal shows");
    }
    return ENTITLE_OK;
}

entitle_status
ent_use_read(
    const entitle_use *use,
    const ent_use_defaults *defaults,
    const char *where,
    int64_t now_s,
    ent_use *out,
    entitle_error *error)
{
    const char *code =
        use->product_code != NULL ? use->product_code : defaults->product_code;

    *out = (ent_use){ .tags = NULL };
    out->event = (ent_usage_event){
        .key = { .product_code = code, .dimension = use->dimension },
        .at_s = use->at_s,
        .quantity = use->quantity,
        .tags = no_text,
        .id = use->id != NULL ? use->id : no_text,
        .client_token = no_text,
    };
    entitle_status status = check_product(where, code, error);
    if (status == ENTITLE_OK) {
        status = check_record(defaults->runtime, use, where, error);
    }
    if (status == ENTITLE_OK) {
        status = check_time_and_id(use, where, now_s, error);
    }
    if (status == ENTITLE_OK) {
        status = read_owner(use, defaults, where, out, error);
    }
    return status == ENTITLE_OK ? write_tags(defaults->runtime, use, out, error)
                                : status;
}

void
ent_use_clear(const entitle_runtime *runtime, ent_use *use)
{
    ent_release(runtime, use->tags);
    ent_release(runtime, use->license_arn);
    use->tags = use->license_arn = NULL;
}
