/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_LICENCE_FORGE_H
#define TEST_SUPPORT_LICENCE_FORGE_H

#include <openssl/evp.h>

#include <stddef.h>

/*
 * Signs licences, the right ones and the wrong ones, by OpenSSL alone: nothing of the
 * issuer's or the verifier's. A failure ends the test program.
 */
#define LICENCE_KEY_ID     "example-2026"
#define LICENCE_RSA_KEY_ID "example-2016"
#define LICENCE_PRODUCT    "exampleproductcode"
#define LICENCE_HEADER                                                                 \
    "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"" LICENCE_KEY_ID "\"}"
#define LICENCE_RSA_HEADER "{\"alg\":\"RS256\",\"kid\":\"" LICENCE_RSA_KEY_ID "\"}"

/* From FAKE_NOW_S, 2026-11-21T20:00:00Z, for a year; `MORE` begins with a comma. */
#define LICENCE_PAYLOAD_WITH(MORE)                                                     \
    "{\"format\":\"entitle-licence-1\",\"jti\":\"licence-0001\",\"product\":"          \
    "\"" LICENCE_PRODUCT "\",\"licensee\":\"Example Corp\",\"iat\":1795291200,"        \
    "\"nbf\":1795291200,\"exp\":1826827200" MORE "}"
#define LICENCE_PAYLOAD                                                                \
    LICENCE_PAYLOAD_WITH(",\"features\":[\"export\",\"sso\"],\"seats\":25")

/* All zero: a licence that is right in every respect. */
typedef struct licence_recipe {
    const char *header;    /* NULL: LICENCE_HEADER */
    const char *payload;   /* NULL: LICENCE_PAYLOAD */
    size_t header_length;  /* 0: up to the NUL */
    size_t payload_length; /* 0: up to the NUL */
    EVP_PKEY *key;         /* NULL: forge_pkey(FORGE_KEY_EC); RSA signs as RS256 does */
} licence_recipe;

char *licence_forge(const licence_recipe *recipe);

/* The signature as DER, as OpenSSL makes it and JWS does not allow it. */
char *licence_forge_with_der(const licence_recipe *recipe);

/* Another key of a curve such as "P-384"; the caller frees it. */
EVP_PKEY *licence_forge_key(const char *curve);

#endif
