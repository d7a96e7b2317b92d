/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_TOKEN_H
#define ENTITLE_TOKEN_H

#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/keyring.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Offline verification of the token that RegisterUsage answers with: no network, no AWS
 * code, no file. A program that fetches the token with an SDK of its own needs this
 * header and keyring.h only, and when linked statically loads no libcurl.
 *
 * What a token must be:
 *   - compact JWS (RFC 7515 §7.1): three non-empty parts of canonical unpadded
 *     base64url, at most 64 KiB in all;
 *   - a header that is a JSON object with no member twice, `alg` exactly "PS256", `typ`
 *     absent or "JWT" in any case, and none of crit, b64, jwk, jku, x5u, x5c, zip;
 *   - RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 7518
 *     §3.5), the signature exactly as long as the modulus;
 *   - a payload that is a JSON object with no member twice and the claims that AWS
 *     documents, in either of the spellings that AWS documents; in both only if equal;
 *   - for either JSON: valid UTF-8, no \u0000, at most 16 levels;
 *   - iat, nbf and exp, where present, finite numbers, honoured with 300 s of leeway.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html
 *
 * The signature is judged before the payload is parsed, and claims can be had from
 * nowhere but a verification whose signature passed.
 */
typedef struct entitle_verification entitle_verification;
typedef struct entitle_claims entitle_claims;

/* What the token must say. Zero or NULL: not asked. */
typedef struct entitle_expectation {
    size_t struct_size;       /* sizeof(entitle_expectation) */
    const char *product_code; /* must be equal */
    const char *nonce;        /* must be equal; compared in constant time */
    uint32_t key_version;     /* only this key is tried; 0: those held, highest first */
    int64_t at_s;             /* judge at this time, epoch seconds; 0: now */
    /*
     * The nonce was made for this very request. When it matches, a token that seems to
     * come from the future is a warning: the nonce proves freshness, the clock is
     * wrong.
     */
    bool nonce_is_fresh;
} entitle_expectation;

/* The checks in the order in which they are made. */
typedef enum entitle_check {
    ENTITLE_CHECK_STRUCTURE,
    ENTITLE_CHECK_HEADER,
    ENTITLE_CHECK_SIGNATURE,
    ENTITLE_CHECK_PAYLOAD,
    ENTITLE_CHECK_PRODUCT_CODE,
    ENTITLE_CHECK_NONCE,
    ENTITLE_CHECK_KEY_VERSION,
    ENTITLE_CHECK_TIME,
    ENTITLE_CHECK_COUNT
} entitle_check;

typedef enum entitle_check_result {
    ENTITLE_CHECK_NOT_REACHED = 0, /* an earlier check failed */
    ENTITLE_CHECK_NOT_CHECKED,     /* nothing was expected */
    ENTITLE_CHECK_FAIL,
    ENTITLE_CHECK_PASS
} entitle_check_result;

ENTITLE_BEGIN_DECLS

/*
 * Judges `token_length` bytes at `token` and says how it went in `*out`, to be freed by
 * entitle_verification_free(). A refused token is a successful judgement: ENTITLE_OK
 * and an invalid verification. An error (ENTITLE_OUT_OF_MEMORY,
 * ENTITLE_INVALID_ARGUMENT, ENTITLE_UNKNOWN_KEY_VERSION when the version asked for is
 * not held, ENTITLE_KEYS_UNUSABLE when the ring is empty) means that nothing was
 * judged; `*out` is then NULL.
 *
 * `expectation` may be NULL. The keyring must outlive the verification. Time and memory
 * are bounded by the token's length, which is at most 64 KiB.
 *
 * Thread safety: may run on one keyring in any number of threads at once.
 */
ENTITLE_CHECKED entitle_status entitle_verify(
    const entitle_keyring *keyring,
    const char *token,
    size_t token_length,
    const entitle_expectation *expectation,
    entitle_verification **out,
    entitle_error *error);

/* Accepts NULL. Frees the claims, too. */
void entitle_verification_free(entitle_verification *verification);

/* Whether every check passed. NULL is not valid. */
bool entitle_verification_is_valid(const entitle_verification *verification);

/* ENTITLE_VERIFIED, or the status of the check that failed. */
entitle_status entitle_verification_reason(const entitle_verification *verification);

/* One sentence about the reason. The verification keeps it. */
const char *entitle_verification_message(const entitle_verification *verification);

entitle_check_result entitle_verification_check(
    const entitle_verification *verification, entitle_check check);

/*
 * The key under which the signature passed; after a bad signature the key that was
 * tried last; NULL when none was tried. The keyring keeps it.
 */
const entitle_key *entitle_verification_key(const entitle_verification *verification);

/* Things that did not refuse the token but that someone should know. */
size_t entitle_verification_warning_count(const entitle_verification *verification);
const char *
entitle_verification_warning_at(const entitle_verification *verification, size_t index);

/*
 * `alg` and `typ` as the header says them, NULL where absent, not a string or not
 * reached. Not protected by anything until the verification is valid: for display only.
 */
const char *
entitle_verification_algorithm_unverified(const entitle_verification *verification);
const char *
entitle_verification_type_unverified(const entitle_verification *verification);

/* NULL until signature and payload have passed. The verification keeps them. */
const entitle_claims *
entitle_verification_claims(const entitle_verification *verification);

const char *entitle_claims_product_code(const entitle_claims *claims);
uint32_t entitle_claims_key_version(const entitle_claims *claims);

/* NULL when the token has none. */
const char *entitle_claims_nonce(const entitle_claims *claims);

/* False when the token does not say; otherwise epoch seconds in `*out_s`. */
bool entitle_claims_issued_at(const entitle_claims *claims, int64_t *out_s);
bool entitle_claims_key_rotated_at(const entitle_claims *claims, int64_t *out_s);

/* The payload, exactly as it was signed: one JSON object. The claims keep it. */
const char *entitle_claims_json(const entitle_claims *claims);

ENTITLE_END_DECLS

#endif
