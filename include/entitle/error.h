/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_ERROR_H
#define ENTITLE_ERROR_H

#include <entitle/export.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * Every outcome that the library can name: X(identifier, number, name, text).
 *
 * The high byte of the number is the category, the answer to "whose move is it?". The
 * names are those of a decision's "reason" and are as stable as the numbers: both are
 * only ever added to.
 */
#define ENTITLE_STATUS_MAP(X)                                                          \
    X(OK, 0x0000, "ok", "done")                                                        \
    X(VERIFIED, 0x0001, "verified", "the answer is authentic and says entitled")       \
    X(DRY_RUN_ACCEPTED, 0x0002, "dry_run_accepted", "the service accepted a dry run")  \
    X(STARTED_UNVERIFIED, 0x0003, "started_unverified", "started without an answer")   \
                                                                                       \
    X(INTERNAL_ERROR, 0x0101, "internal_error", "internal error")                      \
    X(OUT_OF_MEMORY, 0x0102, "out_of_memory", "out of memory")                         \
    X(INVALID_ARGUMENT, 0x0103, "invalid_argument", "invalid argument")                \
                                                                                       \
    X(IO_ERROR, 0x0201, "io_error", "a file could not be read or written")             \
                                                                                       \
    X(MALFORMED_TOKEN, 0x0301, "malformed_token", "not a compact JWS")                 \
    X(ALGORITHM_NOT_ALLOWED, 0x0302, "algorithm_not_allowed", "not signed by PS256")   \
    X(BAD_HEADER, 0x0303, "bad_header", "the header is not acceptable")                \
    X(BAD_SIGNATURE, 0x0304, "bad_signature", "the signature does not hold")           \
    X(BAD_PAYLOAD, 0x0305, "bad_payload", "the payload is not an entitlement")         \
    X(CLAIM_CONFLICT, 0x0306, "claim_conflict", "one claim is given twice, differing") \
    X(PRODUCT_CODE_MISMATCH, 0x0307, "product_code_mismatch", "another product")       \
    X(NONCE_MISMATCH, 0x0308, "nonce_mismatch", "the answer to another request")       \
    X(KEY_VERSION_MISMATCH, 0x0309, "key_version_mismatch", "another key version")     \
    X(ISSUED_IN_FUTURE, 0x030a, "issued_in_future", "issued in the future")            \
    X(NOT_YET_VALID, 0x030b, "not_yet_valid", "not valid yet")                         \
    X(EXPIRED, 0x030c, "expired", "expired")                                           \
    X(BOUND_ELSEWHERE, 0x030d, "bound_elsewhere", "bound to another place")            \
    X(UNKNOWN_LICENCE_KEY, 0x030e, "unknown_licence_key", "signed by no key held")     \
                                                                                       \
    X(THROTTLED, 0x0401, "throttled", "the service throttles")                         \
    X(SERVICE_ERROR, 0x0402, "service_error", "the service failed")                    \
    X(UNREACHABLE, 0x0403, "unreachable", "the service cannot be reached")             \
    X(TIMEOUT, 0x0404, "timeout", "the service did not answer in time")                \
    X(TLS_ERROR, 0x0405, "tls_error", "the TLS connection could not be verified")      \
    X(BAD_RESPONSE, 0x0406, "bad_response", "the answer is not one of this service")   \
                                                                                       \
    X(NO_CREDENTIALS, 0x0501, "no_credentials", "no AWS credentials")                  \
    X(UNSUPPORTED_CREDENTIALS,                                                         \
      0x0502,                                                                          \
      "unsupported_credentials",                                                       \
      "AWS credentials of a kind that AWS Marketplace does not accept")                \
    X(INVALID_CREDENTIALS, 0x0503, "invalid_credentials", "AWS credentials refused")   \
    X(EXPIRED_CREDENTIALS, 0x0504, "expired_credentials", "AWS credentials expired")   \
    X(ACCESS_DENIED, 0x0505, "access_denied", "IAM does not allow the call")           \
    X(NO_REGION, 0x0506, "no_region", "no AWS Region")                                 \
    X(INVALID_REGION, 0x0507, "invalid_region", "the wrong AWS Region")                \
    X(PLATFORM_NOT_SUPPORTED, 0x0508, "platform_not_supported", "not ECS or EKS")      \
    X(API_DISABLED, 0x0509, "api_disabled", "the operation is disabled")               \
    X(INVALID_PRODUCT_CODE, 0x050a, "invalid_product_code", "unknown product code")    \
    X(INVALID_KEY_VERSION,                                                             \
      0x050b,                                                                          \
      "invalid_key_version",                                                           \
      "the service does not know the key version")                                     \
    X(UNKNOWN_KEY_VERSION, 0x050c, "unknown_key_version", "key version not held")      \
    X(KEYS_UNUSABLE, 0x050d, "keys_unusable", "the public keys cannot be used")        \
    X(KEY_ROTATED, 0x050e, "key_rotated", "the public key has been rotated")           \
    X(CLOCK_SKEW, 0x050f, "clock_skew", "this machine's clock is wrong")               \
    X(SEALED, 0x0510, "sealed", "this build is sealed against the setting")            \
    X(CONFIGURATION, 0x0511, "configuration", "the configuration is wrong")            \
    X(CLOCK_SET_BACK, 0x0512, "clock_set_back", "this machine's clock was set back")   \
                                                                                       \
    X(NOT_ENTITLED, 0x0601, "not_entitled", "AWS says: no subscription")               \
                                                                                       \
    X(INTERRUPTED, 0x0701, "interrupted", "interrupted")                               \
                                                                                       \
    X(INVALID_INPUT, 0x0801, "invalid_input", "the input was refused")

typedef enum entitle_status {
#define ENTITLE_STATUS_MEMBER(identifier, number, name, text)                          \
    ENTITLE_##identifier = number,
    ENTITLE_STATUS_MAP(ENTITLE_STATUS_MEMBER)
#undef ENTITLE_STATUS_MEMBER
} entitle_status;

typedef enum entitle_category {
    ENTITLE_CATEGORY_DONE = 0x00,          /* nothing failed */
    ENTITLE_CATEGORY_INTERNAL = 0x01,      /* the program's own fault, or no memory */
    ENTITLE_CATEGORY_IO = 0x02,            /* a file */
    ENTITLE_CATEGORY_NOT_AUTHENTIC = 0x03, /* the answer does not come from AWS */
    ENTITLE_CATEGORY_UNAVAILABLE = 0x04,   /* no answer; trying again later may help */
    ENTITLE_CATEGORY_CONFIGURATION = 0x05, /* someone has to mend the set-up */
    ENTITLE_CATEGORY_NOT_ENTITLED = 0x06,  /* AWS said no */
    ENTITLE_CATEGORY_INTERRUPTED = 0x07,   /* the caller asked to stop */
    ENTITLE_CATEGORY_INPUT = 0x08          /* what was sent is wrong */
} entitle_category;

/*
 * What went wrong, in the caller's own memory: no allocation, nothing to free, nothing
 * thread-local. A function that takes an `entitle_error *` accepts NULL, leaves the
 * struct alone when it succeeds, and fills all of it when it fails.
 *
 * Texts are single lines of printable UTF-8. They quote public values only: never a
 * token, a nonce, a secret or a session token.
 */
typedef struct entitle_error {
    entitle_status status;
    int32_t http_status;   /* of the service's answer; 0 when there was none */
    char message[512];     /* one sentence: the cause */
    char hint[512];        /* one sentence: the remedy; may be empty */
    char service_code[64]; /* such as "CustomerNotEntitledException"; may be empty */
    char request_id[64];   /* of AWS, for their support; may be empty */
    /*
     * After a call of the service: true only when it is certain that the service has
     * not done what it was asked for, in any attempt. False: it may have, so that only
     * the same request, sent again, is sure not to do it twice. After an import: true
     * only when nothing of it counts, and another attempt may find what stood in its
     * way gone.
     */
    bool is_certainly_undone;
    char reserved[127];
} entitle_error;

ENTITLE_BEGIN_DECLS

/* All three: static storage, safe from any thread, defined for every value. */

/* "bad_signature" */
const char *entitle_status_name(entitle_status status);

/* "the signature does not hold" */
const char *entitle_status_text(entitle_status status);

entitle_category entitle_status_category(entitle_status status);

ENTITLE_END_DECLS

#endif
