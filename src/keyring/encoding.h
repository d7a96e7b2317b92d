/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_KEYRING_ENCODING_H
#define ENT_KEYRING_ENCODING_H

#include "base/buffer.h"

#include <entitle/error.h>

#include <stddef.h>

/* At most 64 KiB are looked at. */
enum { ENT_KEY_TEXT_MAX = 65536 };

/* What the key travels in. Its shape inside is told by ent_rsa_key_form(). */
typedef enum ent_key_envelope {
    ENT_ENVELOPE_DER,
    ENT_ENVELOPE_PEM,
    ENT_ENVELOPE_PEM_CRLF,
    ENT_ENVELOPE_PEM_ESCAPED, /* line ends written as the two characters "\n" */
    ENT_ENVELOPE_BASE64_PEM,
    ENT_ENVELOPE_BASE64_DER,
    ENT_ENVELOPE_COUNT
} ent_key_envelope;

typedef struct ent_key_encoding {
    ent_key_envelope envelope;
    const char *promised_form; /* by the PEM label; NULL where there is none */
} ent_key_encoding;

/*
 * Takes the DER out of what a seller has, into `der`, which is empty. The DER is not
 * judged here, except by its PEM label. ENTITLE_KEYS_UNUSABLE, or no memory.
 */
ENTITLE_CHECKED entitle_status ent_key_encoding_open(
    const void *bytes,
    size_t length,
    ent_buffer *der,
    ent_key_encoding *out,
    entitle_error *error);

/* "SubjectPublicKeyInfo PEM" and so on. Static storage. */
const char *ent_key_encoding_name(ent_key_envelope envelope, const char *form);

#endif
