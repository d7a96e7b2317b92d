/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/identity_token.h"

#include "base/base64url.h"
#include "base/json.h"
#include "base/line.h"
#include "base/memory.h"

#include <string.h>

static const char sts[] = "sts.amazonaws.com";

static void
take_text(const ent_json *claims, const char *name, char *out, size_t size)
{
    const char *text = ent_json_string(ent_json_member(claims, name));

    ent_line_format(out, size, "%s", text != NULL ? text : "");
}

static void
take_audience(const char *text, ent_identity_token *out)
{
    if (text == NULL) {
        return;
    }
    if (out->audience[0] == '\0') {
        ent_line_format(out->audience, sizeof(out->audience), "%s", text);
    }
    out->is_for_sts |= strcmp(text, sts) == 0;
}

/* One text, or an array of them (RFC 7519 §4.1.3). */
static void
take_audiences(const ent_json *claim, ent_identity_token *out)
{
    const ent_json *element = NULL;

    take_audience(ent_json_string(claim), out);
    for (size_t i = 0; (element = ent_json_element(claim, i)) != NULL; i++) {
        take_audience(ent_json_string(element), out);
    }
}

static void
take_expiry(const ent_json *claim, ent_identity_token *out)
{
    const double latest_s = 253402300799.0; /* the year 9999 */
    double seconds = 0;

    if (ent_json_number(claim, &seconds) && seconds >= 0 && seconds <= latest_s) {
        out->has_expiry = true;
        out->expires_at_s = (int64_t)seconds;
    }
}

/*
 * What a projected service account token is bound to:
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
 */
static const ent_json *
find_pod(const ent_json *claims)
{
    return ent_json_member(ent_json_member(claims, "kubernetes.io"), "pod");
}

/* Where the payload stands, between the dots; NULL where it does not. */
static const char *
find_payload(const char *text, size_t length, size_t *payload_length)
{
    const char *first = memchr(text, '.', length);
    const char *second = NULL;

    if (first == NULL) {
        return NULL;
    }
    second = memchr(first + 1, '.', length - (size_t)(first + 1 - text));
    if (second == NULL) {
        return NULL;
    }
    *payload_length = (size_t)(second - first) - 1;
    return first + 1;
}

bool
ent_identity_token_decode(
    const entitle_runtime *runtime,
    const char *text,
    size_t length,
    ent_identity_token *out)
{
    size_t payload_length = 0;
    size_t decoded_length = 0;
    const char *payload = find_payload(text, length, &payload_length);
    unsigned char *decoded = NULL;
    ent_json_fault fault = { .reason = NULL };
    ent_json *claims = NULL;
    bool is_decoded = false;

    *out = (ent_identity_token){ .issuer = "" };
    if (payload == NULL) {
        return false;
    }
    decoded = ent_allocate(runtime, ent_base64url_decoded_size(payload_length) + 1);
    if (decoded == NULL) {
        out->lacks_memory = true;
        return false;
    }
    if (ent_base64url_decode(payload, payload_length, decoded, &decoded_length)) {
        claims = ent_json_parse_object((const char *)decoded, decoded_length, &fault);
    }
    out->lacks_memory = fault.out_of_memory;
    is_decoded = claims != NULL;
    if (is_decoded) {
        take_text(claims, "iss", out->issuer, sizeof(out->issuer));
        take_text(claims, "sub", out->subject, sizeof(out->subject));
        take_audiences(ent_json_member(claims, "aud"), out);
        take_expiry(ent_json_member(claims, "exp"), out);
        take_text(find_pod(claims), "uid", out->pod_uid, sizeof(out->pod_uid));
    }
    ent_wipe(decoded, decoded_length);
    ent_release(runtime, decoded);
    ent_json_free(claims);
    return is_decoded;
}
