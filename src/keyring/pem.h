/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_KEYRING_PEM_H
#define ENT_KEYRING_PEM_H

#include "base/buffer.h"

#include <entitle/error.h>

#include <stdbool.h>
#include <stddef.h>

/* A stretch of somebody else's text. */
typedef struct ent_stretch {
    const char *text;
    size_t length;
} ent_stretch;

/* One stretch without the ASCII white space around it. */
ent_stretch ent_stretch_trim(ent_stretch stretch);

/* Whether `bytes` begin as PEM does (RFC 7468 §2). */
bool ent_pem_begins(ent_stretch stretch);

/*
 * Reads text that is one PEM block of a public key, with nothing around it but white
 * space: appends its DER to `der`, and says in `*form` what the label promises.
 */
ENTITLE_CHECKED entitle_status ent_pem_open(
    ent_stretch text, ent_buffer *der, const char **form, entitle_error *error);

/*
 * Appends what base64 with padding (RFC 4648 §4) says, broken by any white space. False
 * when it is not that, or for want of memory, which `der->failed` tells.
 */
bool ent_base64_open(ent_stretch base64, ent_buffer *der);

#endif
