/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_JUDGE_H
#define ENT_GATE_JUDGE_H

#include "gate/ask.h"
#include "gate/decision.h"
#include "gate/settings.h"

/*
 * Turns an answer into a decision: verifies the token at `at_s` and, if it holds, opens
 * the gate; only this file can. ENTITLE_OK also where the token is refused: then the
 * decision says so.
 */
ENTITLE_CHECKED entitle_status ent_gate_judge(
    const ent_gate_settings *settings,
    const ent_gate_answer *answer,
    int64_t at_s,
    entitle_decision *decision,
    entitle_error *error);

/*
 * The same for what MeterUsage answered to a dry run. Opens for
 * ENTITLE_DRY_RUN_ACCEPTED, which nothing proves but TLS; any other status is handed
 * back with its error. The success of real usage is not a success here.
 */
ENTITLE_CHECKED entitle_status ent_gate_judge_dry_run(
    entitle_status answer, entitle_decision *decision, entitle_error *error);

#endif
