/* SPDX-License-Identifier: Apache-2.0 */
#include "issuer/licence_text.h"

#include "base/json.h"

enum { JSON_MAX = 32768 };

static void
append_text(ent_buffer *json, const char *name, const char *text)
{
    if (text != NULL) {
        ent_buffer_append_format(json, ",\"%s\":", name);
        ent_json_append_string(json, text);
    }
}

static void
append_number(ent_buffer *json, const char *name, int64_t number)
{
    ent_buffer_append_format(json, ",\"%s\":", name);
    ent_buffer_append_integer(json, number);
}

static void
append_features(ent_buffer *json, const issuer_request *request)
{
    for (size_t i = 0; i < request->feature_count; i++) {
        ent_buffer_append_text(json, i == 0 ? ",\"features\":[" : ",");
        ent_json_append_string(json, request->features[i]);
    }
    if (request->feature_count > 0) {
        ent_buffer_append_text(json, "]");
    }
}

static void
write_claims(const issuer_request *request, ent_buffer *json)
{
    ent_buffer_append_text(json, "{\"format\":\"entitle-licence-1\"");
    append_text(json, "jti", request->id);
    append_text(json, "product", request->product);
    append_text(json, "licensee", request->licensee);
    append_number(json, "iat", request->issued_at_s);
    append_number(json, "nbf", request->not_before_s);
    append_number(json, "exp", request->expires_at_s);
    append_features(json, request);
    if (request->seats > 0) {
        append_number(json, "seats", request->seats);
    }
    append_text(json, "account", request->account);
    append_text(json, "host", request->host);
    ent_buffer_append_text(json, "}");
}

bool
licence_text_append(
    const issuer_request *request, const signing_key *key, ent_buffer *out)
{
    ent_buffer header;
    ent_buffer claims;

    ent_buffer_init(&header, out->runtime, JSON_MAX);
    ent_buffer_init(&claims, out->runtime, JSON_MAX);
    /* An id needs no escaping: its characters were checked. */
    ent_buffer_append_format(
        &header,
        "{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        signing_key_algorithm(key),
        request->key_id);
    write_claims(request, &claims);

    bool is_written = !header.failed && !claims.failed &&
                      append_base64url(header.bytes, header.length, out) &&
                      ent_buffer_append_text(out, ".") &&
                      append_base64url(claims.bytes, claims.length, out);
    if (is_written) {
        size_t signed_length = out->length;
        ent_buffer signature;

        ent_buffer_init(&signature, out->runtime, JSON_MAX);
        is_written = signing_key_append_signature(
                         key, ent_buffer_text(out), signed_length, &signature) &&
                     ent_buffer_append_text(out, ".") &&
                     ent_buffer_append_text(out, ent_buffer_text(&signature));
        ent_buffer_clear(&signature);
    }
    ent_buffer_clear(&header);
    ent_buffer_clear(&claims);
    return is_written;
}
