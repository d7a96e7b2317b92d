/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_STS_CALL_H
#define ENT_AWS_STS_CALL_H

#include "aws/credentials.h"
#include "aws/credentials_source.h"
#include "base/buffer.h"

/* One question to AWS STS: a form, signed or not. */
typedef struct ent_sts_call {
    const ent_credentials_request *request;
    const char *action;
    const ent_buffer *form;
    const entitle_credentials *signer; /* NULL: not signed */
    const char *confidential;          /* what no error may quote; NULL: nothing */
    entitle_credentials_kind kind;     /* of the credentials that it gives */
} ent_sts_call;

/*
 * Asks up to three times, within the deadline, where STS or the identity provider
 * behind it cannot be reached; a date that STS refuses is corrected once. `error` says
 * what STS said.
 */
ENTITLE_CHECKED entitle_status ent_sts_call_perform(
    const ent_sts_call *call, entitle_credentials *out, entitle_error *error);

#endif
