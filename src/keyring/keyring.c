/* SPDX-License-Identifier: Apache-2.0 */
#include "keyring/keyring.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "crypto/key_refusal.h"
#include "keyring/encoding.h"

#include <string.h>

struct entitle_key {
    ent_rsa_key *rsa;
    const char *encoding;
    uint32_t version;
};

struct entitle_keyring {
    entitle_runtime runtime;
    size_t count;
    entitle_key *keys[ENT_KEYRING_CAPACITY]; /* the highest version first */
};

/*
 * An exponent that no AWS-issued key has; entitle-sandbox gives it to all of its keys.
 */
static const uint64_t sandbox_exponent = 65539;

static void
key_free(const entitle_runtime *runtime, entitle_key *key)
{
    if (key != NULL) {
        ent_rsa_key_free(key->rsa);
        ent_release(runtime, key);
    }
}

static entitle_status
key_read(
    const entitle_runtime *runtime,
    entitle_key *key,
    const void *bytes,
    size_t length,
    entitle_error *error)
{
    ent_buffer der;
    ent_key_encoding encoding;

    ent_buffer_init(&der, runtime, ENT_KEY_TEXT_MAX);
    entitle_status status =
        ent_key_encoding_open(bytes, length, &der, &encoding, error);
    if (status == ENTITLE_OK) {
        const unsigned char *der_bytes = (const unsigned char *)ent_buffer_text(&der);
        status = ent_rsa_key_new(runtime, der_bytes, der.length, &key->rsa, error);
    }
    ent_buffer_clear(&der);
    if (status != ENTITLE_OK) {
        return status;
    }
    const char *form = ent_rsa_key_form(key->rsa);
    if (encoding.promised_form != NULL && strcmp(encoding.promised_form, form) != 0) {
        return ent_key_refuse(error, ENT_KEY_MISLABELLED);
    }
    key->encoding = ent_key_encoding_name(encoding.envelope, form);
    return ENTITLE_OK;
}

/* Where a version stands, or where it would have to. */
static size_t
position_of(const entitle_keyring *keyring, uint32_t version)
{
    size_t position = 0;

    while (position < keyring->count && keyring->keys[position]->version > version) {
        position++;
    }
    return position;
}

static entitle_status
check_room(const entitle_keyring *keyring, size_t count, entitle_error *error)
{
    if (count <= ENT_KEYRING_CAPACITY - keyring->count) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_KEYS_UNUSABLE,
        "there are more than %d keys",
        (int)ENT_KEYRING_CAPACITY);
    ent_hint(error, "remove the keys of versions that AWS no longer uses");
    return ENTITLE_KEYS_UNUSABLE;
}

static entitle_status
check_version(const entitle_keyring *keyring, uint32_t version, entitle_error *error)
{
    if (version == 0 || version > ENT_KEY_VERSION_MAX) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "a key version is 1 to %d",
            (int)ENT_KEY_VERSION_MAX);
    }
    if (entitle_keyring_find(keyring, version) != NULL) {
        ent_fail(
            error, ENTITLE_KEYS_UNUSABLE, "key version %u is given twice", version);
        ent_hint(error, "keep one key for each version");
        return ENTITLE_KEYS_UNUSABLE;
    }
    return ENTITLE_OK;
}

static void
insert(entitle_keyring *keyring, entitle_key *key)
{
    size_t position = position_of(keyring, key->version);

    memmove(
        &keyring->keys[position + 1],
        &keyring->keys[position],
        (keyring->count - position) * sizeof(*keyring->keys));
    keyring->keys[position] = key;
    keyring->count++;
}

entitle_status
ent_keyring_absorb(entitle_keyring *to, entitle_keyring *from, entitle_error *error)
{
    entitle_status status = check_room(to, from->count, error);

    for (size_t i = 0; i < from->count && status == ENTITLE_OK; i++) {
        status = check_version(to, from->keys[i]->version, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    for (size_t i = 0; i < from->count; i++) {
        insert(to, from->keys[i]);
    }
    from->count = 0;
    return ENTITLE_OK;
}

entitle_status
entitle_keyring_new(
    const entitle_runtime *runtime, entitle_keyring **out, entitle_error *error)
{
    entitle_runtime filled;

    if (out == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no place for the keyring");
    }
    *out = NULL;
    entitle_status status = ent_runtime_fill(&filled, runtime, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    entitle_keyring *keyring = ent_allocate(&filled, sizeof(*keyring));
    if (keyring == NULL) {
        return ent_fail_memory(error);
    }
    keyring->runtime = filled;
    *out = keyring;
    return ENTITLE_OK;
}

void
entitle_keyring_free(entitle_keyring *keyring)
{
    if (keyring == NULL) {
        return;
    }
    for (size_t i = 0; i < keyring->count; i++) {
        key_free(&keyring->runtime, keyring->keys[i]);
    }
    entitle_runtime runtime = keyring->runtime;
    ent_release(&runtime, keyring);
}

entitle_status
entitle_keyring_add(
    entitle_keyring *keyring,
    uint32_t version,
    const void *key,
    size_t key_length,
    entitle_error *error)
{
    if (keyring == NULL || (key == NULL && key_length > 0)) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no keyring or no key");
    }
    entitle_status status = check_version(keyring, version, error);
    if (status == ENTITLE_OK) {
        status = check_room(keyring, 1, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    entitle_key *made = ent_allocate(&keyring->runtime, sizeof(*made));
    if (made == NULL) {
        return ent_fail_memory(error);
    }
    made->version = version;
    status = key_read(&keyring->runtime, made, key, key_length, error);
    if (status != ENTITLE_OK) {
        key_free(&keyring->runtime, made);
        return status;
    }
    insert(keyring, made);
    return ENTITLE_OK;
}

size_t
entitle_keyring_count(const entitle_keyring *keyring)
{
    return keyring == NULL ? 0 : keyring->count;
}

const entitle_key *
entitle_keyring_at(const entitle_keyring *keyring, size_t index)
{
    return index < entitle_keyring_count(keyring) ? keyring->keys[index] : NULL;
}

const entitle_key *
entitle_keyring_find(const entitle_keyring *keyring, uint32_t version)
{
    const entitle_key *key =
        keyring == NULL ? NULL
                        : entitle_keyring_at(keyring, position_of(keyring, version));

    return key != NULL && key->version == version ? key : NULL;
}

uint32_t
entitle_key_version(const entitle_key *key)
{
    return key->version;
}

uint32_t
entitle_key_bits(const entitle_key *key)
{
    return ent_rsa_key_bits(key->rsa);
}

const char *
entitle_key_sha256(const entitle_key *key)
{
    return ent_rsa_key_sha256(key->rsa);
}

const char *
entitle_key_encoding(const entitle_key *key)
{
    return key->encoding;
}

bool
entitle_key_is_sandbox(const entitle_key *key)
{
    return ent_rsa_key_exponent(key->rsa) == sandbox_exponent;
}

const ent_rsa_key *
ent_key_rsa(const entitle_key *key)
{
    return key->rsa;
}

const entitle_runtime *
ent_keyring_runtime(const entitle_keyring *keyring)
{
    return &keyring->runtime;
}
