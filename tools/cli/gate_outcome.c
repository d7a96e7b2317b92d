/* SPDX-License-Identifier: Apache-2.0 */
#include "gate_outcome.h"

#include "console/exit_status.h"
#include "console/interrupt.h"
#include "console/library_log.h"
#include "console/output.h"

#include <stdlib.h>
#include <string.h>

#define INTERRUPTED "interrupted before a decision was reached"

static decision_view
view_of_interruption(void)
{
    return (decision_view){
        .reason = ENTITLE_INTERRUPTED,
        .message = INTERRUPTED,
        .exit_status = EX_SIGNAL + interrupt_signal(),
    };
}

/* Made ahead, since a signal handler can only write what is there. */
static char *
prepare_last_words(json_place place)
{
    static const char notes[] = "entitle: error: " INTERRUPTED "\n";
    const decision_view view = view_of_interruption();
    char *json = output_get_mode()->json ? decision_json(&view) : NULL;

    if (output_get_mode()->quiet) {
        return json;
    }
    if (place == JSON_TO_STDOUT) {
        interrupt_set_last_words(json, notes);
    } else {
        interrupt_set_last_words(NULL, json != NULL ? json : notes);
    }
    return json;
}

/* A signal that came with the answer wins: whoever sent it wants no start. */
static decision_view
view_of(const gate_outcome *outcome)
{
    if (interrupt_signal() != 0 &&
        entitle_decision_reason(outcome->decision) != ENTITLE_INTERRUPTED) {
        return view_of_interruption();
    }
    if (outcome->decision == NULL) {
        return decision_view_of_error(&outcome->error);
    }
    return decision_view_of(outcome->decision);
}

void
gate_outcome_ask(entitle_gate_options *options, json_place place, gate_outcome *out)
{
    const entitle_runtime runtime = {
        .struct_size = sizeof(runtime),
        .log = library_log_debug,
        .interrupted = interrupt_is_pending,
    };

    memset(out, 0, sizeof(*out));
    out->last_words = prepare_last_words(place);
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
    free(outcome->last_words);
    outcome->last_words = NULL;
}
