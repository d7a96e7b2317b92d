/* SPDX-License-Identifier: Apache-2.0 */
#include "service/meter_usage_judge.h"

#include "service/caller.h"
#include "service/meter_usage_rules.h"
#include "service/region_rules.h"
#include "service/usage_rules.h"

#include <string.h>

enum { HOUR_S = 3600, OLDEST_S = 6 * HOUR_S, AHEAD_S = 5 * 60 };

static const char region_message[] = "The endpoint being called is in an AWS Region "
                                     "different from your EC2 instance, ECS "
                                     "task, or EKS pod. The Region of the Metering "
                                     "Service endpoint and the AWS Region of "
                                     "the resource must match.";
static const char time_message[] =
    "The timestamp value passed in the UsageRecord is out of allowed range.";

static bool
check_region(sandbox_call *call, const sandbox_identity *caller)
{
    if (strcmp(call->region, caller->region) != 0) {
        return call_refuse(
            call, "InvalidEndpointRegionException", &rule_meter_region, region_message);
    }
    region_list list = caller->kind == IDENTITY_EC2 ? REGIONS_OF_METER_USAGE_EC2
                                                    : REGIONS_OF_METER_USAGE_CONTAINER;
    return region_check_documented(
        call, list, "InvalidEndpointRegionException", region_message);
}

/* MeterUsage does not declare PlatformNotSupportedException. */
static bool
check_caller(
    sandbox_call *call, const sandbox_identity *caller, const meter_usage_input *input)
{
    if (identity_kind_meters(caller->kind)) {
        return true;
    }
    if (input->is_dry_run) {
        return call_refuse(
            call,
            "UnauthorizedException",
            &rule_meter_caller,
            "You are not authorized to perform this operation.");
    }
    return call_refuse(
        call,
        "CustomerNotEntitledException",
        &rule_meter_caller,
        "The credentials are not those of an EC2 instance, an ECS task, an EKS "
        "pod with an IAM role for its service account, or an AgentCore runtime.");
}

static bool
check_client_token(
    sandbox_call *call, const sandbox_identity *caller, const meter_usage_input *input)
{
    if (caller->kind != IDENTITY_AGENTCORE || input->client_token != NULL) {
        return true;
    }
    return call_refuse(
        call,
        "ValidationException",
        &rule_meter_client_token,
        "1 validation error detected: Value null at 'clientToken' failed to satisfy "
        "constraint: Member must not be null");
}

static const market_product *
find_product(sandbox_call *call, const char *code)
{
    const market_product *product = market_find_product(call->sandbox->market, code);
    if (product == NULL || product->kind == PRODUCT_SAAS) {
        call_refuse(
            call,
            "InvalidProductCodeException",
            &rule_meter_product,
            "The product code passed does not match the product code used for "
            "publishing the product.");
        return NULL;
    }
    if (!region_sells(call->region, product)) {
        call_refuse(
            call,
            "InvalidEndpointRegionException",
            &rule_meter_sold,
            "The product is not sold in this AWS Region.");
        return NULL;
    }
    return product;
}

static bool
check_usage(
    sandbox_call *call, const market_product *product, const meter_usage_input *input)
{
    if (!market_product_has_dimension(product, input->usage.dimension)) {
        return call_refuse(
            call,
            "InvalidUsageDimensionException",
            &rule_meter_dimension,
            "The usage dimension does not match one of the UsageDimensions associated "
            "with products.");
    }
    return usage_check_tags(call, &input->usage) &&
           usage_check_allocations(call, &input->usage);
}

static bool
check_subscription(
    sandbox_call *call, const sandbox_identity *caller, const market_product *product)
{
    if (caller_is_subscribed(call, caller, product)) {
        return true;
    }
    return call_refuse(
        call,
        "CustomerNotEntitledException",
        &rule_meter_subscription,
        "The customer does not have an active subscription to the product.");
}

/* Usage is of an hour; on AgentCore it is of a moment. */
static int64_t
end_of_usage(const sandbox_identity *caller, int64_t timestamp_ms)
{
    int64_t second = usage_second(timestamp_ms);
    if (caller->kind == IDENTITY_AGENTCORE) {
        return second;
    }
    return second - ((second % HOUR_S + HOUR_S) % HOUR_S) + HOUR_S - 1;
}

static bool
check_time(
    sandbox_call *call, const sandbox_identity *caller, const meter_usage_input *input)
{
    static const char error[] = "TimestampOutOfBoundsException";
    int64_t timestamp_ms = input->usage.timestamp_ms;
    if (!usage_is_between(timestamp_ms, INT64_MIN, call->service_s + AHEAD_S)) {
        return call_refuse(call, error, &rule_meter_future, time_message);
    }
    if (!usage_is_between(timestamp_ms, call->service_s - OLDEST_S, INT64_MAX)) {
        return call_refuse(call, error, &rule_meter_window, time_message);
    }
    if (call->sandbox->market->settings.usage_not_before_start &&
        end_of_usage(caller, timestamp_ms) < caller->began_at_s) {
        return call_refuse(call, error, &rule_meter_start, time_message);
    }
    return true;
}

bool
meter_usage_judge(
    sandbox_call *call, const sandbox_identity *caller, const meter_usage_input *input)
{
    if (!check_region(call, caller) || !check_caller(call, caller, input) ||
        !check_client_token(call, caller, input)) {
        return false;
    }
    const market_product *product = find_product(call, input->product_code);
    if (product == NULL || !check_usage(call, product, input) ||
        !check_subscription(call, caller, product)) {
        return false;
    }
    if (input->is_dry_run) {
        return call_refuse(
            call,
            "DryRunOperation",
            &rule_meter_dry_run,
            "Request would have succeeded, but DryRun flag is set.");
    }
    return check_time(call, caller, input);
}
