/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/examination.h"

#include <stddef.h>

static void
judge(
    const ent_examination *examination,
    const char *check,
    const entitle_decision *decision)
{
    entitle_diagnosis *diagnosis = examination->diagnosis;
    const char *reason = entitle_status_name(entitle_decision_reason(decision));
    const char *hint = entitle_decision_hint(decision);

    if (entitle_decision_verdict(decision) == ENTITLE_VERDICT_ENTITLED) {
        ent_find_ok(
            diagnosis, check, "%s: %s", reason, entitle_decision_message(decision));
    } else {
        ent_find_failure(
            diagnosis,
            check,
            hint != NULL && hint[0] != '\0' ? hint
                                            : "mend what the findings above name",
            "%s: %s",
            reason,
            entitle_decision_message(decision));
    }
    for (size_t i = 0; i < entitle_decision_warning_count(decision); i++) {
        ent_find_warning(
            diagnosis,
            check,
            "see the reason in the documentation of errors",
            "%s",
            entitle_decision_warning_at(decision, i));
    }
}

void
ent_examine_answer(ent_examination *examination)
{
    const char *check = examination->route == ENTITLE_ROUTE_METER_USAGE
                            ? "meter-usage"
                            : "register-usage";
    entitle_gate_options options = *examination->gate;
    entitle_decision *decision = NULL;
    entitle_error error;

    options.runtime = examination->runtime;
    options.deadline_ms = ent_deadline_left_ms(&examination->deadline);
    if (options.deadline_ms == 0) {
        options.deadline_ms = 1;
    }
    if (entitle_gate_check(&options, &decision, &error) == ENTITLE_OK) {
        judge(examination, check, decision);
    } else {
        ent_find_error(examination->diagnosis, check, &error);
    }
    entitle_decision_free(decision);
}
