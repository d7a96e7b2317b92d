/* SPDX-License-Identifier: Apache-2.0 */
#include "gate_outcome.h"

#include "exit_status.h"
#include "interrupt.h"
#include "library_log.h"

#include <string.h>

decision_view
gate_outcome_interrupted(void)
{
    return (decision_view){
        .reason = ENTITLE_INTERRUPTED,
        .message = "interrupted before a decision was reached",
        .exit_status = EX_SIGNAL + interrupt_signal(),
    };
}

/* A signal that came with the answer wins: whoever sent it wants no start. */
static decision_view
view_of(const gate_outcome *outcome)
{
    if (interrupt_signal() != 0 &&
        entitle_decision_reason(outcome->decision) != ENTITLE_INTERRUPTED) {
        return gate_outcome_interrupted();
    }
    if (outcome->decision == NULL) {
        return decision_view_of_error(&outcome->error);
    }
    return decision_view_of(outcome->decision);
}

void
gate_outcome_ask(entitle_gate_options *options, gate_outcome *out)
{
    const entitle_runtime runtime = {
        .struct_size = sizeof(runtime),
        .log = library_log_debug,
        .interrupted = interrupt_is_pending,
    };

    memset(out, 0, sizeof(*out));
    options->runtime = &runtime;
    /* The status says nothing that decision and error do not. */
    (void)!entitle_gate_check(options, &out->decision, &out->error);
    options->runtime = NULL;
    out->view = view_of(out);
}

void
gate_outcome_clear(gate_outcome *outcome)
{
    entitle_decision_free(outcome->decision);
    outcome->decision = NULL;
}
