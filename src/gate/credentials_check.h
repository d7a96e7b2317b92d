/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_CREDENTIALS_CHECK_H
#define ENT_GATE_CREDENTIALS_CHECK_H

#include "base/deadline.h"
#include "gate/decision.h"
#include "gate/settings.h"
#include "metering/client.h"

/*
 * Says before the call what AWS is likely to answer to these credentials; `*doubt` is
 * NULL where nothing speaks against them. Who cannot be reached is asked again by the
 * call, which retries.
 */
ENTITLE_CHECKED entitle_status ent_gate_check_credentials(
    const entitle_gate_options *options,
    const ent_gate_settings *settings,
    const entitle_metering *metering,
    const ent_deadline *deadline,
    entitle_decision *decision,
    const char **doubt,
    entitle_error *error);

/* What AWS answers to credentials of a wrong kind does not name them. */
void
ent_gate_explain_refusal(const char *doubt, entitle_route route, entitle_error *error);

#endif
