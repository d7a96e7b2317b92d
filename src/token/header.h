/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_TOKEN_HEADER_H
#define ENT_TOKEN_HEADER_H

#include "base/json.h"

#include <entitle/error.h>

#include <stddef.h>

/* The JOSE header (RFC 7515 §4). Chosen by whoever made the token, so never trusted. */
typedef struct ent_header {
    ent_json *json;
    const char *algorithm; /* NULL where absent or not a string; `json` keeps both */
    const char *type;
} ent_header;

/*
 * Whether a header is acceptable: ENTITLE_ALGORITHM_NOT_ALLOWED, ENTITLE_BAD_HEADER, or
 * no memory. Clear it in either case.
 */
ENTITLE_CHECKED entitle_status
ent_header_read(const char *text, size_t length, ent_header *out, entitle_error *error);
void ent_header_clear(ent_header *header);

#endif
