/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LICENCE_HEADER_H
#define ENT_LICENCE_HEADER_H

#include "base/json.h"
#include "crypto/signer_key.h"

#include <entitle/error.h>

#include <stddef.h>

/* The header of a licence. Chosen by whoever wrote the file, so never trusted. */
typedef struct ent_licence_header {
    ent_json *json;
    ent_signer_algorithm algorithm;
    const char *key_id; /* written as an id has to be; `json` keeps it */
} ent_licence_header;

/*
 * Pins the algorithm before anything else reads the licence.
 * ENTITLE_ALGORITHM_NOT_ALLOWED, ENTITLE_BAD_HEADER, or no memory. Clear it in either
 * case.
 */
ENTITLE_CHECKED entitle_status ent_licence_header_read(
    const char *text, size_t length, ent_licence_header *out, entitle_error *error);
void ent_licence_header_clear(ent_licence_header *header);

#endif
