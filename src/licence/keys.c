/* SPDX-License-Identifier: Apache-2.0 */
#include "licence/keys.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "crypto/rsa_key.h"
#include "keyring/encoding.h"
#include "keyring/pem.h"

#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

/* How many of the characters at the front of a stretch are in a set. */
static size_t
span(const char *text, size_t length, const char *set)
{
    size_t count = 0;

    while (count < length && text[count] != '\0' && strchr(set, text[count]) != NULL) {
        count++;
    }
    return count;
}

bool
ent_licence_key_id_is_written_well(const char *id, size_t length)
{
    return length > 0 && length <= ENT_LICENCE_KEY_ID_MAX &&
           span(id, 1, LETTERS DIGITS) == 1 &&
           span(id, length, LETTERS DIGITS "._-") == length;
}

bool
ent_licence_key_id_is_version(const char *id, size_t length)
{
    return length > 0 && span(id, length, DIGITS) == length;
}

entitle_status
entitle_licence_keys_new(
    const entitle_runtime *runtime, entitle_licence_keys **out, entitle_error *error)
{
    entitle_runtime filled;

    if (out == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no place for the keys");
    }
    *out = NULL;
    entitle_status status = ent_runtime_fill(&filled, runtime, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    *out = ent_allocate(&filled, sizeof(**out));
    if (*out == NULL) {
        return ent_fail_memory(error);
    }
    (*out)->runtime = filled;
    return ENTITLE_OK;
}

void
entitle_licence_keys_free(entitle_licence_keys *keys)
{
    if (keys == NULL) {
        return;
    }
    for (size_t i = 0; i < keys->count; i++) {
        ent_signer_key_clear(&keys->keys[i].signer);
    }
    entitle_runtime runtime = keys->runtime;
    ent_release(&runtime, keys);
}

static entitle_status
refuse(entitle_error *error, const char *id, const char *message, const char *hint)
{
    ent_fail(error, ENTITLE_KEYS_UNUSABLE, "licence key '%.64s' %s", id, message);
    ent_hint(error, "%s", hint);
    return ENTITLE_KEYS_UNUSABLE;
}

static entitle_status
check_place(const entitle_licence_keys *keys, const char *id, entitle_error *error)
{
    size_t length = strlen(id);

    if (ent_licence_key_id_is_version(id, length)) {
        return refuse(
            error,
            id,
            "is called as a key of AWS Marketplace, by a number",
            "keep AWS's keys elsewhere, and call a key for licences by a name, such as "
            "example-2026.pem");
    }
    if (!ent_licence_key_id_is_written_well(id, length)) {
        return refuse(
            error,
            id,
            "has an id that is not allowed",
            "call it by up to 64 letters, digits and ._- that begin with a letter or a "
            "digit");
    }
    if (ent_licence_keys_find(keys, id) != NULL) {
        return refuse(
            error, id, "is held already", "give each key for licences its own id");
    }
    if (keys->count == ENT_LICENCE_KEY_CAPACITY) {
        return refuse(
            error,
            id,
            "is one more than the 64 that can be held",
            "remove the keys whose licences have all expired");
    }
    return ENTITLE_OK;
}

static entitle_status
read_pem(
    const entitle_licence_keys *keys,
    ent_stretch pem,
    ent_signer_key *out,
    entitle_error *error)
{
    const char *form = NULL;
    ent_buffer der;

    ent_buffer_init(&der, &keys->runtime, ENT_KEY_TEXT_MAX);
    entitle_status status = ent_pem_open(pem, &der, &form, error);
    if (status == ENTITLE_OK && strcmp(form, ENT_FORM_SPKI) != 0) {
        status = ent_fail(
            error, ENTITLE_KEYS_UNUSABLE, "the PEM block is not labelled PUBLIC KEY");
    }
    if (status == ENTITLE_KEYS_UNUSABLE) {
        /* The sentences of AWS's keys serve here, too; their remedies do not. */
        ent_hint(
            error,
            "give the public half of the seller's key for licences, as openssl pkey "
            "-pubout writes it");
    }
    if (status == ENTITLE_OK) {
        status = ent_signer_key_read(
            &keys->runtime,
            (const unsigned char *)ent_buffer_text(&der),
            der.length,
            out,
            error);
    }
    ent_buffer_clear(&der);
    return status;
}

entitle_status
entitle_licence_keys_add(
    entitle_licence_keys *keys,
    const char *id,
    const char *pem,
    size_t pem_length,
    entitle_error *error)
{
    entitle_error cause = { .status = ENTITLE_OK };
    ent_signer_key signer = { .pem = NULL };

    if (keys == NULL || id == NULL || pem == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no keys, id or PEM");
    }
    entitle_status status = check_place(keys, id, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    if (pem_length > ENT_KEY_TEXT_MAX) {
        return refuse(
            error,
            id,
            "is more than 64 KiB, so it is not a public key",
            "give the PEM of one public key");
    }
    const ent_stretch text = ent_stretch_trim((ent_stretch){ pem, pem_length });
    status = read_pem(keys, text, &signer, &cause);
    if (status == ENTITLE_KEYS_UNUSABLE) {
        ent_fail(error, status, "licence key '%.64s': %s", id, cause.message);
        ent_hint(error, "%s", cause.hint);
    } else if (status != ENTITLE_OK) {
        ent_fail(error, status, "%s", cause.message);
    }
    if (status != ENTITLE_OK) {
        ent_signer_key_clear(&signer);
        return status;
    }
    ent_licence_key *key = &keys->keys[keys->count++];
    memcpy(key->id, id, strlen(id) + 1);
    key->signer = signer;
    return ENTITLE_OK;
}

size_t
entitle_licence_keys_count(const entitle_licence_keys *keys)
{
    return keys->count;
}

const ent_licence_key *
ent_licence_keys_find(const entitle_licence_keys *keys, const char *id)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->keys[i].id, id) == 0) {
            return &keys->keys[i];
        }
    }
    return NULL;
}

bool
ent_licence_keys_are_same(const entitle_licence_keys *a, const entitle_licence_keys *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        const ent_licence_key *other = ent_licence_keys_find(b, a->keys[i].id);

        if (other == NULL ||
            strcmp(other->signer.sha256_hex, a->keys[i].signer.sha256_hex) != 0) {
            return false;
        }
    }
    return true;
}
