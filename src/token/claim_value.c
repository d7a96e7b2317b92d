/* SPDX-License-Identifier: Apache-2.0 */
#include "token/claim_value.h"

#include "base/text.h"
#include "base/timestamp.h"

#include <string.h>

bool
ent_claim_version(const ent_json *json, uint32_t *out)
{
    const char *text = ent_json_string(json);
    uint64_t integer = 0;
    double number = 0;

    if (text != NULL) {
        if (!ent_text_to_unsigned(text, strlen(text), INT32_MAX, &integer)) {
            return false;
        }
    } else {
        if (!ent_json_number(json, &number) || !(number >= 0 && number <= INT32_MAX)) {
            return false;
        }
        integer = (uint64_t)number;
        /* A fraction would have been lost. */
        if ((double)integer < number) {
            return false;
        }
    }
    *out = (uint32_t)integer;
    return integer > 0;
}

bool
ent_claim_time(const ent_json *json, int64_t *out_s)
{
    /* 9999-12-31T23:59:59Z. A larger number is not in seconds. */
    const double latest_s = 253402300799.0;
    const char *text = ent_json_string(json);
    double number = 0;

    if (text != NULL) {
        return ent_timestamp_parse_iso(text, out_s);
    }
    if (!ent_json_number(json, &number) || !(number >= 0 && number <= latest_s)) {
        return false;
    }
    *out_s = (int64_t)number;
    return true;
}

static bool
texts_agree(const ent_json *left, const ent_json *right)
{
    const char *left_text = ent_json_string(left);
    const char *right_text = ent_json_string(right);

    return left_text != NULL && right_text != NULL &&
           strcmp(left_text, right_text) == 0;
}

static bool
versions_agree(const ent_json *left, const ent_json *right)
{
    uint32_t left_version = 0;
    uint32_t right_version = 0;

    return ent_claim_version(left, &left_version) &&
           ent_claim_version(right, &right_version) && left_version == right_version;
}

static bool
times_agree(const ent_json *left, const ent_json *right)
{
    int64_t left_s = 0;
    int64_t right_s = 0;

    return ent_claim_time(left, &left_s) && ent_claim_time(right, &right_s) &&
           left_s == right_s;
}

bool
ent_claim_values_agree(ent_claim_kind kind, const ent_json *left, const ent_json *right)
{
    if ((ent_json_is_null(left) && ent_json_is_null(right)) ||
        texts_agree(left, right)) {
        return true;
    }
    switch (kind) {
    case ENT_CLAIM_VERSION:
        return versions_agree(left, right);
    case ENT_CLAIM_TIME:
        return times_agree(left, right);
    default:
        return false;
    }
}
