/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_INSTANCE_QUESTION_H
#define ENT_AWS_INSTANCE_QUESTION_H

#include "aws/credentials_source.h"

#include <entitle/transport.h>

/* Finds something out about this task, pod or instance. */
typedef entitle_status ent_instance_question(
    const ent_credentials_request *request, char *out, entitle_error *error);

/*
 * Asks with the ordinary runtime and transport where `runtime` and `transport` are
 * NULL, and for 3 s at most.
 */
ENTITLE_CHECKED entitle_status ent_instance_ask(
    const entitle_runtime *runtime,
    const entitle_transport *transport,
    ent_instance_question *question,
    char *out,
    entitle_error *error);

#endif
