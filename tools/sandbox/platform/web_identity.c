/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/web_identity.h"

#include "base/base64url.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "wire/fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_LIMIT = 8192 };

static const double moment_maximum_s = 253402300799.0; /* the end of the year 9999 */

static bool
refuse(web_identity_fault *fault, const char *error_name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool
refuse(web_identity_fault *fault, const char *error_name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault->error_name = error_name;
    (void)vsnprintf(fault->sentence, sizeof(fault->sentence), format, arguments);
    va_end(arguments);
    return false;
}

/* The object that a part of the token holds, or NULL. */
static ent_json *
parse_part(const entitle_runtime *runtime, const char *text, size_t length)
{
    size_t size = 0;
    ent_json *object = NULL;
    unsigned char *bytes =
        ent_allocate(runtime, ent_base64url_decoded_size(length) + 1);
    if (bytes != NULL && ent_base64url_decode(text, length, bytes, &size)) {
        object = ent_json_parse_object((const char *)bytes, size, NULL);
    }
    ent_release(runtime, bytes);
    return object;
}

/* The claims, or NULL where the token is not HEADER.CLAIMS.SIGNATURE. */
static ent_json *
parse_token(const entitle_runtime *runtime, const char *token)
{
    size_t header = strcspn(token, ".");
    const char *claims = token[header] == '.' ? token + header + 1 : "";
    size_t length = strcspn(claims, ".");
    const char *signature = claims[length] == '.' ? claims + length + 1 : "";
    size_t signed_length = strspn(
        signature, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    if (signed_length == 0 || signature[signed_length] != '\0') {
        return NULL;
    }
    ent_json *parsed_header = parse_part(runtime, token, header);
    bool names_algorithm =
        ent_json_string(ent_json_member(parsed_header, "alg")) != NULL;
    ent_json_free(parsed_header);
    return names_algorithm ? parse_part(runtime, claims, length) : NULL;
}

static bool
has_audience(const ent_json *claims, const char *wanted)
{
    const ent_json *audience = ent_json_member(claims, "aud");
    const char *single = ent_json_string(audience);
    if (single != NULL) {
        return strcmp(single, wanted) == 0;
    }
    if (!fields_is_array(audience)) {
        return false;
    }
    for (size_t i = 0; i < fields_count(audience); i++) {
        const char *one = ent_json_string(fields_element(audience, i));
        if (one != NULL && strcmp(one, wanted) == 0) {
            return true;
        }
    }
    return false;
}

static bool
check_expiry(const ent_json *claims, int64_t now_s, web_identity_fault *fault)
{
    double expires_at_s = 0;
    if (!ent_json_number(ent_json_member(claims, "exp"), &expires_at_s) ||
        expires_at_s < 0 || expires_at_s > moment_maximum_s) {
        return refuse(fault, "InvalidIdentityToken", "Missing a required claim: exp");
    }
    if (expires_at_s > (double)now_s) {
        return true;
    }
    char now[ENT_TIMESTAMP_SIZE];
    char end[ENT_TIMESTAMP_SIZE];
    ent_timestamp_iso(now_s, now);
    ent_timestamp_iso((int64_t)expires_at_s, end);
    return refuse(
        fault,
        "ExpiredTokenException",
        "Token expired: current date/time %s must be before the expiration date/time "
        "%s",
        now,
        end);
}

static void
describe_pod(const ent_json *claims, web_identity *out)
{
    const ent_json *cluster = ent_json_member(claims, "kubernetes.io");
    const ent_json *pod = ent_json_member(cluster, "pod");
    const char *uid = ent_json_string(ent_json_member(pod, "uid"));
    ent_buffer_append_format(
        &out->pod,
        "%s %s",
        ent_buffer_text(&out->issuer),
        uid != NULL ? uid : ent_buffer_text(&out->subject));
}

static bool
read_claims(
    const ent_json *claims,
    const char *audience,
    int64_t now_s,
    web_identity *out,
    web_identity_fault *fault)
{
    const char *issuer = ent_json_string(ent_json_member(claims, "iss"));
    const char *subject = ent_json_string(ent_json_member(claims, "sub"));
    if (issuer == NULL || subject == NULL) {
        return refuse(
            fault,
            "InvalidIdentityToken",
            "Missing a required claim: %s",
            issuer == NULL ? "iss" : "sub");
    }
    if (!has_audience(claims, audience)) {
        return refuse(fault, "InvalidIdentityToken", "Incorrect token audience");
    }
    if (!check_expiry(claims, now_s, fault)) {
        return false;
    }
    ent_buffer_append_text(&out->issuer, issuer);
    ent_buffer_append_text(&out->subject, subject);
    describe_pod(claims, out);
    if (out->pod.failed) {
        return refuse(fault, "InvalidIdentityToken", "A claim is too long");
    }
    return true;
}

bool
web_identity_read(
    const entitle_runtime *runtime,
    const char *token,
    const char *audience,
    int64_t now_s,
    web_identity *out,
    web_identity_fault *fault)
{
    ent_buffer_init(&out->issuer, runtime, TEXT_LIMIT);
    ent_buffer_init(&out->subject, runtime, TEXT_LIMIT);
    ent_buffer_init(&out->pod, runtime, 2UL * TEXT_LIMIT);
    ent_json *claims = parse_token(runtime, token);
    if (claims == NULL) {
        return refuse(
            fault, "InvalidIdentityToken", "The ID Token provided is not a valid JWT.");
    }
    bool is_read = read_claims(claims, audience, now_s, out, fault);
    ent_json_free(claims);
    return is_read;
}

void
web_identity_clear(web_identity *identity)
{
    ent_buffer_clear(&identity->issuer);
    ent_buffer_clear(&identity->subject);
    ent_buffer_clear(&identity->pod);
}
