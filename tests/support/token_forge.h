/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_TOKEN_FORGE_H
#define TEST_SUPPORT_TOKEN_FORGE_H

#include "support/key_forge.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes tokens of every kind, the right ones and the wrong ones. Nothing of it is
 * shared with the library, whose mistakes would otherwise be repeated here. Everything
 * that it returns is to be freed. A failure ends the test program.
 */
#define FORGE_PRODUCT_CODE "cqcvf9f0ugw8rkbgmf1c9dxyz"
#define FORGE_NONCE        "Zm9yZ2VkLW5vbmNlLWZvci10ZXN0cw"
#define FORGE_HEADER       "{\"alg\":\"PS256\",\"typ\":\"JWT\"}"
/* Issued at FAKE_NOW_S, by key version 1. */
#define FORGE_PAYLOAD                                                                  \
    "{\"ProductCode\":\"" FORGE_PRODUCT_CODE "\",\"PublicKeyVersion\":1,"              \
    "\"Nonce\":\"" FORGE_NONCE "\",\"iat\":1795291200}"

/* base64 with padding, in one line; and base64url without. */
char *forge_base64(const void *bytes, size_t length);
char *forge_base64url(const void *bytes, size_t length);

typedef enum forge_algorithm {
    FORGE_PS256 = 0,
    FORGE_PS384,
    FORGE_PS512,
    FORGE_RS256,
    FORGE_HS256, /* with the PEM of the public key as the secret */
    FORGE_UNSIGNED
} forge_algorithm;

/* All zero: a token that is right in every respect. */
typedef struct forge_recipe {
    const char *header;    /* NULL: FORGE_HEADER */
    const char *payload;   /* NULL: FORGE_PAYLOAD */
    size_t header_length;  /* 0: up to the NUL */
    size_t payload_length; /* 0: up to the NUL */
    forge_key key;
    forge_algorithm algorithm;
    bool has_salt_length; /* false: as long as the hash */
    int salt_length;
} forge_recipe;

char *forge_token(const forge_recipe *recipe);

/* The signature alone: over any bytes, as the recipe says. */
unsigned char *forge_signature(
    const forge_recipe *recipe, const void *bytes, size_t length, size_t *out_length);

/* Three parts that are joined as they are. */
char *forge_join(const char *header, const char *payload, const char *signature);

/* A recipe's token with one bit of its signature's bytes flipped. */
char *forge_tampered(const forge_recipe *recipe, size_t byte, unsigned bit);

#endif
