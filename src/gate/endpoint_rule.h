/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_ENDPOINT_RULE_H
#define ENT_GATE_ENDPOINT_RULE_H

#include "gate/settings.h"
#include "metering/client.h"

#include <stdbool.h>

/*
 * Whether a sealed build may speak to whom the client settled on, and on whose word it
 * takes that for AWS; ENTITLE_SEALED otherwise. A build that is not sealed may.
 */
ENTITLE_CHECKED entitle_status ent_gate_check_endpoint(
    const ent_gate_settings *settings,
    const entitle_metering *metering,
    entitle_error *error);

/* Whether TLS has to prove that the answer is one of AWS's. */
bool ent_gate_is_aws(const entitle_metering *metering);

#endif
