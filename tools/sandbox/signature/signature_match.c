/* SPDX-License-Identifier: Apache-2.0 */
#include "signature/signature_match.h"

#include "aws/sigv4.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

#include <string.h>

enum { CANONICAL_LIMIT = 256 * 1024 };

/* The hash of the body, which a client may state but not choose. */
static bool
hash_payload(const signature_inquiry *check, char out[ENT_SHA256_HEX_SIZE])
{
    const sandbox_request *request = check->call->request;
    if (!ent_sha256_hex(ent_buffer_text(&request->body), request->body.length, out)) {
        call_fail(check->call);
        return false;
    }
    const char *stated = request_header(request, "X-Amz-Content-Sha256");
    if (stated == NULL || strcmp(stated, out) == 0) {
        return true;
    }
    bool is_of_s3 = ent_text_starts_with(stated, "STREAMING-") ||
                    strcmp(stated, "UNSIGNED-PAYLOAD") == 0;
    call_refuse(
        check->call,
        "InvalidSignatureException",
        &rule_signature_matches,
        is_of_s3 ? "The value of the header 'x-amz-content-sha256' has to be the "
                   "SHA-256 of the body: only Amazon S3 takes unsigned and streamed "
                   "ones."
                 : "The value of the header 'x-amz-content-sha256' is not the SHA-256 "
                   "of the body.");
    return false;
}

/* A signed header may hold any byte; JSON may not. */
static void
replace_malformed_utf8(ent_buffer *text)
{
    for (size_t i = 0; i < text->length;) {
        size_t length = ent_utf8_sequence_length(
            (const unsigned char *)text->bytes + i, text->length - i);
        if (length == 0) {
            text->bytes[i] = '?';
            length = 1;
        }
        i += length;
    }
}

/*
 * AWS shows the canonical request as it is; but ours may end up in the log of a CI job,
 * so the security token, which is a secret, stands there by its length only.
 */
static void
append_without_token(const char *canonical, ent_buffer *out)
{
    static const char name[] = "\nx-amz-security-token:";
    const char *line = strstr(canonical, name);
    const char *token = line != NULL ? line + sizeof(name) - 1 : NULL;
    if (token == NULL) {
        ent_buffer_append_text(out, canonical);
        return;
    }
    size_t length = strcspn(token, "\n");
    ent_buffer_append(out, canonical, (size_t)(token - canonical));
    ent_buffer_append_format(out, "(%zu bytes, not shown)", length);
    ent_buffer_append_text(out, token + length);
}

static void
refuse_mismatch(
    const signature_inquiry *check, const char *canonical, const char *string_to_sign)
{
    ent_buffer message;
    ent_buffer_init(&message, &check->call->sandbox->runtime, 2UL * CANONICAL_LIMIT);
    ent_buffer_append_text(
        &message,
        "The request signature we calculated does not match the signature you "
        "provided. Check your AWS Secret Access Key and signing method. Consult the "
        "service documentation for details.\n\n"
        "The Canonical String for this request should have been\n'");
    append_without_token(canonical, &message);
    ent_buffer_append_format(
        &message, "'\n\nThe String-to-Sign should have been\n'%s'\n", string_to_sign);
    replace_malformed_utf8(&message);
    call_refuse(
        check->call,
        "InvalidSignatureException",
        &rule_signature_matches,
        ent_buffer_text(&message));
    ent_buffer_clear(&message);
}

/* Those received headers whose names are listed as signed, in wire order. */
static size_t
collect_signed(const signature_inquiry *check, entitle_header out[REQUEST_HEADER_LIMIT])
{
    const sandbox_request *request = check->call->request;
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        for (size_t j = 0; j < check->authorization.signed_header_count; j++) {
            if (ent_text_equal_ignoring_case(
                    request->headers[i].name, check->authorization.signed_headers[j])) {
                out[count++] = request->headers[i];
            }
        }
    }
    return count;
}

/* False for want of memory. */
static bool
compute(
    const signature_inquiry *check,
    const char *payload_sha256,
    ent_buffer *canonical,
    ent_buffer *string_to_sign,
    char signature[ENT_SHA256_HEX_SIZE])
{
    const sandbox_request *request = check->call->request;
    entitle_header headers[REQUEST_HEADER_LIMIT];
    const ent_sigv4_request signed_request = {
        .method = request->method,
        .path = request->path,
        .query = request->query,
        .headers = headers,
        .header_count = collect_signed(check, headers),
        .payload_sha256 = payload_sha256,
    };
    const ent_sigv4_scope scope = {
        .access_key_id = check->authorization.access_key_id,
        .secret_access_key = check->secret_access_key,
        .region = check->authorization.region,
        .service = check->service,
        .at_s = check->stamp_s,
    };
    return ent_sigv4_canonical_request(&signed_request, canonical) &&
           ent_sigv4_string_to_sign(
               &scope, ent_buffer_text(canonical), string_to_sign) &&
           ent_sigv4_signature(&scope, ent_buffer_text(string_to_sign), signature);
}

bool
signature_matches(const signature_inquiry *check)
{
    char payload_sha256[ENT_SHA256_HEX_SIZE];
    if (!hash_payload(check, payload_sha256)) {
        return false;
    }
    ent_buffer canonical;
    ent_buffer string_to_sign;
    char signature[ENT_SHA256_HEX_SIZE];
    ent_buffer_init(&canonical, &check->call->sandbox->runtime, CANONICAL_LIMIT);
    ent_buffer_init(&string_to_sign, &check->call->sandbox->runtime, CANONICAL_LIMIT);

    bool is_computed =
        compute(check, payload_sha256, &canonical, &string_to_sign, signature);
    bool matches = is_computed && ent_equal_in_constant_time(
                                      signature, check->authorization.signature);
    if (!is_computed) {
        call_fail(check->call);
    } else if (!matches) {
        refuse_mismatch(
            check, ent_buffer_text(&canonical), ent_buffer_text(&string_to_sign));
    }
    ent_buffer_clear(&canonical);
    ent_buffer_clear(&string_to_sign);
    return matches;
}
