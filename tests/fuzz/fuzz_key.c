/* SPDX-License-Identifier: Apache-2.0 */

/*
 * entitle_keyring_add() with whatever a seller may have in a file. What is accepted is
 * a key of the documented strength, and the same key when it is wrapped in base64.
 */
#include "fuzz.h"
#include "keyring/encoding.h"
#include "support/fake_runtime.h"

#include <entitle/keyring.h>

#include <openssl/evp.h>

#include <string.h>

static void
require_documented(const entitle_key *key)
{
    FUZZ_REQUIRE(key != NULL && entitle_key_version(key) == 1);
    FUZZ_REQUIRE(entitle_key_bits(key) >= 2048 && entitle_key_bits(key) <= 8192);
    FUZZ_REQUIRE(strlen(entitle_key_sha256(key)) == 64);
    FUZZ_REQUIRE(strspn(entitle_key_sha256(key), "0123456789abcdef") == 64);
    FUZZ_REQUIRE(entitle_key_encoding(key)[0] != '\0');
}

/* Base64 of base64 is not among the encodings. */
static void
require_same_in_base64(
    entitle_keyring *keyring,
    const entitle_key *key,
    const uint8_t *bytes,
    size_t length)
{
    size_t size = 4 * ((length + 2) / 3) + 1;
    unsigned char *encoded;

    if (strncmp(entitle_key_encoding(key), "base64", 6) == 0 ||
        size > ENT_KEY_TEXT_MAX) {
        return;
    }
    encoded = malloc(size);
    FUZZ_REQUIRE(encoded != NULL);
    int encoded_length = EVP_EncodeBlock(encoded, bytes, (int)length);

    FUZZ_REQUIRE(
        entitle_keyring_add(keyring, 2, encoded, (size_t)encoded_length, NULL) ==
        ENTITLE_OK);
    const entitle_key *wrapped = entitle_keyring_find(keyring, 2);
    FUZZ_REQUIRE(strcmp(entitle_key_sha256(wrapped), entitle_key_sha256(key)) == 0);
    FUZZ_REQUIRE(strncmp(entitle_key_encoding(wrapped), "base64", 6) == 0);
    free(encoded);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    fake_runtime fake;
    entitle_keyring *keyring = NULL;
    entitle_error error = { .status = ENTITLE_OK };

    fake_runtime_init(&fake);
    FUZZ_REQUIRE(entitle_keyring_new(&fake.runtime, &keyring, NULL) == ENTITLE_OK);
    entitle_status status = entitle_keyring_add(keyring, 1, bytes, length, &error);
    if (status == ENTITLE_OK) {
        FUZZ_REQUIRE(entitle_keyring_count(keyring) == 1);
        require_documented(entitle_keyring_at(keyring, 0));
        require_same_in_base64(
            keyring, entitle_keyring_find(keyring, 1), bytes, length);
    } else {
        FUZZ_REQUIRE(status == ENTITLE_KEYS_UNUSABLE && error.status == status);
        FUZZ_REQUIRE(error.message[0] != '\0');
        FUZZ_REQUIRE(entitle_keyring_count(keyring) == 0);
    }
    entitle_keyring_free(keyring);
    FUZZ_REQUIRE(fake.blocks_in_use == 0);
    return 0;
}
