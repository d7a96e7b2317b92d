/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "market/market_file.h"

#define BUYER  "123456789012"
#define SELLER "294406891311"

static const char *const dimensions[] = { "requests", "gigabytes" };

static const market_product products[] = { {
    .code = "cqcvf9f0ugw8rkbgmf1c9dxyz",
    .kind = PRODUCT_ANY,
    .seller = SELLER,
    .dimensions = dimensions,
    .dimension_count = sizeof(dimensions) / sizeof(dimensions[0]),
    .key_versions = 1,
} };

static const market_customer customers[] = {
    { .account = BUYER, .identifier = "cust-0001" },
};

static const market_subscription subscriptions[] = { {
    .product = &products[0],
    .customer = &customers[0],
    .license_arn = "arn:aws:license-manager::" SELLER
                   ":license:l-0123456789abcdef0123456789abcdef",
    .starts_at_s = 0,
    .ends_at_s = INT64_MAX,
} };

static const market_registration_token tokens[] = { {
    .token = "sandbox-registration-token",
    .subscription = 0,
    .expires_at_s = INT64_MAX,
    .uses = 0,
} };

/* The key pair that AWS's documentation uses for examples: nobody's. */
static const market_access_key example_key = {
    .access_key_id = "AKIAIOSFODNN7EXAMPLE",
    .secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    .expires_at_s = INT64_MAX,
    .kind = IDENTITY_ECS_TASK,
    .account = BUYER,
    .seller = SELLER,
};

typedef struct owned_market {
    sandbox_market market;
    market_access_key key;
    entitle_runtime runtime;
} owned_market;

entitle_status
market_default(
    const entitle_runtime *runtime,
    const char *region,
    sandbox_market **out,
    entitle_error *error)
{
    owned_market *fresh = ent_allocate(runtime, sizeof(*fresh));
    if (fresh == NULL) {
        return ent_fail_memory(error);
    }
    fresh->runtime = *runtime;
    fresh->key = example_key;
    fresh->key.region = region;
    fresh->market = (sandbox_market){
        .region = region,
        .settings = { .batch_window_s = 86400 },
        .products = products,
        .product_count = 1,
        .customers = customers,
        .customer_count = 1,
        .subscriptions = subscriptions,
        .subscription_count = 1,
        .registration_tokens = tokens,
        .registration_token_count = 1,
        .access_keys = &fresh->key,
        .access_key_count = 1,
    };
    *out = &fresh->market;
    return ENTITLE_OK;
}

void
market_free(sandbox_market *market)
{
    if (market == NULL) {
        return;
    }
    owned_market *owned = (owned_market *)market;
    const entitle_runtime runtime = owned->runtime;
    ent_release(&runtime, owned);
}
