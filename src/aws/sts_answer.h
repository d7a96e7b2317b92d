/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_STS_ANSWER_H
#define ENT_AWS_STS_ANSWER_H

#include "aws/service_error.h"

#include <stdbool.h>
#include <stddef.h>

/* An answer of STS has a few hundred bytes, and a session token. */
enum { ENT_STS_ANSWER_LIMIT = 10000 };

/* What of an answer matters here. Each text is "" where the answer does not have it. */
typedef struct ent_sts_answer {
    char access_key_id[129];
    char secret_access_key[257];
    char session_token[ENT_STS_ANSWER_LIMIT + 1];
    char expiration[40];
    ent_service_error error;
    char request_id[64];
} ent_sts_answer;

/*
 * Reads the XML of AssumeRole and AssumeRoleWithWebIdentity, successes and errors. What
 * is not well-formed, has a document type (and so could define entities), says a thing
 * twice, or is longer than ENT_STS_ANSWER_LIMIT is refused: NULL after success, else a
 * static sentence part. Wipe `out` in any case.
 */
const char *ent_sts_answer_read(const char *xml, size_t length, ent_sts_answer *out);

#endif
