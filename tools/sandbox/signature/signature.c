/* SPDX-License-Identifier: Apache-2.0 */
#include "signature/signature.h"

#include "base/timestamp.h"
#include "signature/signature_key.h"
#include "signature/signature_match.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SKEW_LIMIT_S = 15 * 60, AMZ_STAMP_LENGTH = 16, AMZ_DATE_LENGTH = 8 };

static bool refuse(
    signature_inquiry *check,
    const char *error_name,
    const sandbox_rule *rule,
    const char *format,
    ...) __attribute__((format(printf, 4, 5)));

static bool
refuse(
    signature_inquiry *check,
    const char *error_name,
    const sandbox_rule *rule,
    const char *format,
    ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    call_refuse(check->call, error_name, rule, message);
    return false;
}

static bool
check_presence(signature_inquiry *check)
{
    const sandbox_request *request = check->call->request;
    size_t count = request_count_header(request, "Authorization");
    if (count == 0 && strstr(request->query, "X-Amz-Signature=") != NULL) {
        return refuse(
            check,
            "IncompleteSignatureException",
            &rule_signature_complete,
            "A signature in the query is not taken: the Authorization header has to "
            "hold it.");
    }
    if (count == 0) {
        return refuse(
            check,
            "MissingAuthenticationTokenException",
            &rule_signature_present,
            "Missing Authentication Token");
    }
    const char *fault = count > 1 ? "Authorization header must not be repeated."
                                  : authorization_parse(
                                        request_header(request, "Authorization"),
                                        &check->authorization);
    if (fault != NULL) {
        return refuse(
            check,
            "IncompleteSignatureException",
            &rule_signature_complete,
            "%s",
            fault);
    }
    return true;
}

/* "20261121T200000Z" */
static bool
parse_amz_stamp(const char *text, int64_t *out_s)
{
    if (strlen(text) != AMZ_STAMP_LENGTH) {
        return false;
    }
    char iso[ENT_TIMESTAMP_SIZE];
    (void)snprintf(
        iso,
        sizeof(iso),
        "%.4s-%.2s-%.2s%.3s:%.2s:%.3s",
        text,
        text + 4,
        text + 6,
        text + 8,
        text + 11,
        text + 13);
    return ent_timestamp_parse_iso(iso, out_s);
}

static bool
check_stamp(signature_inquiry *check)
{
    const sandbox_request *request = check->call->request;
    const char *stamp = request_header(request, "X-Amz-Date");
    const char *date = request_header(request, "Date");
    bool is_read = false;
    if (stamp != NULL) {
        is_read = request_count_header(request, "X-Amz-Date") == 1 &&
                  parse_amz_stamp(stamp, &check->stamp_s);
    } else if (date != NULL) {
        is_read = request_count_header(request, "Date") == 1 &&
                  ent_timestamp_parse_http(date, &check->stamp_s);
    }
    if (!is_read) {
        return refuse(
            check,
            "IncompleteSignatureException",
            &rule_signature_complete,
            "Authorization header requires existence of either a valid 'X-Amz-Date' or "
            "'Date' header.");
    }
    return true;
}

/* Two of one name would leave open which of them was meant. */
static bool
check_repetitions(signature_inquiry *check)
{
    static const char *const names[] = {
        "host", "x-amz-target", "x-amz-security-token", "x-amz-content-sha256"
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (request_count_header(check->call->request, names[i]) > 1) {
            return refuse(
                check,
                "InvalidSignatureException",
                &rule_signature_headers,
                "'%s' must not be repeated.",
                names[i]);
        }
    }
    return true;
}

static bool
check_signed_headers(signature_inquiry *check)
{
    const sandbox_request *request = check->call->request;
    bool has_stamp = request_header(request, "X-Amz-Date") != NULL;
    const char *const required[] = {
        "host",
        has_stamp ? "x-amz-date" : "date",
        request_header(request, "X-Amz-Target") != NULL ? "x-amz-target" : "host",
        request_header(request, "X-Amz-Security-Token") != NULL ? "x-amz-security-token"
                                                                : "host",
    };
    for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
        if (!authorization_signs(&check->authorization, required[i])) {
            return refuse(
                check,
                "InvalidSignatureException",
                &rule_signature_headers,
                "'%s' must be a 'SignedHeader' in the AWS Authorization.",
                required[i]);
        }
    }
    for (size_t i = 0; i < check->authorization.signed_header_count; i++) {
        if (request_header(request, check->authorization.signed_headers[i]) == NULL) {
            return refuse(
                check,
                "InvalidSignatureException",
                &rule_signature_headers,
                "A 'SignedHeader' in the AWS Authorization was not received.");
        }
    }
    return true;
}

static bool
check_scope(signature_inquiry *check)
{
    const sandbox_authorization *authorization = &check->authorization;
    char stamp[ENT_TIMESTAMP_SIZE];
    ent_timestamp_amz(check->stamp_s, stamp);
    if (strlen(authorization->date) != AMZ_DATE_LENGTH ||
        strncmp(authorization->date, stamp, AMZ_DATE_LENGTH) != 0) {
        return refuse(
            check,
            "InvalidSignatureException",
            &rule_signature_scope,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of "
            "date from HTTP: '%.8s'.",
            stamp);
    }
    if (strcmp(authorization->service, check->service) != 0) {
        return refuse(
            check,
            "InvalidSignatureException",
            &rule_signature_scope,
            "Credential should be scoped to correct service: '%s'.",
            check->service);
    }
    if (strcmp(authorization->terminator, "aws4_request") != 0) {
        return refuse(
            check,
            "InvalidSignatureException",
            &rule_signature_scope,
            "Credential should be scoped with a valid terminator: 'aws4_request'.");
    }
    if (strlen(authorization->region) >= CALL_REGION_SIZE) {
        return refuse(
            check,
            "InvalidSignatureException",
            &rule_signature_scope,
            "Credential should be scoped to a valid Region.");
    }
    return true;
}

static bool
check_freshness(signature_inquiry *check)
{
    int64_t now_s = check->call->now_s;
    char stamp[ENT_TIMESTAMP_SIZE];
    char now[ENT_TIMESTAMP_SIZE];
    char bound[ENT_TIMESTAMP_SIZE];
    ent_timestamp_amz(check->stamp_s, stamp);
    ent_timestamp_amz(now_s, now);
    if (check->stamp_s < now_s - SKEW_LIMIT_S) {
        ent_timestamp_amz(now_s - SKEW_LIMIT_S, bound);
        return refuse(
            check,
            "InvalidSignatureException",
            &rule_signature_fresh,
            "Signature expired: %s is now earlier than %s (%s - 15 min.)",
            stamp,
            bound,
            now);
    }
    if (check->stamp_s > now_s + SKEW_LIMIT_S) {
        ent_timestamp_amz(now_s + SKEW_LIMIT_S, bound);
        return refuse(
            check,
            "InvalidSignatureException",
            &rule_signature_fresh,
            "Signature not yet current: %s is still later than %s (%s + 15 min.)",
            stamp,
            bound,
            now);
    }
    return true;
}

bool
signature_check(sandbox_call *call, const char *service)
{
    signature_inquiry check = { .call = call, .service = service };
    bool holds = check_presence(&check) && check_stamp(&check) &&
                 check_repetitions(&check) && check_signed_headers(&check) &&
                 signature_find_key(&check) && check_scope(&check) &&
                 check_freshness(&check) && signature_matches(&check);
    if (!holds) {
        return false;
    }
    (void)snprintf(
        call->region, sizeof(call->region), "%s", check.authorization.region);
    (void)snprintf(
        call->entry.identity, sizeof(call->entry.identity), "%s", check.identity_name);
    call->identity = check.identity;
    call->key = check.key;
    return true;
}
