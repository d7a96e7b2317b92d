/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_DRY_RUN_H
#define ENT_GATE_DRY_RUN_H

#include "base/deadline.h"
#include "gate/decision.h"
#include "gate/settings.h"

#include <entitle/metering.h>

/*
 * Asks AWS by a MeterUsage that meters nothing: no units, now, as a dry run. The status
 * is for ent_gate_judge_dry_run(): ENTITLE_DRY_RUN_ACCEPTED is the only yes. Notes
 * attempts and request id in `decision`.
 */
ENTITLE_CHECKED entitle_status ent_gate_ask_dry_run(
    const ent_gate_settings *settings,
    entitle_metering *metering,
    const ent_deadline *deadline,
    entitle_decision *decision,
    entitle_error *error);

#endif
