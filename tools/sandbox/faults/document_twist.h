/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_DOCUMENT_TWIST_H
#define SANDBOX_DOCUMENT_TWIST_H

#include "base/buffer.h"

#include <stdbool.h>

/* What can be wrong with a document of the platform; zero: nothing. */
typedef enum document_twist {
    DOCUMENT_HONEST = 0,
    DOCUMENT_HALF,
    DOCUMENT_HUGE,
    DOCUMENT_NOT_JSON,
    DOCUMENT_NOT_XML,
    DOCUMENT_XML_ENTITIES,
    DOCUMENT_CODE_NOT_SUCCESS,
    DOCUMENT_EXPIRED,
    DOCUMENT_MISSING_EXPIRATION,
    DOCUMENT_MISSING_TOKEN,
    DOCUMENT_TWIST_COUNT
} document_twist;

/* "half"; NULL for DOCUMENT_HONEST. */
const char *document_twist_name(document_twist twist);
bool document_twist_find(const char *name, document_twist *out);

/* Cuts, pads or replaces a document that is otherwise complete. */
void document_twist_apply(document_twist twist, ent_buffer *document);

#endif
