/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/usage_echo.h"

#include "metering/license_arn.h"
#include "metering/moment.h"

#include <string.h>

static bool
read_quantity(const ent_json *json, double *out)
{
    *out = 0; /* what an absent one means */
    return json == NULL || ent_json_is_null(json) || ent_json_number(json, out);
}

bool
ent_usage_echo_read(const ent_json *json, ent_usage_echo *out)
{
    const ent_json *allocations = ent_json_member(json, "UsageAllocations");

    *out = (ent_usage_echo){
        .customer_account =
            ent_json_string(ent_json_member(json, "CustomerAWSAccountId")),
        .license_arn = ent_json_string(ent_json_member(json, "LicenseArn")),
        .customer_identifier =
            ent_json_string(ent_json_member(json, "CustomerIdentifier")),
        .dimension = ent_json_string(ent_json_member(json, "Dimension")),
        .allocations = ent_json_is_array(allocations) ? allocations : NULL,
    };
    return out->dimension != NULL &&
           ent_moment_read(ent_json_member(json, "Timestamp"), &out->at_s) &&
           read_quantity(ent_json_member(json, "Quantity"), &out->quantity);
}

/* --- Allocations ------------------------------------------------------------------ */

static bool
is_text(const ent_json *object, const char *name, const char *want)
{
    const char *text = ent_json_string(ent_json_member(object, name));

    return text != NULL && strcmp(text, want) == 0;
}

static bool
are_tags(const ent_json *json, const entitle_allocation *want)
{
    const ent_json *tag = ent_json_first(json);

    for (size_t i = 0; i < want->tag_count; i++) {
        if (tag == NULL || !is_text(tag, "Key", want->tags[i].key) ||
            !is_text(tag, "Value", want->tags[i].value)) {
            return false;
        }
        tag = ent_json_next(tag);
    }
    return tag == NULL;
}

static bool
is_allocation(const ent_json *json, const entitle_allocation *want)
{
    double quantity = -1;

    return ent_json_number(
               ent_json_member(json, "AllocatedUsageQuantity"), &quantity) &&
           quantity == (double)want->quantity &&
           are_tags(ent_json_member(json, "Tags"), want);
}

static bool
are_allocations(const ent_json *json, const entitle_customer_usage *want)
{
    const ent_json *allocation = ent_json_first(json);

    for (size_t i = 0; i < want->allocation_count; i++) {
        if (allocation == NULL || !is_allocation(allocation, &want->allocations[i])) {
            return false;
        }
        allocation = ent_json_next(allocation);
    }
    return allocation == NULL;
}

/* --- Records ---------------------------------------------------------------------- */

static bool
are_equal(const char *said, const char *want)
{
    return said != NULL && want != NULL ? strcmp(said, want) == 0 : said == want;
}

static bool
are_licenses_equal(const char *said, const char *want)
{
    return said != NULL && want != NULL ? ent_license_arn_equals(said, want)
                                        : said == want;
}

bool
ent_usage_echo_is(const ent_usage_echo *echo, const entitle_customer_usage *record)
{
    return echo->at_s == record->at_s && echo->quantity == (double)record->quantity &&
           strcmp(echo->dimension, record->dimension) == 0 &&
           are_equal(echo->customer_account, record->customer_account) &&
           are_equal(echo->customer_identifier, record->customer_identifier) &&
           are_licenses_equal(echo->license_arn, record->license_arn) &&
           are_allocations(echo->allocations, record);
}

/* Nothing that both say differs, and they have a name in common. */
static bool
may_be_customer(const ent_usage_echo *echo, const entitle_customer_usage *record)
{
    bool both_account = echo->customer_account && record->customer_account;
    bool both_identifier = echo->customer_identifier && record->customer_identifier;
    bool both_license = echo->license_arn && record->license_arn;

    if (both_account && strcmp(echo->customer_account, record->customer_account) != 0) {
        return false;
    }
    if (both_identifier &&
        strcmp(echo->customer_identifier, record->customer_identifier) != 0) {
        return false;
    }
    if (both_license &&
        !ent_license_arn_equals(echo->license_arn, record->license_arn)) {
        return false;
    }
    return both_account || both_identifier || both_license;
}

bool
ent_usage_echo_may_be(const ent_usage_echo *echo, const entitle_customer_usage *record)
{
    return entitle_usage_hour(echo->at_s) == entitle_usage_hour(record->at_s) &&
           echo->quantity == (double)record->quantity &&
           strcmp(echo->dimension, record->dimension) == 0 &&
           may_be_customer(echo, record);
}
