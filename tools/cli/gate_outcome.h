/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_GATE_OUTCOME_H
#define CLI_GATE_OUTCOME_H

#include "decision_output.h"

#include <entitle/gate.h>

/* What came of asking, and what the view borrows from. */
typedef struct gate_outcome {
    decision_view view;
    entitle_decision *decision;
    entitle_error error;
} gate_outcome;

/*
 * Asks with these options and the program's own runtime: the log of --verbose, and
 * SIGTERM and SIGINT, which win over any answer.
 */
void gate_outcome_ask(entitle_gate_options *options, gate_outcome *out);

void gate_outcome_clear(gate_outcome *outcome);

/* What is to be told when a signal came before anything was decided. */
decision_view gate_outcome_interrupted(void);

#endif
