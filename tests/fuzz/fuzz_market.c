/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The sandbox's market file. A market that was read is in order: sorted as it is looked
 * up, every reference inside it, every name found again as itself, and no product names
 * a folder that lies elsewhere. One that is refused has a line of the file in its
 * error, and a hint.
 */
#include "fuzz.h"
#include "market/market_file.h"
#include "support/fake_runtime.h"

#include <string.h>

static fake_runtime fake;

static void
require_product(const sandbox_market *market, const market_product *product)
{
    bool is_first = product == market->products;

    FUZZ_REQUIRE(market_find_product(market, product->code) == product);
    FUZZ_REQUIRE(is_first || strchr(product->code, '/') == NULL);
    FUZZ_REQUIRE(is_first || product->code[0] != '.');
    FUZZ_REQUIRE(product->code[0] != '\0' && strlen(product->seller) == 12);
    FUZZ_REQUIRE(product->dimension_count > 0 && product->key_versions > 0);
    for (size_t i = 0; i < product->dimension_count; i++) {
        FUZZ_REQUIRE(market_product_has_dimension(product, product->dimensions[i]));
    }
    for (size_t i = 0; i < product->region_count; i++) {
        FUZZ_REQUIRE(strchr(product->regions[i], '-') != NULL);
    }
}

static void
require_customer(const sandbox_market *market, size_t index)
{
    const market_customer *customer = &market->customers[index];

    FUZZ_REQUIRE(market_find_account(market, customer->account) == customer);
    FUZZ_REQUIRE(market_find_identifier(market, customer->identifier) == customer);
    FUZZ_REQUIRE(market_find_account(market, customer->identifier) == NULL);
    FUZZ_REQUIRE(index == 0 || strcmp(customer[-1].account, customer->account) < 0);
}

static void
require_subscription(const sandbox_market *market, size_t index)
{
    const market_subscription *one = &market->subscriptions[index];
    const market_subscription *before = one - (index > 0);

    FUZZ_REQUIRE(one->product >= market->products);
    FUZZ_REQUIRE(one->product < market->products + market->product_count);
    FUZZ_REQUIRE(one->customer >= market->customers);
    FUZZ_REQUIRE(one->customer < market->customers + market->customer_count);
    FUZZ_REQUIRE(one->starts_at_s >= 0 && one->starts_at_s < one->ends_at_s);
    FUZZ_REQUIRE(one->product >= before->product);
    FUZZ_REQUIRE(one->product > before->product || one->customer >= before->customer);
    FUZZ_REQUIRE(
        one->license_arn == NULL || one == before || before->license_arn == NULL ||
        !market_license_equals(one->license_arn, before->license_arn));
}

static void
require_identity(const sandbox_market *market, const market_access_key *key)
{
    bool is_temporary = strncmp(key->access_key_id, "ASIA", 4) == 0;

    FUZZ_REQUIRE(market_find_access_key(market, key->access_key_id) == key);
    FUZZ_REQUIRE(is_temporary == (key->session_token != NULL));
    FUZZ_REQUIRE(key->secret_access_key[0] != '\0' && key->region[0] != '\0');
    FUZZ_REQUIRE(strlen(key->account) == 12 && key->expires_at_s >= 0);
    FUZZ_REQUIRE(key->seller == NULL || strlen(key->seller) == 12);
}

static void
require_in_order(const sandbox_market *market)
{
    FUZZ_REQUIRE(market->product_count > 0 && market->customer_count > 0);
    FUZZ_REQUIRE(market->access_key_count > 0 && market->region[0] != '\0');
    FUZZ_REQUIRE(market->settings.batch_window_s >= 3600);
    FUZZ_REQUIRE(market->settings.batch_window_s <= 86400);
    for (size_t i = 0; i < market->product_count; i++) {
        require_product(market, &market->products[i]);
    }
    for (size_t i = 0; i < market->customer_count; i++) {
        require_customer(market, i);
    }
    for (size_t i = 0; i < market->subscription_count; i++) {
        require_subscription(market, i);
    }
    for (size_t i = 0; i < market->registration_token_count; i++) {
        FUZZ_REQUIRE(market->registration_tokens[i].token[0] != '\0');
        FUZZ_REQUIRE(
            market->registration_tokens[i].subscription < market->subscription_count);
    }
    for (size_t i = 0; i < market->access_key_count; i++) {
        require_identity(market, &market->access_keys[i]);
    }
}

/* "FILE:3: …", and the file has so many lines. */
static void
require_told(const entitle_error *error, const uint8_t *bytes, size_t length)
{
    unsigned long lines = 1;
    char *end = NULL;

    for (size_t i = 0; i < length; i++) {
        lines += bytes[i] == '\n';
    }
    FUZZ_REQUIRE(strncmp(error->message, "FILE:", 5) == 0);
    unsigned long line = strtoul(error->message + 5, &end, 10);
    FUZZ_REQUIRE(line >= 1 && line <= lines && strncmp(end, ": ", 2) == 0);
    FUZZ_REQUIRE(end[2] != '\0' && error->hint[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    sandbox_market *market = NULL;
    entitle_error error = { 0 };
    entitle_status status;

    fake_runtime_init(&fake);
    status = market_parse(
        &fake.runtime, "FILE", (const char *)bytes, length, NULL, &market, &error);
    if (status == ENTITLE_OK) {
        require_in_order(market);
        market_free(market);
    } else {
        FUZZ_REQUIRE(status == ENTITLE_CONFIGURATION && market == NULL);
        require_told(&error, bytes, length);
    }
    FUZZ_REQUIRE(fake.blocks_in_use == 0);
    return 0;
}
