/* SPDX-License-Identifier: Apache-2.0 */
#include "gate_fixture.h"
#include "support/cmocka.h"
#include "support/token_forge.h"

#include <string.h>

static void
decision_holds_what_is_known(void **state)
{
    const aws_step step = { 0 };
    gate_fixture f;
    int64_t at_s = 0;

    (void)state;
    gate_set_up(&f, &step, 1);
    gate_check(&f);
    assert_string_equal(entitle_decision_product_code(f.decision), FORGE_PRODUCT_CODE);
    assert_int_equal(entitle_decision_key_version(f.decision), 1);
    assert_string_equal(entitle_decision_region(f.decision), "eu-west-1");
    assert_string_equal(entitle_decision_credentials(f.decision), "environment");
    assert_string_equal(entitle_decision_request_id(f.decision), "request-1");
    assert_string_equal(entitle_decision_source(f.decision), "aws");
    assert_int_equal(entitle_decision_attempts(f.decision), 1);
    assert_true(entitle_decision_issued_at(f.decision, &at_s));
    assert_int_equal(at_s, FAKE_NOW_S);
    assert_false(entitle_decision_key_rotated_at(f.decision, &at_s));
    assert_false(entitle_decision_is_sealed(f.decision));
    assert_int_equal(entitle_decision_cause(f.decision), ENTITLE_OK);
    assert_int_equal(entitle_decision_warning_count(f.decision), 0);
    gate_tear_down(&f);
}

static void
no_decision_refuses(void **state)
{
    (void)state;
    assert_false(entitle_decision_may_start(NULL));
    assert_int_equal(entitle_decision_verdict(NULL), ENTITLE_VERDICT_UNKNOWN);
    assert_int_equal(entitle_decision_reason(NULL), ENTITLE_INTERNAL_ERROR);
    assert_string_equal(entitle_decision_message(NULL), "");
    assert_null(entitle_decision_credentials(NULL));
    entitle_decision_free(NULL);
}

static void
gate_names_a_sandbox(void **state)
{
    const aws_step step = { .key = FORGE_KEY_SANDBOX };
    gate_fixture f;

    (void)state;
    gate_set_up(&f, &step, 1);
    gate_add_key(f.keyring, 2, FORGE_KEY_SANDBOX);
    gate_check(&f);
    gate_assert_reason("sandbox", &f, ENTITLE_VERIFIED);
    assert_string_equal(entitle_decision_source(f.decision), "sandbox");
    gate_tear_down(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decision_holds_what_is_known),
        cmocka_unit_test(no_decision_refuses),
        cmocka_unit_test(gate_names_a_sandbox),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
