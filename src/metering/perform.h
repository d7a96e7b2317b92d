/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_PERFORM_H
#define ENT_METERING_PERFORM_H

#include "metering/client.h"

/*
 * ent_json_call_perform() within the client's deadline, and with what only the client
 * knows added to the remedy: which Region, whose credentials, which IAM action.
 * `call->deadline` is set here.
 */
ENTITLE_CHECKED entitle_status ent_metering_perform(
    entitle_metering *metering,
    ent_json_call *call,
    ent_json_answer *answer,
    entitle_error *error);

#endif
