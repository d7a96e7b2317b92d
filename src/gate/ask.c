/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/ask.h"

#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "metering/client.h"

/* The highest version held below `version`, or 0. */
static uint32_t
next_older(const entitle_keyring *keyring, uint32_t version)
{
    for (size_t i = 0; i < entitle_keyring_count(keyring); i++) {
        uint32_t held = entitle_key_version(entitle_keyring_at(keyring, i));
        if (held < version) {
            return held;
        }
    }
    return 0;
}

static entitle_status
ask_for_version(
    const ent_gate_settings *settings,
    entitle_metering *metering,
    const ent_deadline *deadline,
    ent_gate_answer *answer,
    entitle_error *error)
{
    if (!ent_random_nonce(&metering->runtime, answer->nonce)) {
        return ent_fail(
            error,
            ENTITLE_INTERNAL_ERROR,
            "the system gives no random bytes for a nonce");
    }
    metering->deadline_ms = ent_deadline_left_ms(deadline);
    return entitle_metering_register_usage(
        metering,
        settings->product_code,
        answer->key_version,
        answer->nonce,
        &answer->registration,
        error);
}

entitle_status
ent_gate_ask(
    const ent_gate_settings *settings,
    entitle_metering *metering,
    const ent_deadline *deadline,
    entitle_decision *decision,
    ent_gate_answer *answer,
    entitle_error *error)
{
    uint32_t version = settings->key_version;

    for (;;) {
        entitle_status status;
        uint32_t older;

        *answer = (ent_gate_answer){ .key_version = version };
        decision->key_version = version;
        status = ask_for_version(settings, metering, deadline, answer, error);
        decision->attempts += entitle_metering_attempts(metering);
        if (status != ENTITLE_INVALID_KEY_VERSION || !settings->may_ask_older) {
            return status;
        }

        older = next_older(settings->keyring, version);
        if (older == 0) {
            return status;
        }
        ent_warn(
            &decision->warnings,
            "AWS does not know public key version %u of this "
            "product; asking for version %u, which is held, too",
            version,
            older);
        ent_log(
            &metering->runtime,
            ENTITLE_LOG_DEBUG,
            "key version %u was refused, asking for %u",
            version,
            older);
        version = older;
    }
}

void
ent_gate_answer_clear(ent_gate_answer *answer)
{
    ent_wipe(answer->nonce, sizeof(answer->nonce));
    entitle_registration_free(answer->registration);
    answer->registration = NULL;
}
