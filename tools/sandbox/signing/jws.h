/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_JWS_H
#define SANDBOX_JWS_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* A part of a compact JWS (RFC 7515 §2). */
bool jws_append_base64url(ent_buffer *out, const void *bytes, size_t length);

#endif
