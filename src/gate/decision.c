/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/decision.h"

#include "base/memory.h"

#include <string.h>

entitle_decision *
ent_decision_new(const entitle_runtime *runtime)
{
    entitle_decision *decision = ent_allocate(runtime, sizeof(*decision));

    if (decision == NULL) {
        return NULL;
    }
    decision->runtime = *runtime;
    decision->verdict = ENTITLE_VERDICT_UNKNOWN;
    decision->reason = ENTITLE_INTERNAL_ERROR;
    decision->source = "aws";
    return decision;
}

/*
 * What went wrong, in the words of a decision: not every status is one of its reasons.
 */
static entitle_status
reason_of(entitle_status status)
{
    switch (entitle_status_category(status)) {
    case ENTITLE_CATEGORY_DONE:
    case ENTITLE_CATEGORY_INTERNAL:
        return ENTITLE_INTERNAL_ERROR;
    case ENTITLE_CATEGORY_IO:
    case ENTITLE_CATEGORY_INPUT:
        return ENTITLE_CONFIGURATION;
    default:
        return status;
    }
}

void
ent_decision_refuse(entitle_decision *decision, const entitle_error *error)
{
    decision->reason = reason_of(error->status);
    decision->verdict = decision->reason == ENTITLE_NOT_ENTITLED
                            ? ENTITLE_VERDICT_NOT_ENTITLED
                            : ENTITLE_VERDICT_UNKNOWN;
    memcpy(decision->message, error->message, sizeof(decision->message));
    memcpy(decision->hint, error->hint, sizeof(decision->hint));
    if (error->request_id[0] != '\0') {
        memcpy(decision->request_id, error->request_id, sizeof(decision->request_id));
    }
}

void
entitle_decision_free(entitle_decision *decision)
{
    if (decision != NULL) {
        entitle_runtime runtime = decision->runtime;
        ent_release(&runtime, decision);
    }
}

bool
entitle_decision_may_start(const entitle_decision *decision)
{
    return decision != NULL && (decision->verdict == ENTITLE_VERDICT_ENTITLED ||
                                decision->reason == ENTITLE_STARTED_UNVERIFIED);
}

entitle_verdict
entitle_decision_verdict(const entitle_decision *decision)
{
    return decision != NULL ? decision->verdict : ENTITLE_VERDICT_UNKNOWN;
}

entitle_status
entitle_decision_reason(const entitle_decision *decision)
{
    return decision != NULL ? decision->reason : ENTITLE_INTERNAL_ERROR;
}

entitle_status
entitle_decision_cause(const entitle_decision *decision)
{
    return decision != NULL ? decision->cause : ENTITLE_OK;
}

const char *
entitle_decision_message(const entitle_decision *decision)
{
    return decision != NULL ? decision->message : "";
}

static const char *
text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

const char *
entitle_decision_hint(const entitle_decision *decision)
{
    return decision != NULL ? text_or_null(decision->hint) : NULL;
}

const char *
entitle_decision_product_code(const entitle_decision *decision)
{
    return decision != NULL ? text_or_null(decision->product_code) : NULL;
}

const char *
entitle_decision_region(const entitle_decision *decision)
{
    return decision != NULL ? text_or_null(decision->region) : NULL;
}

const char *
entitle_decision_request_id(const entitle_decision *decision)
{
    return decision != NULL ? text_or_null(decision->request_id) : NULL;
}

const char *
entitle_decision_credentials(const entitle_decision *decision)
{
    if (decision == NULL || decision->credentials == ENTITLE_CREDENTIALS_UNKNOWN) {
        return NULL;
    }
    return entitle_credentials_kind_name(decision->credentials);
}

const char *
entitle_decision_source(const entitle_decision *decision)
{
    return decision != NULL ? decision->source : "aws";
}

uint32_t
entitle_decision_key_version(const entitle_decision *decision)
{
    return decision != NULL ? decision->key_version : 0;
}

bool
entitle_decision_key_rotated_at(const entitle_decision *decision, int64_t *out_s)
{
    if (decision == NULL || !decision->has_key_rotated_at) {
        return false;
    }
    *out_s = decision->key_rotated_at_s;
    return true;
}

bool
entitle_decision_issued_at(const entitle_decision *decision, int64_t *out_s)
{
    if (decision == NULL || !decision->has_issued_at) {
        return false;
    }
    *out_s = decision->issued_at_s;
    return true;
}

bool
entitle_decision_is_sealed(const entitle_decision *decision)
{
    return decision != NULL && decision->sealed;
}

uint32_t
entitle_decision_attempts(const entitle_decision *decision)
{
    return decision != NULL ? decision->attempts : 0;
}

int64_t
entitle_decision_elapsed_ms(const entitle_decision *decision)
{
    return decision != NULL ? decision->elapsed_ms : 0;
}

size_t
entitle_decision_warning_count(const entitle_decision *decision)
{
    return decision != NULL ? decision->warnings.count : 0;
}

const char *
entitle_decision_warning_at(const entitle_decision *decision, size_t index)
{
    return decision != NULL && index < decision->warnings.count
               ? decision->warnings.text[index]
               : NULL;
}
