/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/licence.h"

#include "base/error.h"
#include "base/line.h"
#include "base/options.h"

#include <string.h>

static entitle_status
find_judge(
    const entitle_gate_options *options,
    entitle_licence_judge *out,
    entitle_error *error)
{
    if (options->licence == NULL) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the route licence-file needs someone who judges licences");
        ent_hint(
            error,
            "call entitle_licence_check() of libentitle-licence, or use the program "
            "entitle-licence");
        return ENTITLE_CONFIGURATION;
    }
    if (!ent_options_copy(out, sizeof(*out), options->licence) || out->judge == NULL) {
        return ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "entitle_licence_judge has a struct_size of another version, or no judge");
    }
    return ENTITLE_OK;
}

/* ENTITLE_VERIFIED, or why not. */
static entitle_status
ask(const entitle_gate_options *options,
    const ent_gate_settings *settings,
    const ent_seal *seal,
    const entitle_runtime *runtime,
    entitle_licence_answer *answer,
    entitle_error *error)
{
    bool is_sealed = seal->product_code != NULL;
    const entitle_licence_question question = {
        .struct_size = sizeof(question),
        .product_code = settings->product_code,
        .runtime = runtime,
        .sealed_keys = is_sealed ? seal->licence_keys : NULL,
        .sealed_key_count = is_sealed ? seal->licence_key_count : 0,
    };
    entitle_licence_judge judge;
    entitle_status status = find_judge(options, &judge, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    status = judge.judge(judge.context, &question, answer, error);
    /* Success that is not said with the one word for it is none. */
    return status == ENTITLE_OK
               ? ent_fail(error, ENTITLE_INTERNAL_ERROR, "the licence was not judged")
               : status;
}

void
ent_gate_judge_licence(
    const entitle_gate_options *options,
    const ent_gate_settings *settings,
    const ent_seal *seal,
    entitle_decision *decision)
{
    entitle_licence_answer answer = { .struct_size = sizeof(answer) };
    entitle_error error = { .status = ENTITLE_INTERNAL_ERROR };

    decision->source = "licence-file";
    error.status = ask(options, settings, seal, &decision->runtime, &answer, &error);
    if (error.status != ENTITLE_VERIFIED) {
        ent_decision_refuse(decision, &error);
        return;
    }
    decision->verdict = ENTITLE_VERDICT_ENTITLED;
    decision->reason = ENTITLE_VERIFIED;
    decision->has_issued_at = true;
    decision->issued_at_s = answer.issued_at_s;
    ent_line_format(decision->message, sizeof(decision->message), "%s", answer.message);
    if (answer.warning[0] != '\0') {
        ent_warn(&decision->warnings, "%s", answer.warning);
    }
}
