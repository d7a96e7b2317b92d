/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DECISION_OUTPUT_H
#define CLI_DECISION_OUTPUT_H

#include "console/failure.h"

#include <entitle/gate.h>

/*
 * What is told about a decision: the gate's own, or, where it came to none, why. Only
 * borrows.
 */
typedef struct decision_view {
    const entitle_decision *decision; /* NULL: none was reached */
    entitle_status reason;
    const char *message;
    const char *hint; /* may be NULL or empty */
    int exit_status;
} decision_view;

decision_view decision_view_of(const entitle_decision *decision);
decision_view decision_view_of_error(const entitle_error *error);
decision_view decision_view_of_failure(const cli_failure *failure);

/* The decision object, to be freed by free(); NULL for want of memory. */
char *decision_json(const decision_view *view);

/* As lines: what is known, on standard output. */
void decision_print_facts(const decision_view *view);

/* As lines: warnings, and for a refusal the cause and the remedy, on standard error. */
void decision_print_notes(const decision_view *view);

/* Leaves a refusal in the container's termination log. */
void decision_log_refusal(const decision_view *view);

#endif
