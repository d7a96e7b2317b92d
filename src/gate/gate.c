/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"
#include "aws/partition.h"
#include "base/error.h"
#include "base/line.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/runtime.h"
#include "gate/ask.h"
#include "gate/credentials_rule.h"
#include "gate/decision.h"
#include "gate/judge.h"
#include "gate/settings.h"
#include "metering/client.h"

#include <entitle/gate.h>
#include <entitle/metering.h>

#include <string.h>

/*
 * A wrong endpoint cannot sign, but it can relay answers that an entitled pod obtained,
 * so a sealed build speaks to AWS only.
 */
static entitle_status
check_endpoint(
    const ent_gate_settings *settings,
    const entitle_metering *metering,
    entitle_error *error)
{
    const ent_endpoint *endpoint = &metering->endpoint;

    if (settings->may_ask_any_host ||
        (endpoint->url.is_https &&
         ent_partition_is_metering_host(endpoint->url.host))) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_SEALED,
        "this build speaks to AWS only, not to %s (from %s)",
        endpoint->url.host,
        endpoint->origin);
    ent_hint(error, "remove the endpoint from the settings");
    return ENTITLE_SEALED;
}

static const char accepted_kinds[] =
    "AWS Marketplace takes the ECS task role or, on EKS, an IAM role for the service "
    "account";

static entitle_status
refuse_kind(const char *doubt, entitle_error *error)
{
    ent_fail(error, ENTITLE_UNSUPPORTED_CREDENTIALS, "%s", doubt);
    ent_hint(
        error,
        "give the ECS task a task role or, on EKS, "
        "the service account an IAM role (IRSA)");
    return ENTITLE_UNSUPPORTED_CREDENTIALS;
}

/*
 * Says before the call what AWS is likely to answer to these credentials; `*doubt` is
 * NULL where nothing speaks against them. Who cannot be reached is asked again by the
 * call, which retries.
 */
static entitle_status
check_credentials(
    const entitle_gate_options *options,
    const entitle_metering *metering,
    const ent_deadline *deadline,
    entitle_decision *decision,
    const char **doubt,
    entitle_error *error)
{
    const entitle_credentials_provider *provider = metering->service.credentials;
    entitle_credentials credentials = { 0 };
    entitle_error cause = { .message = "" };
    entitle_status status = provider->provide(
        provider->context, false, ent_deadline_left_ms(deadline), &credentials, &cause);

    *doubt = NULL;
    if (status == ENTITLE_OK) {
        decision->credentials = credentials.kind;
        *doubt = ent_credentials_doubt(&credentials);
    }
    ent_credentials_wipe(&credentials);
    if (entitle_status_category(cause.status) == ENTITLE_CATEGORY_CONFIGURATION &&
        status == cause.status) {
        *error = cause;
        return status;
    }
    if (*doubt == NULL) {
        return ENTITLE_OK;
    }
    if (options->strict_credentials) {
        return refuse_kind(*doubt, error);
    }
    ent_warn(&decision->warnings, "%s; %s", *doubt, accepted_kinds);
    return ENTITLE_OK;
}

/* What AWS answers to credentials of a wrong kind does not name them. */
static void
explain_refusal(const char *doubt, entitle_error *error)
{
    char hint[sizeof(error->hint)];

    if (doubt == NULL || (error->status != ENTITLE_PLATFORM_NOT_SUPPORTED &&
                          error->status != ENTITLE_NOT_ENTITLED)) {
        return;
    }
    memcpy(hint, error->hint, sizeof(hint));
    ent_hint(
        error,
        "%s, and %s%s%.250s",
        doubt,
        accepted_kinds,
        hint[0] != '\0' ? "; otherwise " : "",
        hint);
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
    ent_gate_answer answer;
    const char *doubt = NULL;
    int64_t now_ms;
    entitle_status status = check_endpoint(settings, metering, error);

    if (status == ENTITLE_OK) {
        status =
            check_credentials(options, metering, deadline, decision, &doubt, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    status = ent_gate_ask(settings, metering, deadline, decision, &answer, error);
    if (status != ENTITLE_OK) {
        explain_refusal(doubt, error);
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
        (now_ms + entitle_metering_clock_offset_ms(metering)) / 1000,
        decision,
        error);
    ent_gate_answer_clear(&answer);
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

static void
decide(
    const entitle_gate_options *options,
    const ent_gate_settings *settings,
    const ent_deadline *deadline,
    entitle_decision *decision)
{
    const entitle_key *asked =
        entitle_keyring_find(settings->keyring, settings->key_version);
    entitle_error error;
    entitle_status status;

    decision->key_version = settings->key_version;
    decision->source = entitle_key_is_sandbox(asked) ? "sandbox" : "aws";
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
