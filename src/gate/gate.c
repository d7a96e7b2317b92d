/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/line.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/runtime.h"
#include "gate/ask.h"
#include "gate/credentials_check.h"
#include "gate/decision.h"
#include "gate/dry_run.h"
#include "gate/endpoint_rule.h"
#include "gate/judge.h"
#include "gate/licence.h"
#include "gate/settings.h"
#include "metering/client.h"

#include <entitle/gate.h>
#include <entitle/metering.h>

#include <string.h>

/* RegisterUsage, whose answer has to prove itself. */
static entitle_status
ask_to_register(
    const ent_gate_settings *settings,
    entitle_metering *metering,
    const ent_deadline *deadline,
    entitle_decision *decision,
    entitle_error *error)
{
    ent_gate_answer answer;
    int64_t now_ms;
    entitle_status status =
        ent_gate_ask(settings, metering, deadline, decision, &answer, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    ent_line_format(
        decision->request_id,
        sizeof(decision->request_id),
        "%s",
        entitle_registration_request_id(answer.registration));
    now_ms = decision->runtime.wall_ms(decision->runtime.context);
    status = ent_gate_judge(
        settings,
        &answer,
        (now_ms + ent_metering_date_offset_ms(metering)) / 1000,
        decision,
        error);
    ent_gate_answer_clear(&answer);
    return status;
}

static entitle_status
ask_and_judge(
    const entitle_gate_options *options,
    const ent_gate_settings *settings,
    entitle_metering *metering,
    const ent_deadline *deadline,
    entitle_decision *decision,
    entitle_error *error)
{
    const char *doubt = NULL;
    entitle_status status = ent_gate_check_endpoint(settings, metering, error);

    if (status == ENTITLE_OK) {
        status = ent_gate_check_credentials(
            options, settings, metering, deadline, decision, &doubt, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    if (settings->route == ENTITLE_ROUTE_METER_USAGE) {
        status = ent_gate_ask_dry_run(settings, metering, deadline, decision, error);
        status = ent_gate_judge_dry_run(status, decision, error);
    } else {
        status = ask_to_register(settings, metering, deadline, decision, error);
    }
    if (status != ENTITLE_OK) {
        ent_gate_explain_refusal(doubt, settings->route, error);
    }
    return status;
}

/* Makes the client, and keeps what it settled on. */
static entitle_status
check_with_client(
    const entitle_gate_options *options,
    const ent_gate_settings *settings,
    const ent_deadline *deadline,
    entitle_decision *decision,
    entitle_error *error)
{
    int64_t left_ms = ent_deadline_left_ms(deadline);
    const entitle_metering_options client = {
        .struct_size = sizeof(client),
        .runtime = &decision->runtime,
        .transport = options->transport,
        .credentials = options->credentials,
        .region = options->region,
        .endpoint = options->endpoint,
        .deadline_ms = left_ms > 0 ? left_ms : 1,
        .retry = ENTITLE_RETRY_UNTIL_DEADLINE,
    };
    entitle_metering *metering = NULL;
    entitle_status status = entitle_metering_new(&client, &metering, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    memcpy(decision->region, metering->region.name, sizeof(decision->region));
    if (settings->route == ENTITLE_ROUTE_METER_USAGE) {
        decision->source = ent_gate_is_aws(metering) ? "aws" : "sandbox";
    }
    status = ask_and_judge(options, settings, metering, deadline, decision, error);
    if (entitle_metering_credentials_kind(metering) != ENTITLE_CREDENTIALS_UNKNOWN) {
        decision->credentials = entitle_metering_credentials_kind(metering);
    }
    entitle_metering_free(metering);
    return status;
}

/* Only where AWS could not be asked may a seller prefer a start to a refusal. */
static void
start_unverified(entitle_decision *decision)
{
    decision->cause = decision->reason;
    decision->reason = ENTITLE_STARTED_UNVERIFIED;
    ent_warn(
        &decision->warnings,
        "started without an answer from AWS: %s",
        decision->message);
}

/*
 * The key of AWS that will verify; on the other routes there is none, whatever is
 * given.
 */
static void
note_key(
    const entitle_gate_options *options,
    const ent_gate_settings *settings,
    entitle_decision *decision)
{
    if (settings->route == ENTITLE_ROUTE_REGISTER_USAGE) {
        const entitle_key *asked =
            entitle_keyring_find(settings->keyring, settings->key_version);

        decision->key_version = settings->key_version;
        decision->source = entitle_key_is_sandbox(asked) ? "sandbox" : "aws";
    } else if (options->keyring != NULL || options->keys != NULL) {
        ent_warn(
            &decision->warnings,
            "public keys were given and not used: the route %s has no signature of AWS "
            "to verify with them",
            settings->route == ENTITLE_ROUTE_METER_USAGE ? "meter-usage"
                                                         : "licence-file");
    }
}

static void
decide(
    const entitle_gate_options *options,
    const ent_gate_settings *settings,
    const ent_deadline *deadline,
    entitle_decision *decision)
{
    entitle_error error;
    entitle_status status;

    note_key(options, settings, decision);
    if (settings->route == ENTITLE_ROUTE_LICENCE_FILE) {
        ent_gate_judge_licence(options, settings, &ent_seal_compiled_in, decision);
        return;
    }
    status = check_with_client(options, settings, deadline, decision, &error);
    if (status != ENTITLE_OK) {
        ent_decision_refuse(decision, &error);
    }
    if (settings->start_when_unavailable &&
        entitle_status_category(decision->reason) == ENTITLE_CATEGORY_UNAVAILABLE) {
        start_unverified(decision);
    }
}

static void
check(const entitle_gate_options *options, entitle_decision *decision)
{
    const entitle_runtime *runtime = &decision->runtime;
    int64_t started_ms = runtime->monotonic_ms(runtime->context);
    ent_gate_settings settings;
    entitle_error error;
    entitle_status status =
        ent_gate_settle(options, &ent_seal_compiled_in, runtime, &settings, &error);

    decision->sealed = entitle_is_sealed();
    if (settings.product_code != NULL) {
        ent_line_format(
            decision->product_code,
            sizeof(decision->product_code),
            "%s",
            settings.product_code);
    }
    if (status == ENTITLE_OK) {
        const ent_deadline deadline =
            ent_deadline_after(runtime, started_ms, settings.deadline_ms);
        decide(options, &settings, &deadline, decision);
    } else {
        ent_decision_refuse(decision, &error);
    }
    ent_gate_settings_clear(&settings);
    decision->elapsed_ms = runtime->monotonic_ms(runtime->context) - started_ms;
}

entitle_status
entitle_gate_check(
    const entitle_gate_options *options, entitle_decision **out, entitle_error *error)
{
    entitle_gate_options copy;
    entitle_runtime runtime;
    entitle_status status;

    if (out == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "there is no place for a decision");
    }
    *out = NULL;
    if (options == NULL || !ent_options_copy(&copy, sizeof(copy), options)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "entitle_gate_options has a struct_size or a member of another version");
    }
    status = ent_runtime_fill(&runtime, copy.runtime, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    *out = ent_decision_new(&runtime);
    if (*out == NULL) {
        return ent_fail_memory(error);
    }
    check(&copy, *out);
    return ENTITLE_OK;
}
