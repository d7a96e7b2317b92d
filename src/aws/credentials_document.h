/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_CREDENTIALS_DOCUMENT_H
#define ENT_AWS_CREDENTIALS_DOCUMENT_H

#include "base/buffer.h"

#include <entitle/credentials.h>

enum { ENT_CREDENTIALS_DOCUMENT_LIMIT = 10000 };

/*
 * Reads what container endpoints and instance metadata hand out: a JSON object with
 * AccessKeyId, SecretAccessKey, Token and Expiration, all four. One whose `Code` is
 * there and not "Success" is an error in spite of its HTTP status:
 * ENTITLE_CONFIGURATION with its words. Else ENTITLE_BAD_RESPONSE for what is not such
 * a document. That it has expired is for the caller to judge.
 */
ENTITLE_CHECKED entitle_status ent_credentials_document_read(
    const ent_buffer *json,
    entitle_credentials_kind kind,
    entitle_credentials *out,
    entitle_error *error);

#endif
