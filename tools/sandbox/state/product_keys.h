/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PRODUCT_KEYS_H
#define SANDBOX_PRODUCT_KEYS_H

#include "market/market.h"
#include "signing/signing_keys.h"
#include "state/store.h"

/*
 * The key pairs of the first product and of every other one that RegisterUsage takes.
 * The first product's stand in DIR/private and DIR/keys, each other's in a folder there
 * of its code. When a version was rotated out is the service's time, and kept in the
 * store.
 */
typedef struct product_keys product_keys;

/* Loads them, and makes those that are missing. */
ENTITLE_CHECKED entitle_status product_keys_open(
    const entitle_runtime *runtime,
    sandbox_store *store,
    const sandbox_market *market,
    const char *state_directory,
    product_keys **out,
    entitle_error *error);
void product_keys_close(product_keys *keys); /* accepts NULL */

/* NULL: the product has none. */
const signing_keys *
product_keys_of(const product_keys *keys, const market_product *product);

/* Takes over `key` as the next version of a product that has keys. */
ENTITLE_CHECKED entitle_status product_keys_rotate(
    product_keys *keys,
    const market_product *product,
    EVP_PKEY *key,
    int64_t service_s,
    entitle_error *error);

/*
 * Back to the versions of the start: in a transaction that has erased the store, and,
 * once that has been committed, for good.
 */
bool product_keys_keep(const product_keys *keys);
void product_keys_reset(product_keys *keys);

/* A key that belongs to no product, for a fault; NULL until it is set. */
EVP_PKEY *product_keys_stranger(const product_keys *keys);
void product_keys_set_stranger(product_keys *keys, EVP_PKEY *stranger); /* takes over */

#endif
