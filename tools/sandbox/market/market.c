/* SPDX-License-Identifier: Apache-2.0 */
#include "market/market.h"

#include <stdlib.h>
#include <string.h>

const market_product *
market_find_product(const sandbox_market *market, const char *code)
{
    for (size_t i = 0; i < market->product_count; i++) {
        if (strcmp(market->products[i].code, code) == 0) {
            return &market->products[i];
        }
    }
    return NULL;
}

/* There may be thousands of customers, and a call names up to 25 of them. */
static int
compare_account(const void *account, const void *element)
{
    const market_customer *customer = element;
    return strcmp(account, customer->account);
}

const market_customer *
market_find_account(const sandbox_market *market, const char *account)
{
    return bsearch(
        account,
        market->customers,
        market->customer_count,
        sizeof(*market->customers),
        compare_account);
}

static int
compare_identifier(const void *identifier, const void *element)
{
    const market_customer *const *customer = element;
    return strcmp(identifier, (*customer)->identifier);
}

const market_customer *
market_find_identifier(const sandbox_market *market, const char *identifier)
{
    const market_customer *const *found = bsearch(
        identifier,
        market->customers_by_identifier,
        market->customer_count,
        sizeof(*market->customers_by_identifier),
        compare_identifier);
    return found != NULL ? *found : NULL;
}

const market_access_key *
market_find_access_key(const sandbox_market *market, const char *access_key_id)
{
    for (size_t i = 0; i < market->access_key_count; i++) {
        if (strcmp(market->access_keys[i].access_key_id, access_key_id) == 0) {
            return &market->access_keys[i];
        }
    }
    return NULL;
}

bool
market_product_has_dimension(const market_product *product, const char *dimension)
{
    for (size_t i = 0; i < product->dimension_count; i++) {
        if (strcmp(product->dimensions[i], dimension) == 0) {
            return true;
        }
    }
    return false;
}

const char *
market_license_name(const char *license_arn)
{
    const char *colon = strrchr(license_arn, ':');
    return colon == NULL ? license_arn : colon + 1;
}

bool
market_license_equals(const char *one, const char *other)
{
    return strcmp(market_license_name(one), market_license_name(other)) == 0;
}
