/* SPDX-License-Identifier: Apache-2.0 */
#include "gate_fixture.h"
#include "support/cmocka.h"
#include "support/token_forge.h"

#include <string.h>

static void
gate_asks_with_a_fresh_nonce_each_time(void **state)
{
    const aws_step step = { 0 };
    gate_fixture f;

    (void)state;
    gate_set_up(&f, &step, 1);
    gate_check(&f);
    gate_check(&f);
    assert_int_equal(f.aws.requests, 2);
    assert_true(strlen(f.aws.nonces[0]) >= 43);
    assert_string_not_equal(f.aws.nonces[0], f.aws.nonces[1]);
    gate_tear_down(&f);
}

static void
gate_does_not_ask_without_random_bytes(void **state)
{
    const aws_step step = { 0 };
    gate_fixture f;

    (void)state;
    gate_set_up(&f, &step, 1);
    f.fake.random_fails = true;
    gate_check(&f);
    gate_assert_reason("no random bytes", &f, ENTITLE_INTERNAL_ERROR);
    assert_int_equal(f.aws.requests, 0);
    gate_tear_down(&f);
}

typedef struct version_case {
    const char *name;
    uint32_t named;    /* in the options */
    bool holds_two;    /* version 2, too */
    const char *first; /* error of the first answer */
    forge_key signer;  /* of the second */
    entitle_status want;
    size_t want_requests;
    uint32_t want_version;
} version_case;

static void
gate_falls_back_to_an_older_held_version_only_when_aws_refuses_one(void **state)
{
    static const char unknown[] = "InvalidPublicKeyVersionException";
    static const version_case cases[] = {
        { "highest known", 0, true, NULL, FORGE_KEY, ENTITLE_VERIFIED, 1, 2 },
        { "highest unknown", 0, true, unknown, FORGE_KEY, ENTITLE_VERIFIED, 2, 1 },
        { "named and unknown",
          2,
          true,
          unknown,
          FORGE_KEY,
          ENTITLE_INVALID_KEY_VERSION,
          1,
          2 },
        { "named, older", 1, true, NULL, FORGE_KEY, ENTITLE_VERIFIED, 1, 1 },
        { "only one, unknown",
          0,
          false,
          unknown,
          FORGE_KEY,
          ENTITLE_INVALID_KEY_VERSION,
          1,
          1 },
        { "named, not held",
          3,
          true,
          NULL,
          FORGE_KEY,
          ENTITLE_UNKNOWN_KEY_VERSION,
          0,
          0 },
        { "another error",
          0,
          true,
          "InvalidProductCodeException",
          FORGE_KEY,
          ENTITLE_INVALID_PRODUCT_CODE,
          1,
          2 },
        { "the older version, signed by the newer key",
          0,
          true,
          unknown,
          FORGE_KEY_OTHER,
          ENTITLE_BAD_SIGNATURE,
          2,
          1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const version_case *c = &cases[i];
        bool first_is_last = c->want_requests == 1;
        forge_key signer =
            first_is_last && c->want_version == 2 ? FORGE_KEY_OTHER : c->signer;
        const aws_step steps[] = { { .error = c->first, .key = signer },
                                   { .key = c->signer } };
        gate_fixture f;

        gate_set_up(&f, steps, 2);
        if (c->holds_two) {
            gate_add_key(f.keyring, 2, FORGE_KEY_OTHER);
        }
        f.options.key_version = c->named;
        gate_check(&f);
        gate_assert_reason(c->name, &f, c->want);
        assert_int_equal(f.aws.requests, c->want_requests);
        assert_int_equal(entitle_decision_key_version(f.decision), c->want_version);
        assert_int_equal(entitle_decision_attempts(f.decision), c->want_requests);
        gate_tear_down(&f);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_asks_with_a_fresh_nonce_each_time),
        cmocka_unit_test(gate_does_not_ask_without_random_bytes),
        cmocka_unit_test(
            gate_falls_back_to_an_older_held_version_only_when_aws_refuses_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
