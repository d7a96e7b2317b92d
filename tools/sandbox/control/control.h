/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CONTROL_H
#define SANDBOX_CONTROL_H

#include "state/sandbox.h"
#include "wire/answer.h"
#include "wire/fields.h"
#include "wire/request.h"

#include <stdbool.h>

/*
 * The control interface under /_sandbox/: JSON in and out, for programs on this machine
 * only. What is not understood is refused with {"error":"…"}.
 */
bool control_is_for(const sandbox_request *request);
void control_answer(
    sandbox_core *sandbox, const sandbox_request *request, sandbox_answer *answer);

/*
 * One request each. `fields` stands on the body, which is {} where it was empty, and
 * for a GET on its query: calls?after=7 is {"after":7}. A handler either writes a body
 * or leaves a fault in `fields`, which becomes a 400.
 */
typedef void
control_handler(sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer);

control_handler control_state;
control_handler control_calls;
control_handler control_records;
control_handler control_subscription;
control_handler control_clock;
control_handler control_identity;
control_handler control_rotate_keys;
control_handler control_set_faults;
control_handler control_reset;

#endif
