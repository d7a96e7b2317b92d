/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The gate in front of a server that answers whatever it likes. The nonce is always the
 * one of the one token that is in order (signed_token.h): nothing but that token, in an
 * answer of 2xx, may open the gate, and nothing that the server knows of the request
 * may come back out of the library.
 */
#include "answer_script.h"
#include "fuzz.h"
#include "signed_token.h"
#include "support/fake_runtime.h"

#include <entitle/gate.h>

#include <cjson/cJSON.h>

#include <string.h>

static const fake_variable environment[] = {
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },
    { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
    { "AWS_SESSION_TOKEN", "the-session-token" },
    { "AWS_REGION", "eu-west-1" },
    { "AWS_MAX_ATTEMPTS", "4" }, /* as many as a script has answers, usually */
    { NULL, NULL },
};

/* So that the nonce is SIGNED_NONCE, whatever else random bytes are used for. */
static bool
fill_with_5a(void *context, void *bytes, size_t length)
{
    (void)context;
    memset(bytes, 0x5a, length);
    return true;
}

/* Whether the last answer is JSON with the one token in order, however it is escaped.
 */
static bool
holds_the_token(const answer_script *script)
{
    cJSON *body = cJSON_ParseWithLength(script->last_body, script->last_body_length);
    const char *signature =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "Signature"));
    bool holds = signature != NULL && strcmp(signature, signed_token) == 0;

    cJSON_Delete(body);
    return holds;
}

static void
require_silence(const char *text)
{
    if (text != NULL) {
        FUZZ_REQUIRE(strstr(text, SIGNED_NONCE) == NULL);
        FUZZ_REQUIRE(strstr(text, "the-secret-access-key") == NULL);
        FUZZ_REQUIRE(strstr(text, "the-session-token") == NULL);
        FUZZ_REQUIRE(strstr(text, signed_token) == NULL);
    }
}

static void
require_silent_decision(const entitle_decision *decision)
{
    require_silence(entitle_decision_message(decision));
    require_silence(entitle_decision_hint(decision));
    require_silence(entitle_decision_request_id(decision));
    for (size_t i = 0; i < entitle_decision_warning_count(decision); i++) {
        require_silence(entitle_decision_warning_at(decision, i));
    }
}

static void
require_refused_or_signed(const entitle_decision *decision, const answer_script *script)
{
    entitle_status reason = entitle_decision_reason(decision);
    bool is_open = entitle_decision_may_start(decision);

    FUZZ_REQUIRE(is_open == (reason == ENTITLE_VERIFIED));
    FUZZ_REQUIRE(
        is_open == (entitle_decision_verdict(decision) == ENTITLE_VERDICT_ENTITLED));
    FUZZ_REQUIRE(
        (reason == ENTITLE_NOT_ENTITLED) ==
        (entitle_decision_verdict(decision) == ENTITLE_VERDICT_NOT_ENTITLED));
    FUZZ_REQUIRE(!is_open || holds_the_token(script));
    FUZZ_REQUIRE(!is_open || script->last_status / 100 == 2);
    FUZZ_REQUIRE(reason != ENTITLE_INTERNAL_ERROR);
}

static void
check(
    fake_runtime *fake, const entitle_keyring *keyring, const char *text, size_t length)
{
    answer_script script;
    entitle_decision *decision = NULL;

    answer_script_init(&script, text, length);
    const entitle_gate_options options = {
        .struct_size = sizeof(options),
        .product_code = SIGNED_PRODUCT_CODE,
        .keyring = keyring,
        .deadline_ms = 3000,
        .runtime = &fake->runtime,
        .transport = &script.transport,
    };
    entitle_status status = entitle_gate_check(&options, &decision, NULL);

    FUZZ_REQUIRE(status == ENTITLE_OK && decision != NULL);
    require_refused_or_signed(decision, &script);
    require_silent_decision(decision);
    require_silence(fake->log);
    FUZZ_REQUIRE(fake->slept_ms <= options.deadline_ms);
    entitle_decision_free(decision);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static fake_runtime ring_fake;
    static entitle_keyring *keyring;
    fake_runtime fake;

    if (keyring == NULL) {
        fake_runtime_init(&ring_fake);
        keyring = signed_token_keyring_new(&ring_fake.runtime);
    }
    fake_runtime_init(&fake);
    fake.runtime.random = fill_with_5a;
    fake.variables = environment;
    check(&fake, keyring, (const char *)bytes, length);
    FUZZ_REQUIRE(fake.blocks_in_use == 0);
    return 0;
}
