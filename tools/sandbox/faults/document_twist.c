/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/document_twist.h"

#include <string.h>

/* White space, which JSON and XML allow at the end: only the length is wrong. */
enum { PADDING_BYTES = 1024 * 1024, PADDING_LINE = 64 };

static const char *const twist_names[DOCUMENT_TWIST_COUNT] = {
    [DOCUMENT_HALF] = "half",
    [DOCUMENT_HUGE] = "huge",
    [DOCUMENT_NOT_JSON] = "not_json",
    [DOCUMENT_NOT_XML] = "not_xml",
    [DOCUMENT_XML_ENTITIES] = "xml_entities",
    [DOCUMENT_CODE_NOT_SUCCESS] = "code_not_success",
    [DOCUMENT_EXPIRED] = "expired",
    [DOCUMENT_MISSING_EXPIRATION] = "missing_expiration",
    [DOCUMENT_MISSING_TOKEN] = "missing_token",
};

const char *
document_twist_name(document_twist twist)
{
    return twist_names[twist];
}

bool
document_twist_find(const char *name, document_twist *out)
{
    for (size_t i = DOCUMENT_HONEST + 1; i < DOCUMENT_TWIST_COUNT; i++) {
        if (strcmp(twist_names[i], name) == 0) {
            *out = (document_twist)i;
            return true;
        }
    }
    return false;
}

static void
pad(ent_buffer *document)
{
    char line[PADDING_LINE];
    memset(line, ' ', sizeof(line));
    for (size_t i = 0; i < PADDING_BYTES / PADDING_LINE; i++) {
        ent_buffer_append(document, line, sizeof(line));
    }
}

void
document_twist_apply(document_twist twist, ent_buffer *document)
{
    switch (twist) {
    case DOCUMENT_HALF:
        document->length /= 2;
        break;
    case DOCUMENT_HUGE:
        pad(document);
        break;
    case DOCUMENT_NOT_JSON:
    case DOCUMENT_NOT_XML:
        ent_buffer_clear(document);
        ent_buffer_append_text(document, "Please sign in to the guest network.\n");
        break;
    default:
        break;
    }
}
