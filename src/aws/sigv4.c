/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4.h"

#include "base/memory.h"
#include "base/text.h"
#include "base/timestamp.h"

#include <string.h>

/* Above what a session token of the largest size makes of a canonical request. */
enum { CANONICAL_LIMIT = 64 * 1024, DATE_LENGTH = ENT_SIGV4_DATE_SIZE - 1 };

static const char algorithm[] = "AWS4-HMAC-SHA256";
static const char terminator[] = "aws4_request";

static void
append_scope(const ent_sigv4_scope *scope, ent_buffer *out)
{
    char moment[ENT_TIMESTAMP_SIZE];

    ent_timestamp_amz(scope->at_s, moment);
    ent_buffer_append(out, moment, DATE_LENGTH);
    ent_buffer_append_format(
        out, "/%s/%s/%s", scope->region, scope->service, terminator);
}

bool
ent_sigv4_string_to_sign(
    const ent_sigv4_scope *scope, const char *canonical_request, ent_buffer *out)
{
    char moment[ENT_TIMESTAMP_SIZE];
    char digest[ENT_SHA256_HEX_SIZE];

    if (!ent_sha256_hex(canonical_request, strlen(canonical_request), digest)) {
        return false;
    }
    ent_timestamp_amz(scope->at_s, moment);
    ent_buffer_append_format(out, "%s\n%s\n", algorithm, moment);
    append_scope(scope, out);
    return ent_buffer_append_format(out, "\n%s", digest);
}

/* key = HMAC(key, text), which ent_hmac_sha256() may not be asked to do in place. */
static bool
advance(unsigned char key[ENT_SHA256_SIZE], const char *text, size_t length)
{
    unsigned char next[ENT_SHA256_SIZE];
    bool is_done = ent_hmac_sha256(key, ENT_SHA256_SIZE, text, length, next);

    if (is_done) {
        memcpy(key, next, sizeof(next));
    }
    ent_wipe(next, sizeof(next));
    return is_done;
}

static bool
derive_date_key(
    const ent_sigv4_scope *scope, const char *date, unsigned char key[ENT_SHA256_SIZE])
{
    char secret[4 + ENT_SIGV4_SECRET_LIMIT + 1] = "AWS4";
    size_t length = strlen(scope->secret_access_key);
    bool is_done = false;

    if (length <= ENT_SIGV4_SECRET_LIMIT) {
        memcpy(secret + 4, scope->secret_access_key, length + 1);
        is_done = ent_hmac_sha256(secret, length + 4, date, DATE_LENGTH, key);
    }
    ent_wipe(secret, sizeof(secret));
    return is_done;
}

static bool
derive_key(
    const ent_sigv4_scope *scope, const char *date, unsigned char key[ENT_SHA256_SIZE])
{
    return derive_date_key(scope, date, key) &&
           advance(key, scope->region, strlen(scope->region)) &&
           advance(key, scope->service, strlen(scope->service)) &&
           advance(key, terminator, strlen(terminator));
}

/* --- Keeping a key ---------------------------------------------------------------- */

static bool
is_kept(const ent_sigv4_scope *scope, const char *date)
{
    const ent_sigv4_kept_key *kept = scope->kept;

    return kept != NULL && strcmp(kept->date, date) == 0 &&
           strcmp(kept->secret_access_key, scope->secret_access_key) == 0;
}

static void
keep(
    const ent_sigv4_scope *scope,
    const char *date,
    const unsigned char key[ENT_SHA256_SIZE])
{
    ent_sigv4_kept_key *kept = scope->kept;

    if (kept != NULL) {
        ent_wipe(kept, sizeof(*kept));
        memcpy(
            kept->secret_access_key,
            scope->secret_access_key,
            strlen(scope->secret_access_key));
        memcpy(kept->date, date, DATE_LENGTH);
        memcpy(kept->key, key, ENT_SHA256_SIZE);
    }
}

static bool
find_key(
    const ent_sigv4_scope *scope, const char *date, unsigned char key[ENT_SHA256_SIZE])
{
    if (is_kept(scope, date)) {
        memcpy(key, scope->kept->key, ENT_SHA256_SIZE);
        return true;
    }
    if (!derive_key(scope, date, key)) {
        return false;
    }
    keep(scope, date, key);
    return true;
}

bool
ent_sigv4_signature(
    const ent_sigv4_scope *scope,
    const char *string_to_sign,
    char out[ENT_SHA256_HEX_SIZE])
{
    unsigned char key[ENT_SHA256_SIZE];
    char date[ENT_TIMESTAMP_SIZE];
    bool is_done;

    ent_timestamp_amz(scope->at_s, date);
    date[DATE_LENGTH] = '\0';
    is_done = find_key(scope, date, key) &&
              advance(key, string_to_sign, strlen(string_to_sign));
    if (is_done) {
        ent_text_hex(key, sizeof(key), out);
    }
    ent_wipe(key, sizeof(key));
    return is_done;
}

bool
ent_sigv4_authorization(
    const ent_sigv4_scope *scope, const ent_sigv4_request *request, ent_buffer *out)
{
    ent_buffer canonical;
    ent_buffer to_sign;
    char signature[ENT_SHA256_HEX_SIZE];

    ent_buffer_init(&canonical, out->runtime, CANONICAL_LIMIT);
    ent_buffer_init(&to_sign, out->runtime, CANONICAL_LIMIT);
    bool is_done = ent_sigv4_canonical_request(request, &canonical) &&
                   ent_sigv4_string_to_sign(scope, canonical.bytes, &to_sign) &&
                   ent_sigv4_signature(scope, to_sign.bytes, signature);
    if (is_done) {
        ent_buffer_append_format(
            out, "%s Credential=%s/", algorithm, scope->access_key_id);
        append_scope(scope, out);
        ent_buffer_append_text(out, ", SignedHeaders=");
        is_done = ent_sigv4_signed_headers(request, out) &&
                  ent_buffer_append_format(out, ", Signature=%s", signature);
    }
    ent_buffer_clear(&to_sign);
    ent_buffer_clear(&canonical);
    return is_done;
}
