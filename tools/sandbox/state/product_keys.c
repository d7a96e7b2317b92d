/* SPDX-License-Identifier: Apache-2.0 */
#include "state/product_keys.h"

#include "base/error.h"
#include "base/memory.h"
#include "market/product_kind.h"
#include "state/setting.h"

#include <inttypes.h>
#include <stdio.h>

enum { NAME_SIZE = 288 };

struct product_keys {
    entitle_runtime runtime;
    sandbox_store *store;
    const sandbox_market *market;
    signing_keys **of_product; /* NULL where a product has none */
    EVP_PKEY *stranger;
};

static void
format_name(char out[NAME_SIZE], const market_product *product, uint32_t version)
{
    (void)snprintf(out, NAME_SIZE, "rotated:%s:%" PRIu32, product->code, version);
}

/* What the store does not know keeps the time at which its successor was written. */
static void
recall_rotations(const product_keys *keys, size_t index)
{
    signing_keys *own = keys->of_product[index];
    for (size_t i = 0; i + 1 < own->count; i++) {
        char name[NAME_SIZE];
        format_name(name, &keys->market->products[index], own->keys[i].version);
        (void)setting_read(keys->store, name, &own->keys[i].rotated_at_s);
    }
}

static entitle_status
open_one(
    product_keys *keys, size_t index, const char *state_directory, entitle_error *error)
{
    const market_product *product = &keys->market->products[index];
    if (index > 0 && !product_kind_registers(product->kind)) {
        return ENTITLE_OK;
    }
    signing_keys *own = ent_allocate(&keys->runtime, sizeof(*own));
    if (own == NULL) {
        return ent_fail_memory(error);
    }
    const char *folder = index == 0 ? NULL : product->code;
    entitle_status status =
        signing_keys_open(own, state_directory, folder, product->key_versions, error);
    if (status != ENTITLE_OK) {
        ent_release(&keys->runtime, own);
        return status;
    }
    keys->of_product[index] = own;
    recall_rotations(keys, index);
    return ENTITLE_OK;
}

entitle_status
product_keys_open(
    const entitle_runtime *runtime,
    sandbox_store *store,
    const sandbox_market *market,
    const char *state_directory,
    product_keys **out,
    entitle_error *error)
{
    product_keys *keys = ent_allocate(runtime, sizeof(*keys));
    if (keys == NULL) {
        return ent_fail_memory(error);
    }
    keys->runtime = *runtime;
    keys->store = store;
    keys->market = market;
    keys->of_product =
        ent_allocate(runtime, market->product_count * sizeof(signing_keys *));
    entitle_status status =
        keys->of_product == NULL ? ent_fail_memory(error) : ENTITLE_OK;
    for (size_t i = 0; i < market->product_count && status == ENTITLE_OK; i++) {
        status = open_one(keys, i, state_directory, error);
    }
    if (status != ENTITLE_OK) {
        product_keys_close(keys);
        return status;
    }
    *out = keys;
    return ENTITLE_OK;
}

void
product_keys_close(product_keys *keys)
{
    if (keys == NULL) {
        return;
    }
    const entitle_runtime runtime = keys->runtime;
    size_t count = keys->of_product == NULL ? 0 : keys->market->product_count;
    for (size_t i = 0; i < count; i++) {
        if (keys->of_product[i] != NULL) {
            signing_keys_close(keys->of_product[i]);
            ent_release(&runtime, keys->of_product[i]);
        }
    }
    EVP_PKEY_free(keys->stranger);
    ent_release(&runtime, (void *)keys->of_product);
    ent_release(&runtime, keys);
}

static signing_keys *
find(const product_keys *keys, const market_product *product)
{
    return keys->of_product[product - keys->market->products];
}

const signing_keys *
product_keys_of(const product_keys *keys, const market_product *product)
{
    return find(keys, product);
}

static bool
store_rotation(
    const product_keys *keys,
    const market_product *product,
    uint32_t version,
    int64_t service_s)
{
    char name[NAME_SIZE];
    format_name(name, product, version);
    if (!store_begin(keys->store)) {
        return false;
    }
    if (!setting_write(keys->store, name, service_s)) {
        store_roll_back(keys->store);
        return false;
    }
    return store_commit(keys->store);
}

/*
 * The time is stored first: it counts for nothing as long as the version has no
 * successor, so that a kill between the two leaves everything as it was.
 */
entitle_status
product_keys_rotate(
    product_keys *keys,
    const market_product *product,
    EVP_PKEY *key,
    int64_t service_s,
    entitle_error *error)
{
    signing_keys *own = find(keys, product);
    uint32_t version = own->keys[own->count - 1].version;
    if (!store_rotation(keys, product, version, service_s)) {
        EVP_PKEY_free(key);
        return ent_fail(error, ENTITLE_IO_ERROR, "the state cannot be written");
    }
    return signing_keys_rotate(own, key, service_s, error);
}

static bool
keep_one(const product_keys *keys, size_t index)
{
    const signing_keys *own = keys->of_product[index];
    for (size_t i = 0; i + 1 < own->count_at_start; i++) {
        char name[NAME_SIZE];
        format_name(name, &keys->market->products[index], own->keys[i].version);
        if (!setting_write(keys->store, name, own->keys[i].rotated_at_s)) {
            return false;
        }
    }
    return true;
}

bool
product_keys_keep(const product_keys *keys)
{
    for (size_t i = 0; i < keys->market->product_count; i++) {
        if (keys->of_product[i] != NULL && !keep_one(keys, i)) {
            return false;
        }
    }
    return true;
}

void
product_keys_reset(product_keys *keys)
{
    for (size_t i = 0; i < keys->market->product_count; i++) {
        if (keys->of_product[i] != NULL) {
            signing_keys_reset(keys->of_product[i]);
        }
    }
}

EVP_PKEY *
product_keys_stranger(const product_keys *keys)
{
    return keys->stranger;
}

void
product_keys_set_stranger(product_keys *keys, EVP_PKEY *stranger)
{
    EVP_PKEY_free(keys->stranger);
    keys->stranger = stranger;
}
