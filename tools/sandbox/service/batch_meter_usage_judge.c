/* SPDX-License-Identifier: Apache-2.0 */
#include "service/batch_meter_usage_judge.h"

#include "service/batch_meter_usage_rules.h"
#include "service/billing_window.h"
#include "service/usage_rules.h"

#include <string.h>

/* A SaaS product that this seller publishes. */
static bool
is_own(const sandbox_identity *caller, const market_product *product)
{
    return (product->kind == PRODUCT_SAAS || product->kind == PRODUCT_ANY) &&
           caller->seller != NULL && strcmp(caller->seller, product->seller) == 0;
}

static bool
check_product(
    sandbox_call *call,
    const sandbox_identity *caller,
    const char *code,
    const market_product **out)
{
    *out = NULL;
    if (code == NULL) {
        return true;
    }
    const market_product *product = market_find_product(call->sandbox->market, code);
    if (product == NULL || !is_own(caller, product)) {
        return call_refuse(
            call,
            "InvalidProductCodeException",
            &rule_batch_product,
            "The product code passed does not match the product code used for "
            "publishing the product.");
    }
    *out = product;
    return true;
}

static bool
check_customers(sandbox_call *call, batch_input *input)
{
    const sandbox_market *market = call->sandbox->market;
    for (size_t i = 0; i < input->count; i++) {
        batch_record *record = &input->records[i];
        record->customer =
            record->account != NULL
                ? market_find_account(market, record->account)
                : market_find_identifier(market, record->customer_identifier);
        if (record->customer == NULL) {
            return call_refuse(
                call,
                "InvalidCustomerIdentifierException",
                &rule_batch_customer,
                "You have metered usage for a CustomerIdentifier that does not exist.");
        }
    }
    return true;
}

static bool
refuse_license(sandbox_call *call, const sandbox_rule *rule)
{
    return call_refuse(
        call,
        "InvalidLicenseException",
        rule,
        "Ensure the LicenseArn is valid, matches the customer, and usage is within the "
        "license activation period.");
}

/* The licence of that record, or NULL where it is not this seller's and customer's. */
static const sandbox_subscription *
find_license(
    sandbox_call *call, const sandbox_identity *caller, const batch_record *record)
{
    const sandbox_subscription *found =
        subscriptions_of_license(call->sandbox->subscriptions, record->license_arn);
    if (found == NULL || found->agreement->customer != record->customer) {
        return NULL;
    }
    return is_own(caller, found->agreement->product) ? found : NULL;
}

/* `*product` is that of the records before; NULL: none had a licence. */
static bool
check_license(
    sandbox_call *call,
    const sandbox_identity *caller,
    batch_record *record,
    const market_product **product)
{
    const sandbox_subscription *found = find_license(call, caller, record);
    if (found == NULL) {
        return refuse_license(call, &rule_batch_license);
    }
    if (*product != NULL && found->agreement->product != *product) {
        return call_refuse(
            call,
            "ValidationException",
            &rule_batch_one_product,
            "Every request to BatchMeterUsage is for one product.");
    }
    record->subscription = found;
    *product = found->agreement->product;
    return true;
}

/* `*product` is that of the request; without, it becomes that of the licences. */
static bool
check_licenses(
    sandbox_call *call,
    const sandbox_identity *caller,
    batch_input *input,
    const market_product **product)
{
    const market_product *licensed = NULL;
    for (size_t i = 0; i < input->count; i++) {
        batch_record *record = &input->records[i];
        if (record->license_arn != NULL &&
            !check_license(call, caller, record, &licensed)) {
            return false;
        }
    }
    if (*product != NULL && licensed != NULL && licensed != *product) {
        return refuse_license(call, &rule_batch_license);
    }
    *product = *product != NULL ? *product : licensed;
    return true;
}

static bool
check_usage(sandbox_call *call, const batch_input *input, const market_product *product)
{
    for (size_t i = 0; i < input->count; i++) {
        if (!market_product_has_dimension(product, input->records[i].usage.dimension)) {
            return call_refuse(
                call,
                "InvalidUsageDimensionException",
                &rule_batch_dimension,
                "The usage dimension does not match one of the UsageDimensions "
                "associated with products.");
        }
    }
    for (size_t i = 0; i < input->count; i++) {
        if (!usage_check_tags(call, &input->records[i].usage)) {
            return false;
        }
    }
    for (size_t i = 0; i < input->count; i++) {
        if (!usage_check_allocations(call, &input->records[i].usage)) {
            return false;
        }
    }
    return true;
}

/* Whole hours count: usage is reported by the hour, and licences begin within one. */
static bool
is_licensed(const sandbox_subscription *subscription, int64_t usage_s, int64_t now_s)
{
    int64_t hour_s = usage_s - usage_s % 3600;
    return subscription_is_active(subscription, now_s) &&
           hour_s + 3600 > subscription->starts_at_s &&
           hour_s < subscription->ends_at_s;
}

/* With a licence, everything is refused; without, this record alone is not honoured. */
static bool
check_subscriptions(
    sandbox_call *call, batch_input *input, const market_product *product)
{
    const subscription_list *list = call->sandbox->subscriptions;
    int64_t now_s = call->service_s;
    for (size_t i = 0; i < input->count; i++) {
        batch_record *record = &input->records[i];
        const sandbox_subscription *found = record->subscription;
        if (found == NULL) {
            found = subscriptions_find(list, product, record->customer, now_s);
            bool is_active = found != NULL && subscription_is_active(found, now_s);
            record->status = is_active ? BATCH_SUCCESS : BATCH_NOT_SUBSCRIBED;
            continue;
        }
        if (!is_licensed(found, usage_second(record->usage.timestamp_ms), now_s)) {
            return refuse_license(call, &rule_batch_license_active);
        }
        record->status = BATCH_SUCCESS;
    }
    return true;
}

static const sandbox_rule *
rule_of(billing_verdict verdict)
{
    switch (verdict) {
    case BILLING_TOO_OLD:
        return &rule_batch_window;
    case BILLING_CLOSED:
        return &rule_batch_month_end;
    case BILLING_IN_FUTURE:
        return &rule_batch_future;
    case BILLING_OPEN:
        break;
    }
    return NULL;
}

static bool
check_times(sandbox_call *call, const batch_input *input)
{
    billing_window window = billing_window_at(
        call->service_s, call->sandbox->market->settings.batch_window_s);
    for (size_t i = 0; i < input->count; i++) {
        int64_t timestamp_ms = input->records[i].usage.timestamp_ms;
        const sandbox_rule *broken = rule_of(billing_judge(&window, timestamp_ms));
        if (broken != NULL) {
            return call_refuse(
                call,
                "TimestampOutOfBoundsException",
                broken,
                "The timestamp value passed in the UsageRecord is out of allowed "
                "range.");
        }
    }
    return true;
}

bool
batch_judge(
    sandbox_call *call,
    const sandbox_identity *caller,
    batch_input *input,
    const market_product **product)
{
    return check_product(call, caller, input->product_code, product) &&
           check_customers(call, input) &&
           check_licenses(call, caller, input, product) &&
           check_usage(call, input, *product) &&
           check_subscriptions(call, input, *product) && check_times(call, input);
}
