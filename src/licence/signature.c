/* SPDX-License-Identifier: Apache-2.0 */
#include "licence/signature.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "crypto/openssl_error.h"

#include <errno.h>
#include <jwt.h>
#include <limits.h>
#include <string.h>

#define AS_IT_CAME                                                                     \
    "deliver the licence again, just as it was issued; if that does not help, "        \
    "compare "                                                                         \
    "the key's SHA-256 with the seller's"

static entitle_status
refuse(entitle_error *error, const char *message)
{
    ent_fail(error, ENTITLE_BAD_SIGNATURE, "%s", message);
    ent_hint(error, AS_IT_CAME);
    return ENTITLE_BAD_SIGNATURE;
}

static jwt_alg_t
algorithm_of(const ent_signer_key *key)
{
    return key->algorithm == ENT_SIGNER_ES256 ? JWT_ALG_ES256 : JWT_ALG_RS256;
}

/*
 * libjwt answers EINVAL to whatever it does not like, and where OpenSSL or its JSON
 * reader lacked memory, too.
 */
static bool
wants_memory(void)
{
    static const char readable[] = "eyJhbGciOiJub25lIn0.e30."; /* {"alg":"none"}, {} */
    jwt_t *probe = NULL;
    bool is_wanting = jwt_decode(&probe, readable, NULL, 0) != 0;

    if (probe != NULL) {
        jwt_free(probe);
    }
    return ent_openssl_wants_memory() || is_wanting;
}

/*
 * It leaves OpenSSL's reasons in this thread's queue, where they would puzzle the next
 * who looks.
 */
static entitle_status
decode(const ent_signer_key *key, const char *licence, jwt_t **out)
{
    int result = EINVAL;

    if (key->pem_length <= INT_MAX) {
        result = jwt_decode(
            out, licence, (const unsigned char *)key->pem, (int)key->pem_length);
    }
    if (result != 0 && (result == ENOMEM || wants_memory())) {
        return ENTITLE_OUT_OF_MEMORY;
    }
    (void)ent_openssl_refused_signature();
    return result == 0 && *out != NULL ? ENTITLE_OK : ENTITLE_BAD_SIGNATURE;
}

static entitle_status
refuse_payload(entitle_error *error, const char *reason)
{
    ent_fail(
        error,
        ENTITLE_BAD_PAYLOAD,
        "the licence's payload is not acceptable JSON: %s",
        reason);
    ent_hint(error, "ask the seller for a licence made by entitle-licence-issue");
    return ENTITLE_BAD_PAYLOAD;
}

/* Whether libjwt failed at the text and not at the signature: for the message alone. */
static bool
cannot_be_read(const char *licence)
{
    jwt_t *unverified = NULL;
    bool is_readable = jwt_decode(&unverified, licence, NULL, 0) == 0;

    if (unverified != NULL) {
        jwt_free(unverified);
    }
    return !is_readable;
}

static entitle_status
verify(
    const ent_signer_key *key,
    const char *licence,
    ent_signed_licence *out,
    entitle_error *error)
{
    entitle_status status = decode(key, licence, &out->grants);

    if (status == ENTITLE_OUT_OF_MEMORY) {
        return ent_fail_memory(error);
    }
    if (status != ENTITLE_OK && cannot_be_read(licence)) {
        return refuse_payload(error, "it holds a number that is too large");
    }
    /* By its own word it has judged by the algorithm of this key. */
    if (status != ENTITLE_OK || jwt_get_alg(out->grants) != algorithm_of(key)) {
        return refuse(error, "the licence's signature does not hold under its key");
    }
    return ENTITLE_OK;
}

entitle_status
ent_licence_signature_check(
    const ent_signer_key *key,
    const ent_compact *compact,
    const char *licence,
    size_t length,
    ent_signed_licence *out,
    entitle_error *error)
{
    ent_json_fault fault;
    ent_json_size size;

    *out = (ent_signed_licence){ .text = NULL };
    if (compact->signature_length != key->signature_size) {
        ent_fail(
            error,
            ENTITLE_BAD_SIGNATURE,
            "the licence's signature has %zu bytes, where its key makes %zu",
            compact->signature_length,
            key->signature_size);
        ent_hint(error, AS_IT_CAME);
        return ENTITLE_BAD_SIGNATURE;
    }
    if (!ent_json_measure(compact->payload, compact->payload_length, &size, &fault)) {
        return refuse_payload(error, fault.reason);
    }
    char *copy = ent_duplicate(&key->runtime, licence, length);
    if (copy == NULL) {
        return ent_fail_memory(error);
    }
    entitle_status status = verify(key, copy, out, error);
    ent_release(&key->runtime, copy);
    if (status != ENTITLE_OK) {
        return status;
    }
    out->text = compact->payload;
    out->length = compact->payload_length;
    return ENTITLE_OK;
}

void
ent_signed_licence_clear(ent_signed_licence *licence)
{
    if (licence->grants != NULL) {
        jwt_free(licence->grants);
    }
    *licence = (ent_signed_licence){ .text = NULL };
}

bool
ent_signed_licence_has_text(
    const ent_signed_licence *licence, const char *name, const char *text)
{
    const char *read = jwt_get_grant(licence->grants, name);

    return read == NULL || text == NULL ? read == text : strcmp(read, text) == 0;
}

bool
ent_signed_licence_has_integer(
    const ent_signed_licence *licence, const char *name, int64_t integer)
{
    errno = 0;
    long read = jwt_get_grant_int(licence->grants, name);

    return errno == 0 && read == integer;
}
