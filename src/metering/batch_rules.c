/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/batch_rules.h"

#include "base/error.h"
#include "metering/license_arn.h"
#include "metering/text_rule.h"

#include <string.h>

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const ent_text_rule account_rule = {
    .name = "the customer's account",
    .limit = 255,
    .allows = is_digit,
    .hint = "use the CustomerAWSAccountId that ResolveCustomer returned: digits only",
};

static const ent_text_rule identifier_rule = {
    .name = "the customer's identifier",
    .limit = 255,
    .hint = "use the CustomerIdentifier that ResolveCustomer returned",
};

/* "" is a name that somebody forgot, NULL one that is not used. */
static entitle_status
check_names(
    const entitle_customer_usage *record, const char *where, entitle_error *error)
{
    bool has_account = record->customer_account != NULL;
    bool has_identifier = record->customer_identifier != NULL;

    if (has_account && has_identifier) {
        ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "%sthe customer is named by account and by identifier",
            where);
        ent_hint(error, "name the customer in one way: AWS takes either, not both");
    } else if (!has_account && !has_identifier) {
        ent_fail(error, ENTITLE_INVALID_INPUT, "%sno customer is named", where);
        ent_hint(error, "give the account or the identifier that ResolveCustomer gave");
    } else if (record->license_arn != NULL && !has_account) {
        ent_fail(
            error, ENTITLE_INVALID_INPUT, "%sa licence needs the account, too", where);
        ent_hint(error, "give the customer's account and the licence ARN together");
    } else {
        return ENTITLE_OK;
    }
    return ENTITLE_INVALID_INPUT;
}

static entitle_status
check_product(
    const entitle_customer_usage *record,
    bool has_product_code,
    const char *where,
    entitle_error *error)
{
    if (record->license_arn != NULL || has_product_code) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "%sneither a licence nor a product code says for which product it is",
        where);
    ent_hint(error, "give the record a licence ARN, or the batch a product code");
    return ENTITLE_INVALID_INPUT;
}

entitle_status
ent_batch_rules_check_customer(
    const entitle_customer_usage *record,
    bool has_product_code,
    const char *where,
    entitle_error *error)
{
    entitle_status status = check_names(record, where, error);

    if (status == ENTITLE_OK) {
        status = record->customer_account != NULL
                     ? ent_text_rule_check(
                           &account_rule, where, record->customer_account, error)
                     : ent_text_rule_check(
                           &identifier_rule, where, record->customer_identifier, error);
    }
    if (status == ENTITLE_OK && record->license_arn != NULL) {
        status = ent_license_arn_check(where, record->license_arn, error);
    }
    return status == ENTITLE_OK ? check_product(record, has_product_code, where, error)
                                : status;
}

/* --- Two records ------------------------------------------------------------------ */

/*
 * CustomerIdentifier and CustomerAWSAccountId exclude each other within a request.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
static bool
are_named_alike(const entitle_customer_usage *one, const entitle_customer_usage *other)
{
    return (one->customer_account != NULL) == (other->customer_account != NULL);
}

/* Once by licence and once by product code: AWS bills both. */
static bool
are_billed_twice(const entitle_customer_usage *one, const entitle_customer_usage *other)
{
    return (one->license_arn != NULL) != (other->license_arn != NULL) &&
           strcmp(one->customer_account, other->customer_account) == 0 &&
           strcmp(one->dimension, other->dimension) == 0 &&
           entitle_usage_hour(one->at_s) == entitle_usage_hour(other->at_s);
}

static entitle_status
check_pair(const ent_usage_batch *batch, size_t i, size_t other, entitle_error *error)
{
    const entitle_customer_usage *record = &batch->records[i];

    if (!are_named_alike(record, &batch->records[other])) {
        ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "records[%zu] and records[%zu] name their customers differently",
            other,
            i);
        ent_hint(error, "name all customers of a batch by account, or by identifier");
        return ENTITLE_INVALID_INPUT;
    }
    if (record->customer_account != NULL &&
        are_billed_twice(record, &batch->records[other])) {
        ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "records[%zu] and records[%zu] bill one hour of a customer twice: by "
            "licence and by product code",
            other,
            i);
        ent_hint(error, "meter a customer's hour in one of the two ways only");
        return ENTITLE_INVALID_INPUT;
    }
    return ENTITLE_OK;
}

entitle_status
ent_batch_rules_check_together(const ent_usage_batch *batch, entitle_error *error)
{
    for (size_t i = 1; i < batch->record_count; i++) {
        for (size_t other = 0; other < i; other++) {
            entitle_status status = check_pair(batch, i, other, error);
            if (status != ENTITLE_OK) {
                return status;
            }
        }
    }
    return ENTITLE_OK;
}
