/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STS_ANSWER_H
#define SANDBOX_STS_ANSWER_H

#include "platform/sts_input.h"
#include "platform/web_identity.h"
#include "play/call.h"
#include "state/sessions.h"

/* The XML of STS. */

call_error_writer sts_answer_error;

/* `identity` is NULL where no web identity was asked for. */
void sts_answer_role(
    sandbox_call *call,
    const char *action,
    const sts_input *input,
    const web_identity *identity,
    const sandbox_session *session);

#endif
