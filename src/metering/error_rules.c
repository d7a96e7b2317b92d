/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/error_rules.h"

#include <stddef.h>

#define RULE(code, status, hint)                                                       \
    {                                                                                  \
        code, status, ENT_SUSPECT_NOTHING, hint                                        \
    }

#define HINT_SUBSCRIBE                                                                 \
    "subscribe to the product in AWS Marketplace with the AWS account that runs this " \
    "container, then start it again"
#define HINT_REGION "call the Region where the container was started"
#define HINT_KEY_VERSION                                                               \
    "use the key version that the AWS Marketplace Management Portal shows for this "   \
    "product"

/*
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_Operations_AWSMarketplace_Metering.html
 */
const ent_error_rule ent_metering_error_rules[] = {
    RULE("CustomerNotEntitledException", ENTITLE_NOT_ENTITLED, HINT_SUBSCRIBE),
    /* What the documentation calls the one above in its text. */
    RULE("CustomerNotSubscribedException", ENTITLE_NOT_ENTITLED, HINT_SUBSCRIBE),

    RULE(
        "InvalidProductCodeException",
        ENTITLE_INVALID_PRODUCT_CODE,
        "use the product code that the AWS Marketplace "
        "Management Portal shows for this product"),
    RULE("InvalidRegionException", ENTITLE_INVALID_REGION, HINT_REGION),
    RULE("InvalidEndpointRegionException", ENTITLE_INVALID_REGION, HINT_REGION),
    RULE(
        "InvalidPublicKeyVersionException",
        ENTITLE_INVALID_KEY_VERSION,
        HINT_KEY_VERSION),
    RULE("InvalidPublicKeyException", ENTITLE_INVALID_KEY_VERSION, HINT_KEY_VERSION),
    RULE(
        "PlatformNotSupportedException",
        ENTITLE_PLATFORM_NOT_SUPPORTED,
        "run on Amazon ECS with a task role or on Amazon EKS with IAM roles for "
        "service accounts; elsewhere use entitle-sandbox"),
    RULE(
        "DisabledApiException",
        ENTITLE_API_DISABLED,
        "ask AWS Marketplace why the operation is disabled for this Region or account"),

    RULE(
        "TimestampOutOfBoundsException",
        ENTITLE_INVALID_INPUT,
        "send usage of the last 6 hours only, dated in UTC, and none of the future"),
    RULE(
        "DuplicateRequestException",
        ENTITLE_INVALID_INPUT,
        "send one quantity only for an hour and dimension: another has been metered"),
    RULE(
        "IdempotencyConflictException",
        ENTITLE_INVALID_INPUT,
        "use a new ClientToken for a request that differs"),
    RULE(
        "InvalidTagException",
        ENTITLE_INVALID_INPUT,
        "use 1 to 5 tags of letters, digits, spaces and + - = . _ : / @"),
    RULE(
        "InvalidUsageAllocationsException",
        ENTITLE_INVALID_INPUT,
        "let the allocations add up to the quantity, each with tags of its own"),
    RULE(
        "InvalidUsageDimensionException",
        ENTITLE_INVALID_INPUT,
        "use a dimension that is defined for this product"),
    RULE(
        "InvalidCustomerIdentifierException",
        ENTITLE_INVALID_INPUT,
        "use the customer that ResolveCustomer returned"),
    RULE(
        "InvalidLicenseException",
        ENTITLE_INVALID_INPUT,
        "use the licence ARN that ResolveCustomer returned, while it is active"),
    RULE(
        "InvalidTokenException",
        ENTITLE_INVALID_INPUT,
        "use the registration token as AWS Marketplace posted it, with the "
        "percent-encoding of the form undone"),
    /* After a dry run that was asked for it is a success, and not judged here. */
    RULE(
        "DryRunOperation",
        ENTITLE_BAD_RESPONSE,
        "check the endpoint: it answers as if a dry run had been asked for"),
    RULE(NULL, ENTITLE_INTERNAL_ERROR, NULL),
};

const ent_error_rule ent_batch_meter_usage_error_rules[] = {
    RULE(
        "TimestampOutOfBoundsException",
        ENTITLE_INVALID_INPUT,
        "leave out the records that are older than 24 hours, of last month after 06:00 "
        "UTC on the 1st, or of the future: one of them refuses all"),
    RULE(
        "InvalidProductCodeException",
        ENTITLE_INVALID_PRODUCT_CODE,
        "use the product code that ResolveCustomer returned, and credentials of the "
        "account that publishes the product"),
    RULE(NULL, ENTITLE_INTERNAL_ERROR, NULL),
};

const ent_error_rule ent_resolve_customer_error_rules[] = {
    RULE(
        "ExpiredTokenException",
        ENTITLE_INVALID_INPUT,
        "let the customer come from AWS Marketplace again: a registration token is for "
        "use at once"),
    RULE(NULL, ENTITLE_INTERNAL_ERROR, NULL),
};
