/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_METERING_H
#define ENTITLE_METERING_H

#include <entitle/credentials.h>
#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/runtime.h>
#include <entitle/transport.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A client of the AWS Marketplace Metering Service: signs (SigV4), sends (AWS JSON 1.1)
 * and retries, everything within one deadline a call.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_Operations_AWSMarketplace_Metering.html
 *
 * Thread safety: one call at a time on a client. Calls block until their deadline at
 * most.
 */
typedef struct entitle_metering entitle_metering;
typedef struct entitle_registration entitle_registration;
typedef struct entitle_answer entitle_answer;
typedef struct entitle_calls entitle_calls;

typedef enum entitle_retry {
    /* As the AWS SDKs since 2026: 3 attempts (AWS_MAX_ATTEMPTS) and a retry quota. */
    ENTITLE_RETRY_STANDARD = 0,
    /* For a start that should not fail: to the deadline, or AWS_MAX_ATTEMPTS if set. */
    ENTITLE_RETRY_UNTIL_DEADLINE
} entitle_retry;

typedef struct entitle_metering_options {
    size_t struct_size;                 /* sizeof(entitle_metering_options) */
    const entitle_runtime *runtime;     /* NULL: the ordinary one */
    const entitle_transport *transport; /* NULL: libcurl's */
    const entitle_credentials_provider *credentials; /* NULL: the ordinary chain */
    const char *region; /* NULL: AWS_REGION, AWS_DEFAULT_REGION, the profile, then the
                           metadata of the task or instance; never a default */
    /* NULL: AWS_ENDPOINT_URL_MARKETPLACE_METERING, AWS_ENDPOINT_URL, the profile's,
     * then by Region. */
    const char *endpoint;
    int64_t deadline_ms; /* for each call with all its attempts; 0: 60,000 */
    entitle_retry retry;
} entitle_metering_options;

/* Of one entitle_calls. */
enum { ENTITLE_CALLS_LIMIT = 64 };

/* How one call of an entitle_calls has ended. */
typedef struct entitle_finished_call {
    void *context;          /* as entitle_calls_start() was given it */
    entitle_status status;  /* as of entitle_metering_call() */
    uint32_t attempts;      /* how often it was sent; 0: never */
    entitle_answer *answer; /* for the caller to free; NULL: it failed */
    entitle_error error;    /* all zero after a success */
} entitle_finished_call;

ENTITLE_BEGIN_DECLS

/*
 * Settles Region and endpoint. Sends nothing, but to the platform's metadata addresses
 * where the Region is set nowhere: that takes 3 s at most. `options` may be NULL; what
 * it points to must outlive the client, but not the options themselves. Statuses to act
 * on: ENTITLE_NO_REGION, ENTITLE_INVALID_REGION, ENTITLE_CONFIGURATION (profile,
 * endpoint, CA bundle, AWS_MAX_ATTEMPTS, AWS_RETRY_MODE). Free with
 * entitle_metering_free().
 */
ENTITLE_CHECKED entitle_status entitle_metering_new(
    const entitle_metering_options *options,
    entitle_metering **out,
    entitle_error *error);

/* Accepts NULL. */
void entitle_metering_free(entitle_metering *metering);

/* --- Getters: NULL has "", 0, false and ENTITLE_CREDENTIALS_UNKNOWN --------------- */

/*
 * What the client settled on, and where it found the Region, such as "AWS_REGION". The
 * client keeps the texts.
 */
const char *entitle_metering_region(const entitle_metering *metering);
const char *entitle_metering_region_origin(const entitle_metering *metering);
const char *entitle_metering_endpoint(const entitle_metering *metering);

/* Of the credentials last used; ENTITLE_CREDENTIALS_UNKNOWN before the first call. */
entitle_credentials_kind
entitle_metering_credentials_kind(const entitle_metering *metering);

/* How many attempts the last operation took: 0 when nothing was sent. */
uint32_t entitle_metering_attempts(const entitle_metering *metering);

/*
 * What to add to this machine's clock to get the service's, as learned from the `Date`
 * of its last answer; 0 before the first, and again from when this machine's clock was
 * set until the next one. A `Date` that is more than 15 minutes from the time which was
 * signed is not believed: the service would have refused the signature.
 */
int64_t entitle_metering_clock_offset_ms(const entitle_metering *metering);

/* --- Operations; those of usage.h and customer.h are typed, too ------------------- */

/*
 * RegisterUsage: asks whether this customer is entitled, and starts AWS's hourly
 * metering of this task or pod. The nonce must be new for each call and is at most 255
 * bytes; a key version is at least 1. The answer is NOT verified: hand the signature to
 * entitle_verify(), or use entitle_gate_check(), which does all of it.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html
 *
 * Statuses to act on: ENTITLE_NOT_ENTITLED, ENTITLE_INVALID_KEY_VERSION, the category
 * UNAVAILABLE (try again later), the category CONFIGURATION (someone has to mend it).
 */
ENTITLE_CHECKED entitle_status entitle_metering_register_usage(
    entitle_metering *metering,
    const char *product_code,
    uint32_t key_version,
    const char *nonce,
    entitle_registration **out,
    entitle_error *error);

/* Accepts NULL. */
void entitle_registration_free(entitle_registration *registration);

/* The token, unverified; never NULL, and "" only of NULL. Must not be logged. */
const char *
entitle_registration_signature_unverified(const entitle_registration *registration);

/*
 * Whether AWS announces a newer key version, and since when (epoch seconds). Unsigned.
 */
bool entitle_registration_key_rotated_at(
    const entitle_registration *registration, int64_t *out_s);

/* May be empty. The three accept NULL: "" and false. */
const char *entitle_registration_request_id(const entitle_registration *registration);

/*
 * Any operation of the service, with its JSON as it is: "RegisterUsage", "MeterUsage",
 * "BatchMeterUsage" or "ResolveCustomer". `json` must be one JSON object of at most 1
 * MiB; ENTITLE_INVALID_INPUT otherwise. It is sent byte for byte.
 *
 * A MeterUsage with "DryRun":true that succeeds is ENTITLE_DRY_RUN_ACCEPTED, not
 * ENTITLE_OK, and has an answer, too: the error by which AWS says so. The Results of a
 * BatchMeterUsage, which may be refusals one by one, are not looked at.
 */
ENTITLE_CHECKED entitle_status entitle_metering_call(
    entitle_metering *metering,
    const char *operation,
    const char *json,
    size_t json_length,
    entitle_answer **out,
    entitle_error *error);

/* Accepts NULL. */
void entitle_answer_free(entitle_answer *answer);

/*
 * The service's answer: one JSON object, NUL-terminated. The answer keeps it. "" of
 * NULL, as is the request id.
 */
const char *entitle_answer_json(const entitle_answer *answer);
const char *entitle_answer_request_id(const entitle_answer *answer); /* may be empty */

/* --- Several calls at once, on one thread ----------------------------------------- */

/*
 * Calls that are under way at the same time, up to `limit` (1 to ENTITLE_CALLS_LIMIT)
 * of them, each with its own attempts, delays and deadline: while one waits to be
 * repeated the others go on. Clock, credentials and retry quota are the client's and
 * shared. Connections are kept, at most one for each call under way.
 *
 * A transport that can send only one request at a time sends them one after the other.
 *
 * Thread safety: as the client, which must outlive it. The client may make other calls
 * meanwhile. Free with entitle_calls_free().
 */
ENTITLE_CHECKED entitle_status entitle_calls_new(
    entitle_metering *metering,
    size_t limit,
    entitle_calls **out,
    entitle_error *error);

/*
 * Begins a call, as entitle_metering_call() would make it. `json` is not copied and
 * must stay as it is until the call has been handed out; `operation` need not. It does
 * not wait for the service, but may for credentials.
 *
 * ENTITLE_OK: the call is under way, and entitle_calls_next() tells how it ended.
 * Otherwise it has not begun, and nothing was sent: ENTITLE_INVALID_INPUT as of
 * entitle_metering_call(), ENTITLE_INVALID_ARGUMENT where `limit` calls are under way
 * already, ENTITLE_OUT_OF_MEMORY.
 */
ENTITLE_CHECKED entitle_status entitle_calls_start(
    entitle_calls *calls,
    const char *operation,
    const char *json,
    size_t json_length,
    void *context,
    entitle_error *error);

/* How many calls have been started and not yet handed out. 0 for NULL. */
size_t entitle_calls_running(const entitle_calls *calls);

/*
 * Waits until a call has ended and hands it out, in the order in which they end. What
 * has not been sent by entitle_calls_start() is sent here, as is what is repeated, and
 * nothing while nobody waits: ask soon. ENTITLE_OK, and `*out` is filled, whatever
 * became of the call: that is its own `status`. ENTITLE_INVALID_ARGUMENT, and nothing
 * is waited for, where no call is under way.
 *
 * Once the runtime's interrupted() says so, every call that is under way ends with
 * ENTITLE_INTERRUPTED: the next calls of this function hand them out at once.
 */
ENTITLE_CHECKED entitle_status entitle_calls_next(
    entitle_calls *calls, entitle_finished_call *out, entitle_error *error);

/* Abandons what is under way: it may have been done or not. Accepts NULL. */
void entitle_calls_free(entitle_calls *calls);

ENTITLE_END_DECLS

#endif
