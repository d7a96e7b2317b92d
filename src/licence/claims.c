/* SPDX-License-Identifier: Apache-2.0 */
#include "licence/claims.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

#define DIGITS "0123456789"
#define PRODUCT_CODE                                                                   \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" DIGITS "-/=:_.@"

enum { PRODUCT_CODE_MAX = 255 };

/* 9999-12-31T23:59:59Z: what a licence without an end says. */
static const int64_t latest_s = 253402300799;

static entitle_status
refuse(entitle_error *error, const char *name, const char *message)
{
    ent_fail(error, ENTITLE_BAD_PAYLOAD, "the licence's '%s' %s", name, message);
    ent_hint(error, "ask the seller for a licence made by entitle-licence-issue");
    return ENTITLE_BAD_PAYLOAD;
}

/* NULL where it is absent; refused where it is no text of 1 to `limit` bytes. */
static entitle_status
read_text(
    const entitle_licence *licence,
    const char *name,
    size_t limit,
    const char **out,
    entitle_error *error)
{
    const ent_json *value = ent_json_member(licence->json, name);

    *out = ent_json_string(value);
    if (value != NULL && (*out == NULL || (*out)[0] == '\0' || strlen(*out) > limit)) {
        return refuse(error, name, "is not a text, empty or too long");
    }
    return ENTITLE_OK;
}

static entitle_status
read_required_text(
    const entitle_licence *licence,
    const char *name,
    size_t limit,
    const char **out,
    entitle_error *error)
{
    entitle_status status = read_text(licence, name, limit, out, error);

    if (status == ENTITLE_OK && *out == NULL) {
        status = refuse(error, name, "is missing");
    }
    return status;
}

static entitle_status
read_names(entitle_licence *licence, entitle_error *error)
{
    entitle_status status =
        read_required_text(licence, "jti", ENT_LICENCE_ID_MAX, &licence->id, error);

    if (status == ENTITLE_OK && !ent_text_is_visible_ascii(licence->id)) {
        status = refuse(error, "jti", "holds something else than visible ASCII");
    }
    if (status == ENTITLE_OK) {
        status = read_required_text(
            licence, "product", PRODUCT_CODE_MAX, &licence->product_code, error);
    }
    if (status == ENTITLE_OK &&
        strspn(licence->product_code, PRODUCT_CODE) != strlen(licence->product_code)) {
        status = refuse(error, "product", "is not a product code");
    }
    if (status == ENTITLE_OK) {
        status = read_required_text(
            licence, "licensee", ENT_LICENCE_LICENSEE_MAX, &licence->licensee, error);
    }
    return status;
}

/*
 * A whole number without a sign, a fraction or an exponent that changes it: the type by
 * which two readers cannot come to two values.
 */
static bool
to_integer(const ent_json *value, int64_t maximum, int64_t *out)
{
    double number = 0;

    if (!ent_json_number(value, &number) ||
        !(number >= 0 && number <= (double)maximum)) {
        return false;
    }
    *out = (int64_t)number;
    return !((double)*out < number);
}

static entitle_status
read_date(
    const entitle_licence *licence,
    const char *name,
    int64_t *out,
    entitle_error *error)
{
    const ent_json *value = ent_json_member(licence->json, name);

    if (value == NULL) {
        return refuse(error, name, "is missing");
    }
    if (!to_integer(value, latest_s, out)) {
        return refuse(error, name, "is no whole number of seconds from 1970 to 9999");
    }
    return ENTITLE_OK;
}

static entitle_status
read_dates(entitle_licence *licence, entitle_error *error)
{
    entitle_status status = read_date(licence, "iat", &licence->issued_at_s, error);

    if (status == ENTITLE_OK) {
        status = read_date(licence, "nbf", &licence->not_before_s, error);
    }
    if (status == ENTITLE_OK) {
        status = read_date(licence, "exp", &licence->expires_at_s, error);
    }
    if (status == ENTITLE_OK && licence->expires_at_s <= licence->not_before_s) {
        status = refuse(error, "exp", "is not after its 'nbf'");
    }
    return status;
}

static entitle_status
read_seats(entitle_licence *licence, entitle_error *error)
{
    const ent_json *value = ent_json_member(licence->json, "seats");
    int64_t seats = 0;

    if (value == NULL) {
        return ENTITLE_OK;
    }
    if (!to_integer(value, INT32_MAX, &seats) || seats == 0) {
        return refuse(error, "seats", "is no whole number from 1 to 2147483647");
    }
    licence->has_seats = true;
    licence->seats = (uint32_t)seats;
    return ENTITLE_OK;
}

static bool
is_feature(const char *text)
{
    return text != NULL && strlen(text) <= ENT_LICENCE_FEATURE_MAX &&
           ent_text_is_visible_ascii(text);
}

static entitle_status
read_features(entitle_licence *licence, entitle_error *error)
{
    const ent_json *list = ent_json_member(licence->json, "features");

    if (list != NULL && !ent_json_is_array(list)) {
        return refuse(error, "features", "is not a list");
    }
    for (const ent_json *item = ent_json_first(list); item != NULL;
         item = ent_json_next(item)) {
        const char *feature = ent_json_string(item);

        if (licence->feature_count == ENT_LICENCE_FEATURE_COUNT_MAX) {
            return refuse(error, "features", "holds more than 64");
        }
        if (!is_feature(feature)) {
            return refuse(
                error,
                "features",
                "holds something else than words of 1 to 64 visible ASCII characters");
        }
        if (entitle_licence_has_feature(licence, feature)) {
            return refuse(error, "features", "names one twice");
        }
        licence->features[licence->feature_count++] = feature;
    }
    return ENTITLE_OK;
}

static entitle_status
read_binding(entitle_licence *licence, entitle_error *error)
{
    entitle_status status = read_text(
        licence, "account", ENT_LICENCE_ACCOUNT_SIZE, &licence->account, error);

    if (status == ENTITLE_OK && licence->account != NULL &&
        strspn(licence->account, DIGITS) != ENT_LICENCE_ACCOUNT_SIZE) {
        status = refuse(error, "account", "is not the 12 digits of an AWS account");
    }
    if (status == ENTITLE_OK) {
        status =
            read_text(licence, "host", ENT_LICENCE_HOST_MAX, &licence->host, error);
    }
    if (status == ENTITLE_OK && licence->host != NULL &&
        !ent_text_is_visible_ascii(licence->host)) {
        status = refuse(error, "host", "holds something else than visible ASCII");
    }
    return status;
}

/* One text, two readers: where they differ, someone has found a gap between them. */
static entitle_status
compare_readings(
    const ent_signed_licence *payload,
    const entitle_licence *licence,
    entitle_error *error)
{
    if (!ent_signed_licence_has_text(payload, "format", ENT_LICENCE_FORMAT) ||
        !ent_signed_licence_has_text(payload, "jti", licence->id) ||
        !ent_signed_licence_has_text(payload, "product", licence->product_code) ||
        !ent_signed_licence_has_text(payload, "licensee", licence->licensee) ||
        !ent_signed_licence_has_text(payload, "account", licence->account) ||
        !ent_signed_licence_has_text(payload, "host", licence->host) ||
        !ent_signed_licence_has_integer(payload, "iat", licence->issued_at_s) ||
        !ent_signed_licence_has_integer(payload, "nbf", licence->not_before_s) ||
        !ent_signed_licence_has_integer(payload, "exp", licence->expires_at_s)) {
        ent_fail(
            error, ENTITLE_BAD_PAYLOAD, "two readers of the licence's payload differ");
        ent_hint(error, "ask the seller for a licence made by entitle-licence-issue");
        return ENTITLE_BAD_PAYLOAD;
    }
    return ENTITLE_OK;
}

static entitle_status
read_all(
    const ent_signed_licence *payload, entitle_licence *licence, entitle_error *error)
{
    static entitle_status (*const readers[])(
        entitle_licence * licence, entitle_error * error) = {
        read_names, read_dates, read_seats, read_features, read_binding,
    };
    const char *format = ent_json_string(ent_json_member(licence->json, "format"));

    if (format == NULL || strcmp(format, ENT_LICENCE_FORMAT) != 0) {
        return refuse(
            error, "format", "is not " ENT_LICENCE_FORMAT ", which this program reads");
    }
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
        entitle_status status = readers[i](licence, error);
        if (status != ENTITLE_OK) {
            return status;
        }
    }
    return compare_readings(payload, licence, error);
}

entitle_status
ent_licence_claims_read(
    const ent_signed_licence *payload, entitle_licence *out, entitle_error *error)
{
    ent_json_fault fault;

    *out = (entitle_licence){
        .text = payload->text,
        .json = ent_json_parse_object(payload->text, payload->length, &fault),
    };
    if (out->json == NULL && fault.out_of_memory) {
        return ent_fail_memory(error);
    }
    if (out->json == NULL) {
        ent_fail(
            error,
            ENTITLE_BAD_PAYLOAD,
            "the licence's payload is not acceptable JSON: %s",
            fault.reason);
        ent_hint(error, "ask the seller for a licence made by entitle-licence-issue");
        return ENTITLE_BAD_PAYLOAD;
    }
    return read_all(payload, out, error);
}

void
ent_licence_claims_clear(entitle_licence *licence)
{
    ent_json_free(licence->json);
    *licence = (entitle_licence){ .json = NULL };
}
