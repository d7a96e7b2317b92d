/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/retry.h"

#include "base/error.h"
#include "base/log.h"
#include "base/runtime.h"
#include "base/text.h"

#include <stddef.h>
#include <string.h>

enum {
    STANDARD_ATTEMPTS = 3,
    BASE_MS = 50,
    THROTTLE_BASE_MS = 1000,
    STANDARD_CAP_MS = 20000,
    GATE_CAP_MS = 5000,
    RETRY_AFTER_SLACK_MS = 5000,
    COST = 14,
    THROTTLING_COST = 5
};

static bool
is_one_of(const char *code, const char *const *codes)
{
    for (; *codes != NULL; codes++) {
        if (ent_text_equal_ignoring_case(code, *codes)) {
            return true;
        }
    }
    return false;
}

static bool
is_throttling(const char *code)
{
    static const char *const codes[] = {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottledException",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "RequestThrottled",
        "SlowDown",
        "PriorRequestNotComplete",
        "EC2ThrottledException",
        NULL,
    };

    return is_one_of(code, codes);
}

static bool
is_transient(const char *code)
{
    static const char *const codes[] = {
        "RequestTimeout",
        "RequestTimeoutException",
        NULL,
    };

    return is_one_of(code, codes);
}

/*
 * AWS_RETRY_MODE chooses nothing here, but a mistake in it should not pass unnoticed.
 */
static entitle_status
check_mode(const entitle_runtime *runtime, entitle_error *error)
{
    const char *mode = ent_environment(runtime, "AWS_RETRY_MODE");

    if (mode == NULL || ent_text_equal_ignoring_case(mode, "standard")) {
        return ENTITLE_OK;
    }
    if (ent_text_equal_ignoring_case(mode, "legacy") ||
        ent_text_equal_ignoring_case(mode, "adaptive")) {
        ent_log(
            runtime,
            ENTITLE_LOG_WARNING,
            "AWS_RETRY_MODE=%s is not supported: retrying as in standard mode",
            mode);
        return ENTITLE_OK;
    }
    ent_fail(error, ENTITLE_CONFIGURATION, "AWS_RETRY_MODE is '%.40s'", mode);
    ent_hint(error, "set AWS_RETRY_MODE to standard, or unset it");
    return ENTITLE_CONFIGURATION;
}

entitle_status
ent_retry_policy_resolve(
    const entitle_runtime *runtime,
    bool until_deadline,
    ent_retry_policy *out,
    entitle_error *error)
{
    const char *limit = ent_environment(runtime, "AWS_MAX_ATTEMPTS");
    uint64_t attempts = until_deadline ? 0 : STANDARD_ATTEMPTS;
    entitle_status status = check_mode(runtime, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    if (limit != NULL &&
        (!ent_text_to_unsigned(limit, strlen(limit), INT32_MAX, &attempts) ||
         attempts == 0)) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "AWS_MAX_ATTEMPTS is '%.40s', not a whole number from 1",
            limit);
        ent_hint(
            error, "set AWS_MAX_ATTEMPTS to the attempts wanted in all, or unset it");
        return ENTITLE_CONFIGURATION;
    }
    *out = (ent_retry_policy){
        .attempt_limit = (uint32_t)attempts,
        .has_quota = !until_deadline,
        .base_ms = BASE_MS,
        .throttle_base_ms = THROTTLE_BASE_MS,
        .cap_ms = until_deadline ? GATE_CAP_MS : STANDARD_CAP_MS,
        .until_deadline = until_deadline,
    };
    return ENTITLE_OK;
}

ent_retry_class
ent_retry_classify(
    entitle_status failure, int32_t http_status, const char *service_code)
{
    const char *code = service_code != NULL ? service_code : "";

    if (is_throttling(code) || http_status == 429 || failure == ENTITLE_THROTTLED) {
        return ENT_RETRY_THROTTLING;
    }
    if (http_status == 500 || http_status == 502 || http_status == 503 ||
        http_status == 504 || is_transient(code)) {
        return ENT_RETRY_TRANSIENT;
    }
    switch (failure) {
    case ENTITLE_UNREACHABLE:
    case ENTITLE_TIMEOUT:
    case ENTITLE_TLS_ERROR:
        return ENT_RETRY_TRANSIENT;
    case ENTITLE_BAD_RESPONSE:
        return ENT_RETRY_ONCE;
    case ENTITLE_SERVICE_ERROR:
        return ENT_RETRY_UNTIL_DEADLINE_ONLY;
    default:
        return ENT_RETRY_NEVER;
    }
}

static int32_t
cost_of(ent_retry_class retry_class)
{
    return retry_class == ENT_RETRY_THROTTLING ? THROTTLING_COST : COST;
}

bool
ent_retry_permits(
    const ent_retry_policy *policy,
    ent_retry_quota *quota,
    ent_retry_class retry_class,
    uint32_t attempt,
    bool *once_used)
{
    if (retry_class == ENT_RETRY_NEVER ||
        (policy->attempt_limit > 0 && attempt >= policy->attempt_limit)) {
        return false;
    }
    if (retry_class == ENT_RETRY_UNTIL_DEADLINE_ONLY && !policy->until_deadline) {
        return false;
    }
    if (retry_class == ENT_RETRY_ONCE && *once_used) {
        return false;
    }
    if (policy->has_quota) {
        if (quota->tokens < cost_of(retry_class)) {
            return false;
        }
        quota->tokens -= cost_of(retry_class);
    }
    *once_used = *once_used || retry_class == ENT_RETRY_ONCE;
    return true;
}

void
ent_retry_refund(
    const ent_retry_policy *policy, ent_retry_quota *quota, ent_retry_class last_retry)
{
    if (!policy->has_quota) {
        return;
    }
    quota->tokens += last_retry == ENT_RETRY_NEVER ? 1 : cost_of(last_retry);
    if (quota->tokens > ENT_RETRY_QUOTA_CAPACITY) {
        quota->tokens = ENT_RETRY_QUOTA_CAPACITY;
    }
}

static int64_t
ceiling_ms(
    const ent_retry_policy *policy, ent_retry_class retry_class, uint32_t attempt)
{
    int64_t ceiling = retry_class == ENT_RETRY_THROTTLING ? policy->throttle_base_ms
                                                          : policy->base_ms;

    for (uint32_t i = 1; i < attempt && ceiling < policy->cap_ms; i++) {
        ceiling *= 2;
    }
    return ceiling < policy->cap_ms ? ceiling : policy->cap_ms;
}

int64_t
ent_retry_delay_ms(
    const ent_retry_policy *policy,
    ent_retry_class retry_class,
    uint32_t attempt,
    double fraction,
    const char *retry_after_ms)
{
    int64_t delay =
        (int64_t)(fraction * (double)ceiling_ms(policy, retry_class, attempt));
    uint64_t wanted = 0;

    if (retry_after_ms == NULL ||
        !ent_text_to_unsigned(
            retry_after_ms, strlen(retry_after_ms), INT32_MAX, &wanted)) {
        return delay;
    }
    int64_t most = delay + RETRY_AFTER_SLACK_MS;
    int64_t asked = (int64_t)wanted < most ? (int64_t)wanted : most;
    return asked > delay ? asked : delay;
}

int64_t
ent_retry_fit_delay_ms(int64_t delay_ms, int64_t left_ms)
{
    int64_t room_ms = left_ms - ENT_RETRY_LAST_MS;

    if (room_ms <= 0) {
        return -1;
    }
    return delay_ms < room_ms ? delay_ms : room_ms;
}
