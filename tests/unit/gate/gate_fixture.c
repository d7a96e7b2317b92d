/* SPDX-License-Identifier: Apache-2.0 */
#include "gate_fixture.h"

#include "support/cmocka.h"
#include "support/token_forge.h"

#include <stdlib.h>
#include <string.h>

const fake_variable gate_environment[] = {
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },
    { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
    { "AWS_SESSION_TOKEN", "the-session-token" },
    { "AWS_REGION", "eu-west-1" },
    { NULL, NULL },
};

void
gate_add_key(entitle_keyring *keyring, uint32_t version, forge_key key)
{
    char *pem = forge_pem(forge_pkey(key), FORGE_SPKI);

    assert_int_equal(
        entitle_keyring_add(keyring, version, pem, strlen(pem), NULL), ENTITLE_OK);
    free(pem);
}

void
gate_set_up(gate_fixture *f, const aws_step *steps, size_t step_count)
{
    fake_runtime_init(&f->fake);
    f->fake.variables = gate_environment;
    lying_aws_init(&f->aws, &f->fake, steps, step_count);
    assert_int_equal(
        entitle_keyring_new(&f->fake.runtime, &f->keyring, NULL), ENTITLE_OK);
    gate_add_key(f->keyring, 1, FORGE_KEY);
    f->options = (entitle_gate_options){
        .struct_size = sizeof(f->options),
        .product_code = FORGE_PRODUCT_CODE,
        .keyring = f->keyring,
        .runtime = &f->fake.runtime,
        .transport = &f->aws.transport,
    };
    f->decision = NULL;
}

void
gate_check(gate_fixture *f)
{
    entitle_decision_free(f->decision);
    assert_int_equal(entitle_gate_check(&f->options, &f->decision, NULL), ENTITLE_OK);
    assert_non_null(f->decision);
}

void
gate_tear_down(gate_fixture *f)
{
    /* What must not be logged, whatever happened. */
    assert_null(strstr(f->fake.log, "the-secret-access-key"));
    assert_null(strstr(f->fake.log, "the-session-token"));
    for (size_t i = 0; i < f->aws.requests && i < 8; i++) {
        assert_null(strstr(f->fake.log, f->aws.nonces[i]));
        assert_null(strstr(entitle_decision_message(f->decision), f->aws.nonces[i]));
    }
    entitle_decision_free(f->decision);
    entitle_keyring_free(f->keyring);
    assert_int_equal(f->fake.blocks_in_use, 0);
}

void
gate_assert_reason(const char *name, const gate_fixture *f, entitle_status want)
{
    entitle_status reason = entitle_decision_reason(f->decision);

    if (reason != want) {
        fail_msg(
            "%s: %s, not %s: %s",
            name,
            entitle_status_name(reason),
            entitle_status_name(want),
            entitle_decision_message(f->decision));
    }
}

bool
gate_warns_of(const entitle_decision *decision, const char *text)
{
    for (size_t i = 0; i < entitle_decision_warning_count(decision); i++) {
        if (strstr(entitle_decision_warning_at(decision, i), text) != NULL) {
            return true;
        }
    }
    return false;
}
