/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/service_error.h"

#include "base/json.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { REDACTED_RUN = 12, TOKEN_RUN = 100 };

/* "com.amazonaws.x#ThrottlingException:http://…" holds the code in the middle. */
static void
read_code(const char *text, char *out, size_t out_size)
{
    size_t end = strcspn(text, ":,");
    size_t begin = 0;
    size_t length = 0;

    for (size_t i = 0; i < end; i++) {
        if (text[i] == '#') {
            begin = i + 1;
        }
    }
    for (size_t i = begin; i < end && length + 1 < out_size; i++) {
        char c = text[i];
        bool is_of_a_name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        if (!is_of_a_name) {
            break;
        }
        out[length++] = c;
    }
    out[length] = '\0';
}

/*
 * Whatever the service's own words quote, a token is not shown: a run of a JWS's
 * characters that is longer than any hash, ARN part or request id that an error could
 * name.
 */
static void
redact_tokens(char *text)
{
    static const char characters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        "0123456789-_.";

    while (*text != '\0') {
        size_t run = strspn(text, characters);
        if (run >= TOKEN_RUN) {
            memset(text, '*', run);
        }
        text += run > 0 ? run : 1;
    }
}

static const char *
first_string(const ent_json *body, const char *const *names)
{
    for (; *names != NULL; names++) {
        const char *text = ent_json_string(ent_json_member(body, *names));
        if (text != NULL && text[0] != '\0') {
            return text;
        }
    }
    return NULL;
}

void
ent_service_error_read(const entitle_response *response, ent_service_error *out)
{
    static const char *const code_names[] = { "__type", "code", NULL };
    static const char *const message_names[] = { "message", "Message", NULL };
    ent_json_fault fault = { .reason = NULL };
    ent_json *body = ent_json_parse_object(
        ent_buffer_text(&response->body), response->body.length, &fault);
    const char *code = body != NULL ? first_string(body, code_names) : NULL;
    const char *message = body != NULL ? first_string(body, message_names) : NULL;

    *out = (ent_service_error){ .lacks_memory = fault.out_of_memory };
    if (code == NULL) {
        code = ent_response_header(response, "x-amzn-errortype");
    }
    if (code != NULL) {
        read_code(code, out->code, sizeof(out->code));
    }
    if (message != NULL) {
        (void)snprintf(
            out->message,
            sizeof(out->message),
            "%.*s",
            (int)strcspn(message, "\r\n"),
            message);
        redact_tokens(out->message);
    }
    ent_json_free(body);
}

static bool
stands_in(const char *secret, const char *text)
{
    char run[REDACTED_RUN + 1];

    memcpy(run, text, REDACTED_RUN);
    run[REDACTED_RUN] = '\0';
    return strstr(secret, run) != NULL;
}

void
ent_redact(char *text, const char *secret)
{
    size_t length = strlen(text);

    if (secret == NULL || secret[0] == '\0') {
        return;
    }
    for (size_t i = 0; i + REDACTED_RUN <= length; i++) {
        size_t end = i + REDACTED_RUN;
        if (!stands_in(secret, text + i)) {
            continue;
        }
        while (end < length && stands_in(secret, text + end + 1 - REDACTED_RUN)) {
            end++;
        }
        memset(text + i, '*', end - i);
        i = end - 1;
    }
}

void
ent_service_error_redact(ent_service_error *error, const char *secret)
{
    ent_redact(error->message, secret);
    ent_redact(error->code, secret);
}

const ent_error_rule *
ent_error_rule_find(const ent_error_rule *rules, const char *code)
{
    for (; rules->code != NULL; rules++) {
        if (ent_text_equal_ignoring_case(rules->code, code)) {
            return rules;
        }
    }
    return NULL;
}
