/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MARKET_H
#define SANDBOX_MARKET_H

#include "market/identity_kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Who sells what to whom when the sandbox starts: the market file, read and checked.
 * Nothing here ever changes; what time and calls change is in state/. All times are
 * epoch seconds of the service's clock. Every text is ours and lives as long as the
 * market.
 */

/* Which calls a product is for. */
typedef enum product_kind {
    PRODUCT_ANY,       /* all four: the default market's, for trying */
    PRODUCT_CONTAINER, /* RegisterUsage and MeterUsage */
    PRODUCT_AMI,       /* MeterUsage */
    PRODUCT_SAAS       /* BatchMeterUsage and ResolveCustomer */
} product_kind;

typedef struct market_product {
    const char *code;
    product_kind kind;
    const char *seller; /* account that publishes it */
    const char *const *dimensions;
    size_t dimension_count;
    const char *const *regions; /* where it is sold; none: everywhere */
    size_t region_count;
    uint32_t key_versions; /* that exist from the start, at least 1 */
} market_product;

typedef struct market_customer {
    const char *account;
    const char *identifier; /* what ResolveCustomer calls it; unique */
} market_customer;

/* An agreement. A customer may have several for one product, each with a licence. */
typedef struct market_subscription {
    const market_product *product;
    const market_customer *customer;
    const char *license_arn; /* NULL: none */
    int64_t starts_at_s;
    int64_t ends_at_s; /* INT64_MAX: open */
} market_subscription;

/* What AWS posts to the seller's landing page. */
typedef struct market_registration_token {
    const char *token;
    size_t subscription;  /* index: which product, customer and licence it tells */
    int64_t expires_at_s; /* INT64_MAX: never */
    uint32_t uses;        /* how often it can be redeemed; 0: without end */
} market_registration_token;

/* An access key, and what it is at the start. */
typedef struct market_access_key {
    const char *access_key_id;
    const char *secret_access_key;
    const char *session_token; /* NULL: long-term credentials */
    int64_t expires_at_s;      /* machine's clock; INT64_MAX: never */
    identity_kind kind;
    const char *account; /* in which it runs */
    const char *seller;  /* as whom it makes the SaaS calls; NULL: as nobody */
    const char *region;  /* where it runs */
} market_access_key;

typedef struct market_settings {
    int64_t batch_window_s;       /* 86,400; 21,600 as it was before */
    bool documented_regions_only; /* refuse Regions outside AWS's published lists */
    bool usage_not_before_start;  /* MeterUsage of hours before the identity began */
} market_settings;

typedef struct sandbox_market {
    const char *region; /* of access keys that name none */
    market_settings settings;
    const market_product *products; /* at least one; the first is the default */
    size_t product_count;
    const market_customer *customers;                      /* by ascending account */
    const market_customer *const *customers_by_identifier; /* the same */
    size_t customer_count;
    const market_subscription *subscriptions; /* by product, customer, licence */
    size_t subscription_count;
    const market_registration_token *registration_tokens;
    size_t registration_token_count;
    const market_access_key *access_keys; /* at least one; the first is the default */
    size_t access_key_count;
} sandbox_market;

/* NULL when there is none. */
const market_product *
market_find_product(const sandbox_market *market, const char *code);
const market_customer *
market_find_account(const sandbox_market *market, const char *account);
const market_customer *
market_find_identifier(const sandbox_market *market, const char *identifier);
const market_access_key *
market_find_access_key(const sandbox_market *market, const char *access_key_id);

bool market_product_has_dimension(const market_product *product, const char *dimension);

/*
 * Licence ARNs are printed with and without "arn:", and compare by what follows the
 * last colon ("l-…"). True also for two equal texts without any.
 */
bool market_license_equals(const char *one, const char *other);

/* That part of it: the whole text without any colon. */
const char *market_license_name(const char *license_arn);

#endif
