/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_LICENCE_H
#define ENTITLE_LICENCE_H

#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/gate.h>
#include <entitle/runtime.h>
#include <entitle/token.h>
#include <entitle/transport.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * libentitle-licence: licences that AWS does not meter, for customers who bring their
 * own licence, buy directly or live behind an air gap. The seller signs, this verifies,
 * and no network is needed. It is a library of its own, because it loads libjwt, which
 * libentitle does not.
 *
 * What a licence must be:
 *   - compact JWS (RFC 7515 §7.1): three non-empty parts of canonical unpadded
 *     base64url, at most 64 KiB in all;
 *   - a header that is a JSON object of `alg`, `kid` and, where it is there, `typ`, and
 *     nothing else: `alg` exactly "ES256" or, for old estates, "RS256"; `kid` the name
 *     of a key that is held and that is of this algorithm; `typ` "JWT" in any case;
 *   - a signature of 64 bytes for ES256, of the modulus's length for RS256;
 *   - a payload that is a JSON object with no member twice: `format`
 *     "entitle-licence-1"; the texts `jti`, `product` and `licensee`; the whole numbers
 *     `iat`, `nbf` and `exp`; and where they are there `features` (texts), `seats` (a
 *     whole number), `account` (of AWS, 12 digits) and `host`. Other members are the
 *     seller's own;
 *   - for either JSON: valid UTF-8, no \u0000, at most 16 levels.
 *
 * `nbf` and `exp` are honoured with 300 s of leeway. All of this is judged by code of
 * this library; libjwt verifies the signature, and has to read the same values.
 *
 * What a signature cannot do: whoever holds a machine can give it another clock, name
 * and account. See docs/licences.md for what that means.
 */

/*
 * The seller's public keys for licences, by id. They are no entitle_keyring: a key of
 * AWS Marketplace judges no licence, and a seller's judges no token of AWS.
 *
 * A key is a SubjectPublicKeyInfo in PEM: of the curve P-256 for ES256, or of RSA with
 * 2,048 to 8,192 bits for RS256. Its id begins with a letter or a digit, has up to 64
 * characters of A-Z a-z 0-9 . _ - and is not a number, as AWS's versions are.
 *
 * Limits: 64 KiB for a key, 64 keys.
 *
 * Thread safety: once filled, it may be used from any number of threads at once.
 */
typedef struct entitle_licence_keys entitle_licence_keys;

typedef struct entitle_licence_verification entitle_licence_verification;
typedef struct entitle_licence entitle_licence;

/* What a licence must say. Zero or NULL: not asked. */
typedef struct entitle_licence_expectation {
    size_t struct_size;       /* sizeof(entitle_licence_expectation) */
    const char *product_code; /* must be equal */

    /* The place that a bound licence must name: the AWS account, and the host's name.
     */
    const char *account;
    const char *host;
    /* The place is this machine. What it is called is found out where it matters. */
    bool here;
    const entitle_transport *transport; /* to find out with; NULL: libcurl's */

    int64_t at_s; /* judge at this time, epoch seconds; 0: now */
    /*
     * A file that holds the latest time that was seen here. A clock that is more than
     * 300 s behind it was set back: ENTITLE_CLOCK_SET_BACK. Made where it is missing;
     * not together with `at_s`.
     */
    const char *state_file;
} entitle_licence_expectation;

/* The steps in the order in which they are taken. */
typedef enum entitle_licence_step {
    ENTITLE_LICENCE_STRUCTURE,
    ENTITLE_LICENCE_HEADER,
    ENTITLE_LICENCE_KEY,
    ENTITLE_LICENCE_SIGNATURE,
    ENTITLE_LICENCE_PAYLOAD,
    ENTITLE_LICENCE_PRODUCT_CODE,
    ENTITLE_LICENCE_CLOCK,
    ENTITLE_LICENCE_TIME,
    ENTITLE_LICENCE_ACCOUNT,
    ENTITLE_LICENCE_HOST,
    ENTITLE_LICENCE_STEP_COUNT
} entitle_licence_step;

/* What entitle_licence_check() decides by. */
typedef struct entitle_licence_options {
    size_t struct_size;       /* sizeof(entitle_licence_options) */
    const char *product_code; /* required, unless sealed */
    const char *licence;      /* required: the path of the licence */
    const char *keys;         /* required, unless sealed: the folder of `<id>.pem` */
    const char *state_file;   /* as in entitle_licence_expectation */
    const entitle_runtime *runtime;     /* NULL: the ordinary one */
    const entitle_transport *transport; /* as in entitle_licence_expectation */
} entitle_licence_options;

/*
 * What entitle_licence_check() gives to the gate: for a program that fills
 * entitle_gate_options itself. `options` is a copy, but not what it points to; its
 * `product_code` and `runtime` are not looked at, since the gate has its own.
 */
typedef struct entitle_licence_route {
    entitle_licence_options options;
    entitle_licence_judge judge; /* for entitle_gate_options.licence */
} entitle_licence_route;

ENTITLE_BEGIN_DECLS

/* No keys yet; to be freed by entitle_licence_keys_free(). `runtime` may be NULL. */
ENTITLE_CHECKED entitle_status entitle_licence_keys_new(
    const entitle_runtime *runtime, entitle_licence_keys **out, entitle_error *error);

/* Accepts NULL. Verifications made with the keys must no longer be used. */
void entitle_licence_keys_free(entitle_licence_keys *keys);

/*
 * Adds one key under its id. ENTITLE_KEYS_UNUSABLE says in the message what is wrong
 * with it: a private key, another curve, too few bits, a number for an id, or an id
 * that is held already.
 */
ENTITLE_CHECKED entitle_status entitle_licence_keys_add(
    entitle_licence_keys *keys,
    const char *id,
    const char *pem,
    size_t pem_length,
    entitle_error *error);

/*
 * Adds every `<id>.pem` of a folder; one that cannot be used refuses the folder. Links
 * are followed, names that do not end in ".pem" or begin with a dot are ignored, and a
 * folder without a key is refused. A `<number>.pem` is refused, too: it is a key of AWS
 * Marketplace.
 */
ENTITLE_CHECKED entitle_status entitle_licence_keys_add_directory(
    entitle_licence_keys *keys, const char *directory, entitle_error *error);

size_t entitle_licence_keys_count(const entitle_licence_keys *keys);

/*
 * Judges `length` bytes at `licence` and says how it went in `*out`, to be freed by
 * entitle_licence_verification_free(). A refused licence is a successful judgement:
 * ENTITLE_OK and an invalid verification. An error (ENTITLE_OUT_OF_MEMORY,
 * ENTITLE_INVALID_ARGUMENT, ENTITLE_KEYS_UNUSABLE when there are no keys) means that
 * nothing was judged; `*out` is then NULL.
 *
 * `expectation` may be NULL; the keys must outlive the verification. Blocks only where
 * `here` has to find out the AWS account, for 3 s at most, and where others write the
 * state file, for 2 s at most.
 *
 * Thread safety: may run with the same keys in any number of threads at once.
 */
ENTITLE_CHECKED entitle_status entitle_licence_verify(
    const entitle_licence_keys *keys,
    const char *licence,
    size_t length,
    const entitle_licence_expectation *expectation,
    entitle_licence_verification **out,
    entitle_error *error);

/* Accepts NULL. Frees the licence, too. */
void entitle_licence_verification_free(entitle_licence_verification *verification);

/* Whether every step passed. NULL is not valid. */
bool
entitle_licence_verification_is_valid(const entitle_licence_verification *verification);

/* ENTITLE_VERIFIED, or the status of the step that failed. */
entitle_status
entitle_licence_verification_reason(const entitle_licence_verification *verification);

/* One sentence about the reason, and what to do ("" after success). Kept. */
const char *
entitle_licence_verification_message(const entitle_licence_verification *verification);
const char *
entitle_licence_verification_hint(const entitle_licence_verification *verification);

entitle_check_result entitle_licence_verification_step(
    const entitle_licence_verification *verification, entitle_licence_step step);

/*
 * The key that the header names: id, "ES256" or "RS256", and the SHA-256 of its DER in
 * 64 hex digits. NULL where there is none. The keys keep them.
 */
const char *
entitle_licence_verification_key_id(const entitle_licence_verification *verification);
const char *entitle_licence_verification_key_algorithm(
    const entitle_licence_verification *verification);
const char *entitle_licence_verification_key_sha256(
    const entitle_licence_verification *verification);

/*
 * NULL until signature and payload have passed. A licence that was authentic and is
 * refused for its product, time or place can be looked at, and is refused all the same.
 * The verification keeps it.
 */
const entitle_licence *
entitle_licence_verification_licence(const entitle_licence_verification *verification);

const char *entitle_licence_id(const entitle_licence *licence); /* its `jti` */
const char *entitle_licence_product_code(const entitle_licence *licence);
const char *entitle_licence_licensee(const entitle_licence *licence);
int64_t entitle_licence_issued_at_s(const entitle_licence *licence);
int64_t entitle_licence_not_before_s(const entitle_licence *licence);
int64_t entitle_licence_expires_at_s(const entitle_licence *licence);

/* False where it counts none. */
bool entitle_licence_seats(const entitle_licence *licence, uint32_t *out);

size_t entitle_licence_feature_count(const entitle_licence *licence);
const char *entitle_licence_feature_at(const entitle_licence *licence, size_t index);
bool entitle_licence_has_feature(const entitle_licence *licence, const char *feature);

/* NULL where it is not bound to one. */
const char *entitle_licence_account(const entitle_licence *licence);
const char *entitle_licence_host(const entitle_licence *licence);

/* The payload, exactly as it was signed: one JSON object. */
const char *entitle_licence_json(const entitle_licence *licence);

/*
 * Header and payload of what may be a licence, both JSON objects, for someone who looks
 * into a file: NOT verified, and worth as much as a note from a stranger.
 * ENTITLE_MALFORMED_TOKEN, ENTITLE_BAD_HEADER or ENTITLE_BAD_PAYLOAD where there is
 * nothing to show. Free both by entitle_licence_text_free().
 */
ENTITLE_CHECKED entitle_status entitle_licence_read_unverified(
    const char *licence,
    size_t length,
    char **out_header,
    char **out_payload,
    entitle_error *error);
void entitle_licence_text_free(char *text);

/*
 * The gate's route ENTITLE_ROUTE_LICENCE_FILE: decides by a licence in a file, on this
 * machine and now. As with entitle_gate_check(), whatever happens is a decision in
 * `*out`, whose source is "licence-file"; ENTITLE_VERIFIED alone may start.
 *
 * Asks AWS nothing. In a build that is sealed for this route product code and keys are
 * those of the seal; in one that is sealed for another, this is refused.
 */
ENTITLE_CHECKED entitle_status entitle_licence_check(
    const entitle_licence_options *options,
    entitle_decision **out,
    entitle_error *error);

/* Fills `route`, which must outlive the checks that go by it. */
ENTITLE_CHECKED entitle_status entitle_licence_route_init(
    entitle_licence_route *route,
    const entitle_licence_options *options,
    entitle_error *error);

ENTITLE_END_DECLS

#endif
