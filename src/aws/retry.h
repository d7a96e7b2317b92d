/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_RETRY_H
#define ENT_AWS_RETRY_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * When a failed attempt is repeated, and after how long:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
typedef enum ent_retry_class {
    ENT_RETRY_NEVER = 0,
    ENT_RETRY_TRANSIENT,
    ENT_RETRY_THROTTLING,
    ENT_RETRY_ONCE, /* an answer that makes no sense */
    /* The service failed, in a way that AWS's SDKs do not repeat but the gate does. */
    ENT_RETRY_UNTIL_DEADLINE_ONLY
} ent_retry_class;

typedef struct ent_retry_policy {
    uint32_t attempt_limit; /* 0: none; the deadline ends them */
    bool has_quota;  /* 500 tokens a client; 14 for a retry, 5 after throttling */
    int64_t base_ms; /* 50 */
    int64_t throttle_base_ms; /* 1,000 */
    int64_t cap_ms;           /* 20,000, or 5,000 for the gate */
    bool until_deadline;      /* the gate's policy */
} ent_retry_policy;

/* Lives as long as the client: the quota is shared by its calls. */
typedef struct ent_retry_quota {
    int32_t tokens;
} ent_retry_quota;

enum { ENT_RETRY_QUOTA_CAPACITY = 500 };

/*
 * The policy of a client, from AWS_MAX_ATTEMPTS (total attempts, at least 1) and
 * AWS_RETRY_MODE (`legacy`, `standard`, `adaptive`: all mean standard here, with a
 * warning in the log for the other two). ENTITLE_CONFIGURATION for other values.
 */
ENTITLE_CHECKED entitle_status ent_retry_policy_resolve(
    const entitle_runtime *runtime,
    bool until_deadline,
    ent_retry_policy *out,
    entitle_error *error);

/*
 * How a failed attempt counts, from what is known of it: the status of the failure, the
 * HTTP status (0: none) and the service's error code ("" or NULL: none). A throttling
 * code is throttling; otherwise HTTP 500, 502, 503 and 504 are transient whatever the
 * body says, and other answers are judged by their code.
 */
ent_retry_class ent_retry_classify(
    entitle_status failure, int32_t http_status, const char *service_code);

/*
 * Whether attempt number `attempt` (1 is the first), just failed, may be followed by
 * another; takes the price from `quota` when the policy has one. `once_used` is the
 * caller's note that the one retry of ENT_RETRY_ONCE is gone; it is set here.
 */
bool ent_retry_permits(
    const ent_retry_policy *policy,
    ent_retry_quota *quota,
    ent_retry_class retry_class,
    uint32_t attempt,
    bool *once_used);

/* After a success: gives back what the last retry took, or 1. */
void ent_retry_refund(
    const ent_retry_policy *policy, ent_retry_quota *quota, ent_retry_class last_retry);

/*
 * Full jitter: `fraction` (in [0, 1)) of min(base * 2^(attempt - 1), cap). A usable
 * x-amz-retry-after (integer milliseconds; NULL where there is none) makes that
 * max(t, min(header, t + 5,000)).
 */
int64_t ent_retry_delay_ms(
    const ent_retry_policy *policy,
    ent_retry_class retry_class,
    uint32_t attempt,
    double fraction,
    const char *retry_after_ms);

/*
 * The delay as the deadline leaves room for it: cut so that one more attempt begins
 * ENT_RETRY_LAST_MS before the deadline, and -1 when even that moment has passed. So a
 * call that fails for ever ends within ENT_RETRY_LAST_MS of its deadline, not up to a
 * whole delay before it.
 */
enum { ENT_RETRY_LAST_MS = 500 };
int64_t ent_retry_fit_delay_ms(int64_t delay_ms, int64_t left_ms);

#endif
