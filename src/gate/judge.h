/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_JUDGE_H
#define ENT_GATE_JUDGE_H

#include "gate/ask.h"
#include "gate/decision.h"
#include "gate/settings.h"

/*
 * Turns an answer into a decision: verifies the token at `at_s` and, if it holds, opens
 * the gate; the only place that can. ENTITLE_OK also where the token is refused: then
 * the decision says so.
 */
ENTITLE_CHECKED entitle_status ent_gate_judge(
    const ent_gate_settings *settings,
    const ent_gate_answer *answer,
    int64_t at_s,
    entitle_decision *decision,
    entitle_error *error);

#endif
