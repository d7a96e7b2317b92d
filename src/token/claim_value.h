/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_TOKEN_CLAIM_VALUE_H
#define ENT_TOKEN_CLAIM_VALUE_H

#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What a single claim says. Each is false for a value of any other kind, and for NULL.
 */

/* An integer from 1 to 2,147,483,647, or the same as a decimal string. */
bool ent_claim_version(const ent_json *json, uint32_t *out);

/* Epoch seconds from 1970 to 9999, or ISO 8601. */
bool ent_claim_time(const ent_json *json, int64_t *out_s);

typedef enum ent_claim_kind {
    ENT_CLAIM_TEXT,
    ENT_CLAIM_VERSION,
    ENT_CLAIM_TIME
} ent_claim_kind;

/* Whether two values of a claim of that kind say the same, however they are written. */
bool ent_claim_values_agree(
    ent_claim_kind kind, const ent_json *left, const ent_json *right);

#endif
