/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ISSUER_LICENCE_TEXT_H
#define ISSUER_LICENCE_TEXT_H

#include "base/buffer.h"
#include "issuer/request.h"
#include "issuer/signing_key.h"

/* Writes and signs the licence: a compact JWS. False when OpenSSL or memory fails. */
bool licence_text_append(
    const issuer_request *request, const signing_key *key, ent_buffer *out);

#endif
