/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/fault_reader.h"

#include "faults/fault_scope.h"

#include <string.h>

enum {
    TIMES_MAXIMUM = 1000000000,
    DELAY_MAXIMUM_MS = 3600 * 1000,
    SKEW_MAXIMUM_S = 10 * 366 * 24 * 3600,
    LIFETIME_MAXIMUM_S = 43200,
    RECORDS_MAXIMUM = 25,
    NAME_LENGTH = 64
};

static void
read_error(sandbox_fields *fields, sandbox_fault *out)
{
    const char *name = "";
    fields_read_text(fields, "error", NAME_LENGTH, &name);
    fields_read_integer(
        fields, "retry_after_ms", 0, DELAY_MAXIMUM_MS, &out->retry_after_ms);
    out->error = error_code_find(name);
    if (out->error == NULL) {
        fields_fault(fields, "\"error\" must name an error of AWS");
        return;
    }
    if (out->retry_after_ms >= 0 && !out->error->is_throttling) {
        fields_fault(fields, "\"retry_after_ms\" goes with a throttling error only");
    }
}

static void
read_status(sandbox_fields *fields, sandbox_fault *out)
{
    int64_t http_status = 0;
    const char *body = "";
    fields_read_integer(fields, "status", 200, 599, &http_status);
    fields_read_text(fields, "body", FAULT_BODY_LIMIT, &body);
    out->http_status = (unsigned)http_status;
    memcpy(out->body, body, strlen(body) + 1);
}

static void
read_delay(sandbox_fields *fields, sandbox_fault *out)
{
    fields_read_integer(fields, "delay_ms", 0, DELAY_MAXIMUM_MS, &out->amount);
}

static void
require_true(sandbox_fields *fields, const char *name)
{
    bool value = true;
    fields_read_bool(fields, name, &value);
    if (!value) {
        fields_fault(fields, "\"%s\" can only be true", name);
    }
}

static void
read_drop_reply(sandbox_fields *fields, sandbox_fault *out)
{
    (void)out;
    require_true(fields, "drop_reply");
}

static void
read_reset(sandbox_fields *fields, sandbox_fault *out)
{
    (void)out;
    require_true(fields, "reset");
}

static void
read_skew(sandbox_fields *fields, sandbox_fault *out)
{
    fields_read_integer(
        fields, "skew_s", -SKEW_MAXIMUM_S, SKEW_MAXIMUM_S, &out->amount);
}

static void
read_unprocessed(sandbox_fields *fields, sandbox_fault *out)
{
    fields_read_integer(fields, "unprocessed", 1, RECORDS_MAXIMUM, &out->amount);
}

static void
read_token(sandbox_fields *fields, sandbox_fault *out)
{
    const char *name = "";
    fields_read_text(fields, "token", NAME_LENGTH, &name);
    if (!token_twist_find(name, &out->twist)) {
        fields_fault(fields, "\"token\" must name a kind of wrong token");
    }
}

static void
read_document(sandbox_fields *fields, sandbox_fault *out)
{
    const char *name = "";
    fields_read_text(fields, "document", NAME_LENGTH, &name);
    if (!document_twist_find(name, &out->document)) {
        fields_fault(fields, "\"document\" must name a kind of wrong document");
    }
}

static void
read_lifetime(sandbox_fields *fields, sandbox_fault *out)
{
    fields_read_integer(
        fields, "expires_in_s", -LIFETIME_MAXIMUM_S, LIFETIME_MAXIMUM_S, &out->amount);
}

static void
read_token_required(sandbox_fields *fields, sandbox_fault *out)
{
    const char *value = "";
    (void)out;
    fields_read_text(fields, "http_tokens", NAME_LENGTH, &value);
    if (strcmp(value, "required") != 0) {
        fields_fault(fields, "\"http_tokens\" can only be \"required\"");
    }
}

typedef struct kind_rule {
    const char *member;
    fault_kind kind;
    void (*read)(sandbox_fields *, sandbox_fault *);
    const char *companion; /* a member that may only stand beside this one, or NULL */
} kind_rule;

static const kind_rule kind_rules[] = {
    { "error", FAULT_ERROR, read_error, "retry_after_ms" },
    { "status", FAULT_STATUS, read_status, "body" },
    { "delay_ms", FAULT_DELAY, read_delay, NULL },
    { "drop_reply", FAULT_DROP_REPLY, read_drop_reply, NULL },
    { "reset", FAULT_RESET, read_reset, NULL },
    { "skew_s", FAULT_SKEW, read_skew, NULL },
    { "unprocessed", FAULT_UNPROCESSED, read_unprocessed, NULL },
    { "token", FAULT_TOKEN, read_token, NULL },
    { "document", FAULT_DOCUMENT, read_document, NULL },
    { "expires_in_s", FAULT_LIFETIME, read_lifetime, NULL },
    { "http_tokens", FAULT_TOKEN_REQUIRED, read_token_required, NULL },
};

static void
read_kind(sandbox_fields *fields, sandbox_fault *out)
{
    for (size_t i = 0; i < sizeof(kind_rules) / sizeof(kind_rules[0]); i++) {
        const kind_rule *rule = &kind_rules[i];
        if (!fields_has(fields, rule->member)) {
            if (rule->companion != NULL && fields_has(fields, rule->companion)) {
                fields_fault(
                    fields, "\"%s\" goes with \"%s\"", rule->companion, rule->member);
            }
            continue;
        }
        if (out->kind != FAULT_NONE) {
            fields_fault(fields, "\"%s\" is a second kind in one fault", rule->member);
            return;
        }
        out->kind = rule->kind;
        rule->read(fields, out);
    }
    if (out->kind == FAULT_NONE) {
        fields_fault(
            fields,
            "a fault needs one of error, status, delay_ms, drop_reply, reset, skew_s, "
            "unprocessed, token, document, expires_in_s, http_tokens");
    }
}

static void
read_operation(sandbox_fields *fields, sandbox_fault *out)
{
    const char *operation = NULL;
    fields_read_text(fields, "operation", sizeof(out->operation) - 1, &operation);
    if (operation == NULL || !fault_scope_has(operation)) {
        fields_fault(fields, "\"operation\" must be an operation or \"*\"");
        return;
    }
    memcpy(out->operation, operation, strlen(operation) + 1);
}

static void
read_occasion(sandbox_fields *fields, sandbox_fault *out)
{
    fields_read_integer(fields, "times", 1, TIMES_MAXIMUM, &out->times);
    fields_read_fraction(fields, "rate", &out->rate);
    if (fields_has(fields, "times") && fields_has(fields, "rate")) {
        fields_fault(fields, "\"times\" and \"rate\" exclude each other");
    }
}

bool
fault_read(sandbox_fields *fields, sandbox_fault *out)
{
    static const char *const known[] = {
        "operation",   "times",       "rate",     "error",      "retry_after_ms",
        "status",      "body",        "delay_ms", "drop_reply", "reset",
        "skew_s",      "unprocessed", "token",    "document",   "expires_in_s",
        "http_tokens", NULL
    };
    *out = (sandbox_fault){ .times = -1, .rate = -1, .retry_after_ms = -1 };
    fields_refuse_others(fields, known);
    read_operation(fields, out);
    read_occasion(fields, out);
    read_kind(fields, out);
    if (fields->fault[0] == '\0') {
        fault_scope_check(fields, out);
    }
    return fields->fault[0] == '\0';
}
