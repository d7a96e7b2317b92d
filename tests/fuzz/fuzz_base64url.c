/* SPDX-License-Identifier: Apache-2.0 */

/*
 * base64url: a text is accepted only as the one way to write its bytes, and every text
 * that is one is accepted. OpenSSL's base64 says what the bytes are.
 */
#include "base/base64url.h"
#include "fuzz.h"

#include <openssl/evp.h>

#include <string.h>

/* A block of its own size, so that writing past its end is noticed. */
static void *
allocate(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);

    FUZZ_REQUIRE(memory != NULL);
    return memory;
}

/* As OpenSSL writes it, but for the alphabet and the padding. */
static char *
reference(const unsigned char *bytes, size_t length)
{
    char *text = allocate((length + 2) / 3 * 4 + 1);

    EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
    for (char *at = text; *at != '\0'; at++) {
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
        if (*at == '=') {
            *at = '\0';
            break;
        }
    }
    return text;
}

static void
require_same_when_encoded(const unsigned char *bytes, size_t length)
{
    char *want = reference(bytes, length);
    char *text = allocate((length * 4 + 2) / 3 + 1);
    unsigned char *again = allocate(length);
    size_t again_length = 0;

    ent_base64url_encode(bytes, length, text);
    FUZZ_REQUIRE(strcmp(text, want) == 0);
    FUZZ_REQUIRE(ent_base64url_decoded_size(strlen(text)) == length);
    FUZZ_REQUIRE(ent_base64url_decode(text, strlen(text), again, &again_length));
    FUZZ_REQUIRE(again_length == length && memcmp(again, bytes, length) == 0);
    free(again);
    free(text);
    free(want);
}

static void
require_canonical_or_refused(const char *text, size_t length)
{
    size_t size = ent_base64url_decoded_size(length);
    unsigned char *bytes = allocate(size);
    size_t count = 0;

    FUZZ_REQUIRE(size <= length);
    if (ent_base64url_decode(text, length, bytes, &count)) {
        FUZZ_REQUIRE(count == size);
        char *want = reference(bytes, count);
        FUZZ_REQUIRE(strlen(want) == length && memcmp(want, text, length) == 0);
        free(want);
    }
    free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    require_canonical_or_refused((const char *)bytes, length);
    require_same_when_encoded(bytes, length);
    return 0;
}
