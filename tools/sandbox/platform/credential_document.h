/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CREDENTIAL_DOCUMENT_H
#define SANDBOX_CREDENTIAL_DOCUMENT_H

#include "play/call.h"
#include "state/sessions.h"

/*
 * Answers with the JSON document in which ECS, EKS and the instance metadata hand out
 * credentials, spoilt where a fault asks for it. `first_members` stands before the
 * credentials and is either "" or ends with a comma.
 */
void credential_document_answer(
    sandbox_call *call, const char *first_members, const sandbox_session *session);

#endif
