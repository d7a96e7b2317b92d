/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/judge.h"

#include "base/error.h"
#include "base/line.h"
#include "base/timestamp.h"

#include <entitle/token.h>

#include <string.h>

/* A token that was refused, as an error with a remedy. */
static void
explain_refusal(const entitle_verification *verification, entitle_error *error)
{
    entitle_status reason = entitle_verification_reason(verification);

    ent_fail(
        error,
        reason,
        "the answer does not prove that it came from AWS: %s",
        entitle_verification_message(verification));
    switch (reason) {
    case ENTITLE_BAD_SIGNATURE:
        ent_hint(
            error,
            "check with `entitle keys list` that the keys are those of "
            "this product and version in the AWS Marketplace Management "
            "Portal; if they are, something other than AWS answered");
        return;
    case ENTITLE_PRODUCT_CODE_MISMATCH:
        ent_hint(error, "check that product code and keys belong to the same product");
        return;
    case ENTITLE_ISSUED_IN_FUTURE:
    case ENTITLE_NOT_YET_VALID:
    case ENTITLE_EXPIRED:
        ent_hint(error, "set this machine's clock, then try again");
        return;
    default:
        ent_hint(
            error,
            "something other than AWS answered, or changed the answer: "
            "check the endpoint and what stands between this machine and AWS");
        return;
    }
}

static void
note_rotation(
    const ent_gate_settings *settings,
    const ent_gate_answer *answer,
    const entitle_claims *claims,
    entitle_decision *decision)
{
    uint32_t newest = entitle_key_version(entitle_keyring_at(settings->keyring, 0));
    char date[ENT_TIMESTAMP_SIZE];

    /* The signed word counts first; the answer's own member can only add a warning. */
    decision->has_key_rotated_at =
        entitle_claims_key_rotated_at(claims, &decision->key_rotated_at_s) ||
        entitle_registration_key_rotated_at(
            answer->registration, &decision->key_rotated_at_s);
    if (!decision->has_key_rotated_at) {
        return;
    }
    ent_timestamp_iso(decision->key_rotated_at_s, date);
    if (newest > answer->key_version) {
        ent_warn(
            &decision->warnings,
            "AWS replaced public key version %u of this "
            "product on %s; version %u is held, too",
            answer->key_version,
            date,
            newest);
    } else {
        ent_warn(
            &decision->warnings,
            "AWS replaced public key version %u of this product "
            "on %s, and no newer version is held: get the new "
            "key from the AWS Marketplace Management Portal",
            answer->key_version,
            date);
    }
}

static void
hint_at_newer_key(
    const ent_gate_settings *settings,
    const ent_gate_answer *answer,
    entitle_error *error)
{
    uint32_t newest = entitle_key_version(entitle_keyring_at(settings->keyring, 0));

    if (newest > answer->key_version) {
        ent_hint(error, "ask for version %u, which is held", newest);
        return;
    }
    ent_hint(
        error,
        "add the new key from the AWS Marketplace Management Portal to the keys");
}

static void
open_gate(
    const ent_gate_settings *settings,
    const ent_gate_answer *answer,
    const entitle_claims *claims,
    entitle_decision *decision)
{
    entitle_error error;

    decision->has_issued_at = entitle_claims_issued_at(claims, &decision->issued_at_s);
    note_rotation(settings, answer, claims, decision);
    if (decision->has_key_rotated_at && settings->deny_after_rotation) {
        ent_fail(
            &error,
            ENTITLE_KEY_ROTATED,
            "AWS has replaced public key version %u of this product",
            answer->key_version);
        hint_at_newer_key(settings, answer, &error);
        ent_decision_refuse(decision, &error);
        return;
    }
    decision->verdict = ENTITLE_VERDICT_ENTITLED;
    decision->reason = ENTITLE_VERIFIED;
    decision->hint[0] = '\0';
    ent_line_format(
        decision->message,
        sizeof(decision->message),
        "AWS says that this customer is entitled, and the answer is authentic");
}

entitle_status
ent_gate_judge(
    const ent_gate_settings *settings,
    const ent_gate_answer *answer,
    int64_t at_s,
    entitle_decision *decision,
    entitle_error *error)
{
    const char *token = entitle_registration_signature_unverified(answer->registration);
    const entitle_expectation expectation = {
        .struct_size = sizeof(expectation),
        .product_code = settings->product_code,
        .nonce = answer->nonce,
        .key_version = answer->key_version,
        .at_s = at_s,
        .nonce_is_fresh = true,
    };
    entitle_verification *verification = NULL;
    entitle_error refusal;
    entitle_status status = entitle_verify(
        settings->keyring, token, strlen(token), &expectation, &verification, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    for (size_t i = 0; i < entitle_verification_warning_count(verification); i++) {
        ent_warn(
            &decision->warnings,
            "%s",
            entitle_verification_warning_at(verification, i));
    }
    if (entitle_verification_is_valid(verification)) {
        open_gate(
            settings, answer, entitle_verification_claims(verification), decision);
    } else {
        explain_refusal(verification, &refusal);
        ent_decision_refuse(decision, &refusal);
    }
    entitle_verification_free(verification);
    return ENTITLE_OK;
}

entitle_status
ent_gate_judge_dry_run(
    entitle_status answer, entitle_decision *decision, entitle_error *error)
{
    if (answer == ENTITLE_DRY_RUN_ACCEPTED) {
        decision->verdict = ENTITLE_VERDICT_ENTITLED;
        decision->reason = ENTITLE_DRY_RUN_ACCEPTED;
        decision->hint[0] = '\0';
        ent_line_format(
            decision->message,
            sizeof(decision->message),
            "a dry run of MeterUsage was accepted; that answer is not signed");
        return ENTITLE_OK;
    }
    if (entitle_status_category(answer) != ENTITLE_CATEGORY_DONE) {
        return answer;
    }
    ent_fail(error, ENTITLE_BAD_RESPONSE, "a dry run was answered as if it were usage");
    ent_hint(error, "check the endpoint: what answers there is not the service");
    return ENTITLE_BAD_RESPONSE;
}
