/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_GATE_OUTCOME_H
#define CLI_GATE_OUTCOME_H

#include "decision_output.h"

#include <entitle/gate.h>

/* Where a command writes the decision under --json. */
typedef enum json_place { JSON_TO_STDOUT, JSON_TO_STDERR } json_place;

/* What came of asking, and what the view borrows from. */
typedef struct gate_outcome {
    decision_view view;
    entitle_decision *decision;
    entitle_error error;
    char *last_words; /* lent to interrupt_set_last_words() */
} gate_outcome;

/*
 * Asks with these options and the program's own runtime: the log of --verbose, and
 * SIGTERM and SIGINT, which win over any answer. The last words of a process that such
 * a signal ends are set; whoever tells the outcome takes them back first.
 */
void
gate_outcome_ask(entitle_gate_options *options, json_place place, gate_outcome *out);

/* Only after the last words were taken back. */
void gate_outcome_clear(gate_outcome *outcome);

#endif
