/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_ASK_H
#define ENT_GATE_ASK_H

#include "base/deadline.h"
#include "base/random.h"
#include "gate/decision.h"
#include "gate/settings.h"

#include <entitle/metering.h>

/* What AWS was asked and what came back; nothing of it is verified yet. */
typedef struct ent_gate_answer {
    uint32_t key_version;
    char nonce[ENT_NONCE_SIZE];
    entitle_registration *registration;
} ent_gate_answer;

/*
 * Asks with a fresh nonce; where the service does not know the key version, and the
 * version was not named, with the next older one that is held. Notes attempts and
 * warnings in `decision`. `answer` is to be cleared after success only.
 */
ENTITLE_CHECKED entitle_status ent_gate_ask(
    const ent_gate_settings *settings,
    entitle_metering *metering,
    const ent_deadline *deadline,
    entitle_decision *decision,
    ent_gate_answer *answer,
    entitle_error *error);
void ent_gate_answer_clear(ent_gate_answer *answer);

#endif
