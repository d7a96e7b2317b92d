/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_LICENCE_H
#define ENT_GATE_LICENCE_H

#include "gate/decision.h"
#include "gate/seal.h"
#include "gate/settings.h"

/*
 * The route licence-file: who judges licences is asked in place of AWS, and nothing but
 * ENTITLE_VERIFIED opens.
 */
void ent_gate_judge_licence(
    const entitle_gate_options *options,
    const ent_gate_settings *settings,
    const ent_seal *seal,
    entitle_decision *decision);

#endif
