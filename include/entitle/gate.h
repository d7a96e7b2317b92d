/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_GATE_H
#define ENTITLE_GATE_H

#include <entitle/credentials.h>
#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/keyring.h>
#include <entitle/runtime.h>
#include <entitle/transport.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The gate: one call at the start of a program that asks AWS whether the customer is
 * entitled, proves that the answer came from AWS, and decides.
 *
 * AWS enforces the entitlement on the first call of a task or pod only; later calls of
 * the same one succeed even after the customer has unsubscribed. So ask once a start,
 * not in a loop.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html
 */
typedef struct entitle_decision entitle_decision;

/* Zero refuses. */
typedef enum entitle_verdict {
    ENTITLE_VERDICT_UNKNOWN = 0, /* cannot tell; the reason says why */
    ENTITLE_VERDICT_NOT_ENTITLED,
    ENTITLE_VERDICT_ENTITLED
} entitle_verdict;

/* What to do while AWS cannot be asked: the category ENTITLE_CATEGORY_UNAVAILABLE. */
typedef enum entitle_on_unavailable {
    ENTITLE_ON_UNAVAILABLE_DEFAULT = 0, /* deny, or as sealed */
    ENTITLE_ON_UNAVAILABLE_DENY,
    ENTITLE_ON_UNAVAILABLE_START /* the reason becomes ENTITLE_STARTED_UNVERIFIED */
} entitle_on_unavailable;

/* What to do when AWS says that a newer public key exists. */
typedef enum entitle_on_rotation {
    ENTITLE_ON_ROTATION_DEFAULT = 0, /* warn, or as sealed */
    ENTITLE_ON_ROTATION_WARN,
    ENTITLE_ON_ROTATION_DENY
} entitle_on_rotation;

/*
 * How it is found out. RegisterUsage is for products that AWS meters by the hour; its
 * answer is signed, and is opened for as ENTITLE_VERIFIED. MeterUsage is for products
 * that meter themselves; it is asked with a dry run, which meters nothing. That answer
 * is not signed: it is worth as much as the TLS connection, and is opened for as
 * ENTITLE_DRY_RUN_ACCEPTED, never as verified. A licence file is for customers whom AWS
 * does not meter: AWS is not asked at all.
 */
typedef enum entitle_route {
    ENTITLE_ROUTE_DEFAULT = 0, /* RegisterUsage, or as sealed */
    ENTITLE_ROUTE_REGISTER_USAGE,
    ENTITLE_ROUTE_METER_USAGE, /* needs `dimension` */
    ENTITLE_ROUTE_LICENCE_FILE /* needs `licence`, of libentitle-licence: licence.h */
} entitle_route;

/* A seller's public key for licences that was sealed in. */
typedef struct entitle_sealed_licence_key {
    const char *id;
    const char *pem;
} entitle_sealed_licence_key;

/* What the gate asks on the route ENTITLE_ROUTE_LICENCE_FILE. Only lent. */
typedef struct entitle_licence_question {
    size_t struct_size; /* sizeof(entitle_licence_question) */
    const char *product_code;
    const entitle_runtime *runtime; /* complete */
    /* In a sealed build the keys that judge, and no others; NULL in any other build. */
    const entitle_sealed_licence_key *sealed_keys;
    size_t sealed_key_count;
} entitle_licence_question;

/* What it is told about a licence that holds. */
typedef struct entitle_licence_answer {
    size_t struct_size; /* sizeof(entitle_licence_answer) */
    char message[512];
    int64_t issued_at_s;
    char warning[384]; /* "" for none */
} entitle_licence_answer;

/*
 * Who judges licences: for extenders, and made by entitle_licence_route_init(). Only
 * ENTITLE_VERIFIED opens the gate; any other status refuses with what `error` says.
 */
typedef struct entitle_licence_judge {
    size_t struct_size; /* sizeof(entitle_licence_judge) */
    void *context;
    entitle_status (*judge)(
        void *context,
        const entitle_licence_question *question,
        entitle_licence_answer *answer,
        entitle_error *error);
} entitle_licence_judge;

/*
 * Only `product_code` and one of `keyring` and `keys` are required, and in a sealed
 * build not even those; there, a member that says something else than the seal is
 * refused with ENTITLE_SEALED. On the route ENTITLE_ROUTE_METER_USAGE it is
 * `product_code` and `dimension`; keys have nothing to verify there, so they are not
 * read, which the decision warns of.
 */
typedef struct entitle_gate_options {
    size_t struct_size; /* sizeof(entitle_gate_options) */

    const char *product_code;
    const entitle_keyring *keyring; /* public keys already loaded, or */
    const char *keys; /* a folder of `<version>.pem`, or one file with `key_version` */

    /*
     * The version to ask for. 0: the highest held, and an older held one only after the
     * service refused that version. A version that was named is never replaced.
     */
    uint32_t key_version;

    const char *region;      /* as in entitle_metering_options */
    const char *endpoint;    /* as in entitle_metering_options */
    int64_t deadline_ms;     /* for everything together; 0: 60,000 */
    bool strict_credentials; /* refuse kinds that AWS does not accept, not just warn */
    entitle_on_unavailable on_unavailable;
    entitle_on_rotation on_rotation;

    const entitle_runtime *runtime;                  /* NULL: the ordinary one */
    const entitle_transport *transport;              /* NULL: libcurl's */
    const entitle_credentials_provider *credentials; /* NULL: the ordinary chain */

    entitle_route route;
    const char *dimension; /* of ENTITLE_ROUTE_METER_USAGE, and of no other */
    const entitle_licence_judge *licence; /* of ENTITLE_ROUTE_LICENCE_FILE */
} entitle_gate_options;

ENTITLE_BEGIN_DECLS

/*
 * Asks and decides. Whatever happens, a wrong set-up included, is a decision in `*out`,
 * to be freed by entitle_decision_free(): that returns ENTITLE_OK. The exceptions leave
 * `*out` NULL, which refuses, too: ENTITLE_OUT_OF_MEMORY where not even a decision can
 * be made, and ENTITLE_INVALID_ARGUMENT for a struct that is not one of this version.
 *
 * Blocks until the deadline at most. Sends nothing before keys, product code, Region
 * and endpoint are known to be usable.
 *
 * Thread safety: any number of calls at once, as long as they share no transport and no
 * credentials provider.
 */
ENTITLE_CHECKED entitle_status entitle_gate_check(
    const entitle_gate_options *options, entitle_decision **out, entitle_error *error);

/* Accepts NULL. */
void entitle_decision_free(entitle_decision *decision);

/*
 * Whether the program may run: true for ENTITLE_VERDICT_ENTITLED, and for
 * ENTITLE_STARTED_UNVERIFIED where `on_unavailable` allowed it. NULL may not.
 */
bool entitle_decision_may_start(const entitle_decision *decision);

/* NULL: ENTITLE_VERDICT_UNKNOWN, ENTITLE_INTERNAL_ERROR and "". */
entitle_verdict entitle_decision_verdict(const entitle_decision *decision);
entitle_status entitle_decision_reason(const entitle_decision *decision);
const char *entitle_decision_message(const entitle_decision *decision);

/* What to do about it, or NULL. The decision keeps all of these texts. */
const char *entitle_decision_hint(const entitle_decision *decision);

/*
 * After ENTITLE_STARTED_UNVERIFIED the reason that it stands in for;
 * otherwise ENTITLE_OK.
 */
entitle_status entitle_decision_cause(const entitle_decision *decision);

/* NULL, 0 or false while not known. */
const char *entitle_decision_product_code(const entitle_decision *decision);
uint32_t entitle_decision_key_version(const entitle_decision *decision);
bool entitle_decision_key_rotated_at(const entitle_decision *decision, int64_t *out_s);
bool entitle_decision_issued_at(const entitle_decision *decision, int64_t *out_s);
const char *entitle_decision_region(const entitle_decision *decision);
const char *entitle_decision_credentials(const entitle_decision *decision);
const char *entitle_decision_request_id(const entitle_decision *decision);

/*
 * Whose word it is: "aws", or "sandbox" where the key in use is a sandbox's, or
 * "licence-file" on the route ENTITLE_ROUTE_LICENCE_FILE. On the route
 * ENTITLE_ROUTE_METER_USAGE, which has no key, "aws" is for AWS's own host names over
 * TLS, and "sandbox" for any other endpoint.
 */
const char *entitle_decision_source(const entitle_decision *decision);

/* Whether product code and keys are compiled in. */
bool entitle_decision_is_sealed(const entitle_decision *decision);

uint32_t entitle_decision_attempts(const entitle_decision *decision);
int64_t entitle_decision_elapsed_ms(const entitle_decision *decision);

size_t entitle_decision_warning_count(const entitle_decision *decision);
const char *entitle_decision_warning_at(const entitle_decision *decision, size_t index);

/* Whether this library was built with a seal. */
bool entitle_is_sealed(void);

/* The route that is sealed in, or ENTITLE_ROUTE_DEFAULT in a build without a seal. */
entitle_route entitle_sealed_route(void);

ENTITLE_END_DECLS

#endif
