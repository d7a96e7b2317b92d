/* SPDX-License-Identifier: Apache-2.0 */
#include "token/claims.h"

#include "base/error.h"
#include "token/claim_value.h"

/* AWS's reference writes claims one way, and its sample code the other. */
typedef struct claim_spelling {
    const char *reference;
    const char *sample;
    ent_claim_kind kind;
} claim_spelling;

static const claim_spelling product_code_claim = { "ProductCode",
                                                   "productCode",
                                                   ENT_CLAIM_TEXT };
static const claim_spelling nonce_claim = { "Nonce", "nonce", ENT_CLAIM_TEXT };
static const claim_spelling key_version_claim = { "PublicKeyVersion",
                                                  "publicKeyVersion",
                                                  ENT_CLAIM_VERSION };
static const claim_spelling key_rotated_claim = { "PublicKeyRotationTimestamp",
                                                  "publicKeyRotationTimestamp",
                                                  ENT_CLAIM_TIME };

int64_t
ent_numeric_date_s(ent_numeric_date date)
{
    /* 2^63 itself does not fit, and the conversion would be undefined. */
    const double limit = 9223372036854775808.0;

    if (date.at_s >= limit) {
        return INT64_MAX;
    }
    if (date.at_s < -limit) {
        return INT64_MIN;
    }
    return (int64_t)date.at_s;
}

/* The value of a claim, or NULL; two spellings that disagree are refused. */
static entitle_status
find(
    const entitle_claims *claims,
    const claim_spelling *spelling,
    const ent_json **out,
    entitle_error *error)
{
    const ent_json *reference = ent_json_member(claims->json, spelling->reference);
    const ent_json *sample = ent_json_member(claims->json, spelling->sample);

    *out = reference != NULL ? reference : sample;
    if (reference != NULL && sample != NULL &&
        !ent_claim_values_agree(spelling->kind, reference, sample)) {
        return ent_fail(
            error,
            ENTITLE_CLAIM_CONFLICT,
            "the payload has both '%s' and '%s', and they differ",
            spelling->reference,
            spelling->sample);
    }
    return ENTITLE_OK;
}

static entitle_status
read_product_code(entitle_claims *claims, entitle_error *error)
{
    const ent_json *value = NULL;
    entitle_status status = find(claims, &product_code_claim, &value, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    claims->product_code = ent_json_string(value);
    if (claims->product_code == NULL || claims->product_code[0] == '\0') {
        return ent_fail(
            error, ENTITLE_BAD_PAYLOAD, "the payload has no usable product code");
    }
    return ENTITLE_OK;
}

static entitle_status
read_key_version(entitle_claims *claims, entitle_error *error)
{
    const ent_json *value = NULL;
    entitle_status status = find(claims, &key_version_claim, &value, error);

    if (status == ENTITLE_OK && !ent_claim_version(value, &claims->key_version)) {
        status = ent_fail(
            error, ENTITLE_BAD_PAYLOAD, "the payload has no usable public key version");
    }
    return status;
}

static entitle_status
read_nonce(entitle_claims *claims, entitle_error *error)
{
    const ent_json *value = NULL;
    entitle_status status = find(claims, &nonce_claim, &value, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    claims->nonce = ent_json_string(value);
    if (value != NULL && claims->nonce == NULL && !ent_json_is_null(value)) {
        return ent_fail(
            error, ENTITLE_BAD_PAYLOAD, "the payload's nonce is not a string");
    }
    return ENTITLE_OK;
}

static entitle_status
read_key_rotated_at(
    entitle_claims *claims, ent_warnings *warnings, entitle_error *error)
{
    const ent_json *value = NULL;
    entitle_status status = find(claims, &key_rotated_claim, &value, error);

    if (status != ENTITLE_OK || value == NULL || ent_json_is_null(value)) {
        return status;
    }
    claims->has_key_rotated_at = ent_claim_time(value, &claims->key_rotated_at_s);
    if (!claims->has_key_rotated_at) {
        ent_warn(warnings, "the token's PublicKeyRotationTimestamp cannot be read");
    }
    return ENTITLE_OK;
}

static entitle_status
read_date(
    const entitle_claims *claims,
    const char *name,
    ent_numeric_date *out,
    entitle_error *error)
{
    const ent_json *value = ent_json_member(claims->json, name);

    out->is_present = value != NULL;
    if (value != NULL && !ent_json_number(value, &out->at_s)) {
        return ent_fail(
            error, ENTITLE_BAD_PAYLOAD, "the payload's '%s' is not a number", name);
    }
    return ENTITLE_OK;
}

static entitle_status
read_dates(entitle_claims *claims, entitle_error *error)
{
    entitle_status status = read_date(claims, "iat", &claims->issued_at, error);

    if (status == ENTITLE_OK) {
        status = read_date(claims, "nbf", &claims->not_before, error);
    }
    if (status == ENTITLE_OK) {
        status = read_date(claims, "exp", &claims->expires_at, error);
    }
    return status;
}

entitle_status
ent_claims_read(
    const ent_signed_payload *payload,
    entitle_claims *out,
    ent_warnings *warnings,
    entitle_error *error)
{
    ent_json_fault fault;

    *out = (entitle_claims){ .text = payload->text };
    out->json = ent_json_parse_object(payload->text, payload->length, &fault);
    if (out->json == NULL) {
        return fault.out_of_memory ? ent_fail_memory(error)
                                   : ent_fail(
                                         error,
                                         ENTITLE_BAD_PAYLOAD,
                                         "the payload is not acceptable JSON: %s",
                                         fault.reason);
    }
    entitle_status status = read_product_code(out, error);
    if (status == ENTITLE_OK) {
        status = read_key_version(out, error);
    }
    if (status == ENTITLE_OK) {
        status = read_nonce(out, error);
    }
    if (status == ENTITLE_OK) {
        status = read_key_rotated_at(out, warnings, error);
    }
    if (status == ENTITLE_OK) {
        status = read_dates(out, error);
    }
    return status;
}

void
ent_claims_clear(entitle_claims *claims)
{
    ent_json_free(claims->json);
    *claims = (entitle_claims){ 0 };
}

const char *
entitle_claims_product_code(const entitle_claims *claims)
{
    return claims->product_code;
}

uint32_t
entitle_claims_key_version(const entitle_claims *claims)
{
    return claims->key_version;
}

const char *
entitle_claims_nonce(const entitle_claims *claims)
{
    return claims->nonce;
}

bool
entitle_claims_issued_at(const entitle_claims *claims, int64_t *out_s)
{
    if (claims->issued_at.is_present) {
        *out_s = ent_numeric_date_s(claims->issued_at);
    }
    return claims->issued_at.is_present;
}

bool
entitle_claims_key_rotated_at(const entitle_claims *claims, int64_t *out_s)
{
    if (claims->has_key_rotated_at) {
        *out_s = claims->key_rotated_at_s;
    }
    return claims->has_key_rotated_at;
}

const char *
entitle_claims_json(const entitle_claims *claims)
{
    return claims->text;
}
