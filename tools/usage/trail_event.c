/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/trail_event.h"

#include "base/json.h"
#include "usage/trail_time.h"

#include <entitle/usage.h>

#include <string.h>

/* Of every partition. */
static const char service[] = "metering-marketplace.amazonaws.";

/* --- Members ---------------------------------------------------------------------- */

/* As long as AWS has any: a licence's ARN. */
enum { TEXT_LIMIT = 2048 };

/* A text, "" where there is none; false where it is something else, or too long. */
static bool
read_text(const ent_json *object, const char *name, const char **out)
{
    const ent_json *member = ent_json_member(object, name);

    *out = "";
    if (member == NULL || ent_json_is_null(member)) {
        return true;
    }
    *out = ent_json_string(member);
    return *out != NULL && strlen(*out) <= TEXT_LIMIT;
}

/* The member that AWS's example spells in one way, and the rule for members otherwise.
 */
static bool
read_account(const ent_json *object, const char **out)
{
    return read_text(object, "customerAWSAccountId", out) &&
           ((*out)[0] != '\0' || read_text(object, "customerAWSAccountID", out));
}

static bool
read_quantity(const ent_json *object, const char *name, int64_t *out)
{
    const ent_json *member = ent_json_member(object, name);
    double value = 0;

    *out = 0;
    if (member == NULL || ent_json_is_null(member)) {
        return true; /* which is what AWS takes it for */
    }
    if (!ent_json_number(member, &value) || value < 0 ||
        value > ENTITLE_USAGE_QUANTITY_LIMIT || value != (double)(int64_t)value) {
        return false;
    }
    *out = (int64_t)value;
    return true;
}

static bool
read_time(const ent_json *object, int64_t *out)
{
    const ent_json *member = ent_json_member(object, "timestamp");
    const char *text = ent_json_string(member);
    double value = 0;

    if (text != NULL) {
        return trail_time_parse(text, out);
    }
    if (!ent_json_number(member, &value) || value < 1 || value > 253402300799.0) {
        return false;
    }
    *out = (int64_t)value;
    return true;
}

static bool
refuse(const char **reason, const char *why)
{
    *reason = why;
    return false;
}

static bool
is_filled(const ent_json *object, const char *name)
{
    const ent_json *member = ent_json_member(object, name);

    return member != NULL && !ent_json_is_null(member);
}

/* --- MeterUsage ------------------------------------------------------------------- */

static bool
read_meter_usage(
    const ent_json *request,
    const ent_json *answer,
    const trail_visitors *visitors,
    const char **reason)
{
    trail_usage usage = {
        .customer_id = "",
        .customer_account = "",
        .license_arn = "",
    };

    if (ent_json_is_true(ent_json_member(request, "dryRun"))) {
        return true;
    }
    if (!read_text(request, "productCode", &usage.product_code) ||
        !read_text(request, "usageDimension", &usage.dimension) ||
        usage.dimension[0] == '\0') {
        return refuse(reason, "names no product or dimension");
    }
    if (!read_time(request, &usage.at_s)) {
        return refuse(reason, "has no timestamp of a known form");
    }
    if (!read_quantity(request, "usageQuantity", &usage.quantity)) {
        return refuse(reason, "has a quantity that is none");
    }
    if (!read_text(answer, "meteringRecordId", &usage.metering_record_id)) {
        return refuse(reason, "has a meteringRecordId that is no text");
    }
    return visitors->usage(visitors->context, &usage) ||
           refuse(reason, "takes more memory than there is");
}

/* --- BatchMeterUsage -------------------------------------------------------------- */

static bool
read_customer(const ent_json *record, trail_usage *usage)
{
    return read_text(record, "customerIdentifier", &usage->customer_id) &&
           read_account(record, &usage->customer_account) &&
           read_text(record, "licenseArn", &usage->license_arn) &&
           (usage->customer_id[0] != '\0' || usage->customer_account[0] != '\0' ||
            usage->license_arn[0] != '\0');
}

static bool
read_result(
    const ent_json *result,
    const char *product_code,
    const trail_visitors *visitors,
    const char **reason)
{
    const ent_json *record = ent_json_member(result, "usageRecord");
    const char *status = ent_json_string(ent_json_member(result, "status"));
    trail_usage usage = { .is_of_batch = true, .product_code = product_code };

    if (status == NULL) {
        return refuse(reason, "has a result without a status");
    }
    if (strcmp(status, "Success") != 0) {
        return true;
    }
    if (!read_text(record, "dimension", &usage.dimension) ||
        usage.dimension[0] == '\0') {
        return refuse(reason, "names no dimension");
    }
    if (!read_customer(record, &usage)) {
        return refuse(reason, "names no customer");
    }
    if (!read_time(record, &usage.at_s)) {
        return refuse(reason, "has no timestamp of a known form");
    }
    if (!read_quantity(record, "quantity", &usage.quantity)) {
        return refuse(reason, "has a quantity that is none");
    }
    if (!read_text(result, "meteringRecordId", &usage.metering_record_id)) {
        return refuse(reason, "has a meteringRecordId that is no text");
    }
    return visitors->usage(visitors->context, &usage) ||
           refuse(reason, "takes more memory than there is");
}

static bool
read_batch(
    const ent_json *request,
    const ent_json *answer,
    const trail_visitors *visitors,
    const char **reason)
{
    const ent_json *results = ent_json_member(answer, "results");
    const char *product_code = NULL;

    if (!read_text(request, "productCode", &product_code)) {
        return refuse(reason, "has a product code that is no text");
    }
    if (!ent_json_is_array(results)) {
        return refuse(reason, "has no results");
    }
    for (const ent_json *result = ent_json_first(results); result != NULL;
         result = ent_json_next(result)) {
        if (!read_result(result, product_code, visitors, reason)) {
            return false;
        }
    }
    return true;
}

/* --- The event -------------------------------------------------------------------- */

static bool
is_text(const ent_json *event, const char *name, const char *want)
{
    const char *text = ent_json_string(ent_json_member(event, name));

    return text != NULL && strcmp(text, want) == 0;
}

static bool
read_call(const ent_json *event, const trail_visitors *visitors, const char **reason)
{
    const ent_json *request = ent_json_member(event, "requestParameters");
    const ent_json *answer = ent_json_member(event, "responseElements");
    bool is_of_batch = is_text(event, "eventName", "BatchMeterUsage");
    const char *source = ent_json_string(ent_json_member(event, "eventSource"));
    const char *id = NULL;

    if (source == NULL || strncmp(source, service, strlen(service)) != 0 ||
        (!is_of_batch && !is_text(event, "eventName", "MeterUsage"))) {
        return true;
    }
    if (!read_text(event, "eventID", &id)) {
        return refuse(reason, "has an eventID that is no text");
    }
    if (!visitors->call(visitors->context, id, is_of_batch) ||
        is_filled(event, "errorCode") || !is_filled(event, "responseElements")) {
        return true;
    }
    return is_of_batch ? read_batch(request, answer, visitors, reason)
                       : read_meter_usage(request, answer, visitors, reason);
}

bool
trail_event_read(
    const char *text,
    size_t length,
    const trail_visitors *visitors,
    const char **reason)
{
    /* What other services log may be odd, and need not be read. */
    if (strstr(text, service) == NULL) {
        return true;
    }
    ent_json *event = ent_json_parse_object(text, length, NULL);
    if (event == NULL) {
        return refuse(reason, "is not JSON, or can be read in two ways");
    }
    bool is_read = read_call(event, visitors, reason);
    ent_json_free(event);
    return is_read;
}
