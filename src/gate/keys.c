/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/keys.h"

#include "base/error.h"

#include <string.h>

/*
 * The ring that the options name, in `*keyring` and, where it had to be
 * made, in `*own`.
 */
static entitle_status
load_given_keys(
    const entitle_gate_options *options,
    const entitle_runtime *runtime,
    const entitle_keyring **keyring,
    entitle_keyring **own,
    entitle_error *error)
{
    entitle_status status;

    *keyring = options->keyring;
    if (options->keyring != NULL || options->keys == NULL) {
        return ENTITLE_OK;
    }
    status = entitle_keyring_new(runtime, own, error);
    if (status == ENTITLE_OK) {
        status =
            entitle_keyring_add_path(*own, options->key_version, options->keys, error);
    }
    *keyring = *own;
    return status;
}

/* A sandbox signs for everybody: trust in one must never be what a seller ships. */
static entitle_status
refuse_sandbox_keys(const entitle_keyring *keyring, entitle_error *error)
{
    for (size_t i = 0; i < entitle_keyring_count(keyring); i++) {
        const entitle_key *key = entitle_keyring_at(keyring, i);
        if (entitle_key_is_sandbox(key)) {
            ent_fail(
                error,
                ENTITLE_SEALED,
                "key version %u, sealed into this build, belongs to a sandbox",
                entitle_key_version(key));
            ent_hint(error, "build again with the public keys that AWS issued");
            return ENTITLE_SEALED;
        }
    }
    return ENTITLE_OK;
}

static entitle_status
load_sealed_keys(
    const ent_seal *seal,
    const entitle_runtime *runtime,
    entitle_keyring **out,
    entitle_error *error)
{
    entitle_status status = entitle_keyring_new(runtime, out, error);

    for (size_t i = 0; i < seal->key_count && status == ENTITLE_OK; i++) {
        const ent_sealed_key *key = &seal->keys[i];
        status =
            entitle_keyring_add(*out, key->version, key->pem, strlen(key->pem), error);
    }
    return status == ENTITLE_OK ? refuse_sandbox_keys(*out, error) : status;
}

static bool
hold_the_same_keys(const entitle_keyring *left, const entitle_keyring *right)
{
    if (entitle_keyring_count(left) != entitle_keyring_count(right)) {
        return false;
    }
    for (size_t i = 0; i < entitle_keyring_count(left); i++) {
        const entitle_key *key = entitle_keyring_at(left, i);
        const entitle_key *other =
            entitle_keyring_find(right, entitle_key_version(key));
        if (other == NULL ||
            strcmp(entitle_key_sha256(key), entitle_key_sha256(other)) != 0) {
            return false;
        }
    }
    return true;
}

static entitle_status
settle_sealed_keys(
    const entitle_gate_options *options,
    const ent_seal *seal,
    const entitle_runtime *runtime,
    const entitle_keyring **keyring,
    entitle_keyring **own,
    entitle_error *error)
{
    const entitle_keyring *given = NULL;
    entitle_keyring *given_own = NULL;
    entitle_status status = load_sealed_keys(seal, runtime, own, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    *keyring = *own;

    /* Keys that were given are only compared with the sealed ones, never used. */
    status = load_given_keys(options, runtime, &given, &given_own, error);
    if (status != ENTITLE_OK ||
        (given != NULL && !hold_the_same_keys(given, *keyring))) {
        status = ent_fail(
            error,
            ENTITLE_SEALED,
            "this build is sealed with other keys than those given");
        ent_hint(error, "remove the keys from the settings: they are built in");
    }
    entitle_keyring_free(given_own);
    return status;
}

entitle_status
ent_gate_settle_keys(
    const entitle_gate_options *options,
    const ent_seal *seal,
    const entitle_runtime *runtime,
    const entitle_keyring **keyring,
    entitle_keyring **own,
    entitle_error *error)
{
    entitle_status status;

    if (seal->product_code != NULL) {
        return settle_sealed_keys(options, seal, runtime, keyring, own, error);
    }
    status = load_given_keys(options, runtime, keyring, own, error);
    if (status == ENTITLE_OK && *keyring == NULL) {
        status = ent_fail(error, ENTITLE_CONFIGURATION, "no public keys were given");
        ent_hint(
            error,
            "give the folder that holds the public key from the AWS Marketplace "
            "Management Portal as 1.pem (--keys or ENTITLE_KEYS)");
    }
    return status;
}
