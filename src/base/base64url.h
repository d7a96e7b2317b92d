/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_BASE64URL_H
#define ENT_BASE_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes `length` characters hold when decoded. */
size_t ent_base64url_decoded_size(size_t length);

/*
 * Decodes base64url without padding (RFC 4648 §5, RFC 7515 §2) into `out`, which has
 * room for ent_base64url_decoded_size(). Only the canonical form is accepted: no other
 * character, no
 * "=", no length of 1 modulo 4, and the unused bits of the last character zero. So
 * there is exactly one text for each byte string, and a token cannot be altered without
 * breaking it.
 */
bool ent_base64url_decode(
    const char *text, size_t length, unsigned char *out, size_t *out_length);

/* Encodes into `out`, which has room for (length * 4 + 2) / 3 characters and a NUL. */
void ent_base64url_encode(const unsigned char *bytes, size_t length, char *out);

#endif
