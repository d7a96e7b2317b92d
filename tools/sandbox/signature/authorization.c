/* SPDX-License-Identifier: Apache-2.0 */
#include "signature/authorization.h"

#include <string.h>

static const char scheme[] = "AWS4-HMAC-SHA256 ";

/* Cuts `text` at the first `separator`; the rest, or NULL when there is none. */
static char *
cut(char *text, char separator)
{
    char *end = strchr(text, separator);
    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    return end + 1;
}

static bool
parse_credential(char *text, sandbox_authorization *out)
{
    char *date = cut(text, '/');
    char *region = date != NULL ? cut(date, '/') : NULL;
    char *service = region != NULL ? cut(region, '/') : NULL;
    char *terminator = service != NULL ? cut(service, '/') : NULL;
    if (terminator == NULL) {
        return false;
    }
    out->access_key_id = text;
    out->date = date;
    out->region = region;
    out->service = service;
    out->terminator = terminator;
    return text[0] != '\0';
}

/* In lower case, sorted and each once: otherwise two lists would mean the same. */
static bool
parse_signed_headers(char *text, sandbox_authorization *out)
{
    for (char *name = text; name != NULL;) {
        char *next = cut(name, ';');
        size_t count = out->signed_header_count;
        bool is_valid =
            name[0] != '\0' &&
            name[strcspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ \t")] == '\0' &&
            (count == 0 || strcmp(out->signed_headers[count - 1], name) < 0);
        if (!is_valid || count == AUTHORIZATION_HEADERS) {
            return false;
        }
        out->signed_headers[out->signed_header_count++] = name;
        name = next;
    }
    return true;
}

static bool
parse_signature(char *text, sandbox_authorization *out)
{
    size_t length = strspn(text, "0123456789abcdef");
    out->signature = text;
    return length == AUTHORIZATION_SIGNATURE_LENGTH && text[length] == '\0';
}

typedef struct part_rule {
    const char *prefix;
    bool (*parse)(char *, sandbox_authorization *);
    const char *missing;
    const char *malformed;
} part_rule;

static const part_rule part_rules[] = {
    { "Credential=",
      parse_credential,
      "Authorization header requires 'Credential' parameter.",
      "Authorization header requires 'Credential' as "
      "ACCESS_KEY/DATE/REGION/SERVICE/aws4_request." },
    { "SignedHeaders=",
      parse_signed_headers,
      "Authorization header requires 'SignedHeaders' parameter.",
      "Authorization header requires 'SignedHeaders' "
      "in lower case, sorted, each once." },
    { "Signature=",
      parse_signature,
      "Authorization header requires 'Signature' parameter.",
      "Authorization header requires 'Signature' as 64 lower-case hex digits." },
};

enum { PART_COUNT = sizeof(part_rules) / sizeof(part_rules[0]) };

/* Splits "A=…, B=…" in any order. False for a part that is unknown or occurs twice. */
static bool
split_parts(char *text, char *values[PART_COUNT])
{
    for (char *part = text; part != NULL;) {
        char *next = cut(part, ',');
        part += strspn(part, " ");
        size_t i = 0;
        while (i < PART_COUNT &&
               strncmp(part, part_rules[i].prefix, strlen(part_rules[i].prefix)) != 0) {
            i++;
        }
        if (i == PART_COUNT || values[i] != NULL) {
            return false;
        }
        values[i] = part + strlen(part_rules[i].prefix);
        part = next;
    }
    return true;
}

const char *
authorization_parse(const char *value, sandbox_authorization *out)
{
    out->signed_header_count = 0;
    size_t length = strlen(value);
    if (length >= sizeof(out->text)) {
        return "Authorization header is too long.";
    }
    if (strncmp(value, scheme, sizeof(scheme) - 1) != 0) {
        return "Authorization header requires the algorithm AWS4-HMAC-SHA256.";
    }
    memcpy(out->text, value, length + 1);
    char *values[PART_COUNT] = { NULL };
    if (!split_parts(out->text + sizeof(scheme) - 1, values)) {
        return "Authorization header has a part that is unknown or occurs twice.";
    }
    for (size_t i = 0; i < PART_COUNT; i++) {
        if (values[i] == NULL) {
            return part_rules[i].missing;
        }
        if (!part_rules[i].parse(values[i], out)) {
            return part_rules[i].malformed;
        }
    }
    return NULL;
}

bool
authorization_signs(const sandbox_authorization *authorization, const char *header)
{
    for (size_t i = 0; i < authorization->signed_header_count; i++) {
        if (strcmp(authorization->signed_headers[i], header) == 0) {
            return true;
        }
    }
    return false;
}
