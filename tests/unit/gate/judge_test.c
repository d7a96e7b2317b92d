/* SPDX-License-Identifier: Apache-2.0 */
#include "gate_fixture.h"
#include "support/cmocka.h"
#include "support/token_forge.h"

#include <string.h>

typedef struct answer_case {
    const char *name;
    aws_step step;
    entitle_status want;
} answer_case;

/* The truth, and every lie that differs from it in one thing. */
static const answer_case answers[] = {
    { "the truth", { 0 }, ENTITLE_VERIFIED },
    { "another nonce", { .nonce = "another" }, ENTITLE_NONCE_MISMATCH },
    { "another product", { .product_code = "other" }, ENTITLE_PRODUCT_CODE_MISMATCH },
    { "another key version", { .key_version = 2 }, ENTITLE_KEY_VERSION_MISMATCH },
    { "another signer", { .key = FORGE_KEY_OTHER }, ENTITLE_BAD_SIGNATURE },
    { "a key with exponent 65539",
      { .key = FORGE_KEY_SANDBOX },
      ENTITLE_BAD_SIGNATURE },
    { "not a token", { .body = "{\"Signature\":\"yes\"}" }, ENTITLE_MALFORMED_TOKEN },
    { "an empty signature", { .body = "{\"Signature\":\"\"}" }, ENTITLE_BAD_RESPONSE },
    { "no signature", { .body = "{}" }, ENTITLE_BAD_RESPONSE },
    { "a signature that is true",
      { .body = "{\"Signature\":true}" },
      ENTITLE_BAD_RESPONSE },
    { "an empty body", { .body = "" }, ENTITLE_BAD_RESPONSE },
    { "HTML", { .body = "<html>entitled</html>" }, ENTITLE_BAD_RESPONSE },
    { "an array", { .body = "[]" }, ENTITLE_BAD_RESPONSE },
    { "a redirect", { .http_status = 302, .body = "{}" }, ENTITLE_BAD_RESPONSE },
    { "issued 300 s ahead", { .issued_after_s = 300 }, ENTITLE_VERIFIED },
    { "issued a day ahead, but fresh", { .issued_after_s = 86400 }, ENTITLE_VERIFIED },
    { "issued a day ago", { .issued_after_s = -86400 }, ENTITLE_VERIFIED },
    { "valid for a while",
      { .dates = ",\"nbf\":1795291200,\"exp\":1795294800" },
      ENTITLE_VERIFIED },
    { "expired", { .dates = ",\"exp\":1795287600" }, ENTITLE_EXPIRED },
    { "not valid yet", { .dates = ",\"nbf\":1795294800" }, ENTITLE_NOT_YET_VALID },
    { "no", { .error = "CustomerNotEntitledException" }, ENTITLE_NOT_ENTITLED },
    { "no, as the guide calls it",
      { .error = "CustomerNotSubscribedException" },
      ENTITLE_NOT_ENTITLED },
    { "an unknown 4xx", { .error = "NobodyKnowsException" }, ENTITLE_CONFIGURATION },
    { "wrong product",
      { .error = "InvalidProductCodeException" },
      ENTITLE_INVALID_PRODUCT_CODE },
    { "wrong Region", { .error = "InvalidRegionException" }, ENTITLE_INVALID_REGION },
    { "wrong platform",
      { .error = "PlatformNotSupportedException" },
      ENTITLE_PLATFORM_NOT_SUPPORTED },
    { "denied", { .error = "AccessDeniedException" }, ENTITLE_ACCESS_DENIED },
    { "disabled", { .error = "DisabledApiException" }, ENTITLE_API_DISABLED },
    { "refused input", { .error = "ValidationException" }, ENTITLE_CONFIGURATION },
};

static void
gate_opens_for_the_truth_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        const answer_case *c = &answers[i];
        gate_fixture f;
        bool opens = c->want == ENTITLE_VERIFIED;

        gate_set_up(&f, &c->step, 1);
        gate_check(&f);
        gate_assert_reason(c->name, &f, c->want);
        assert_int_equal(entitle_decision_may_start(f.decision), opens);
        assert_int_equal(
            entitle_decision_verdict(f.decision) == ENTITLE_VERDICT_ENTITLED, opens);
        assert_int_equal(
            entitle_decision_verdict(f.decision) == ENTITLE_VERDICT_NOT_ENTITLED,
            c->want == ENTITLE_NOT_ENTITLED);
        assert_int_equal(entitle_decision_hint(f.decision) == NULL, opens);
        gate_tear_down(&f);
    }
}

static void
gate_refuses_a_replayed_answer(void **state)
{
    gate_fixture f;
    aws_step step = { 0 };

    (void)state;
    gate_set_up(&f, &step, 1);
    gate_check(&f);
    assert_true(entitle_decision_may_start(f.decision));
    step.nonce = f.aws.nonces[0];
    gate_check(&f);
    gate_assert_reason("replayed", &f, ENTITLE_NONCE_MISMATCH);
    gate_tear_down(&f);
}

typedef struct rotation_case {
    const char *name;
    aws_step step;
    bool holds_newer;
    entitle_on_rotation on_rotation;
    entitle_status want;
    const char *want_warning;
    const char *want_hint; /* NULL: not looked at */
} rotation_case;

static void
gate_warns_of_a_rotated_key_or_refuses_it(void **state)
{
    static const rotation_case cases[] = {
        { "not rotated",
          { 0 },
          false,
          ENTITLE_ON_ROTATION_DENY,
          ENTITLE_VERIFIED,
          NULL,
          NULL },
        { "rotated",
          { .rotated = true },
          false,
          ENTITLE_ON_ROTATION_DEFAULT,
          ENTITLE_VERIFIED,
          "2026-09-21T14:13:20Z, and no newer version is held",
          NULL },
        { "rotated, newer one held",
          { .rotated = true },
          true,
          ENTITLE_ON_ROTATION_WARN,
          ENTITLE_VERIFIED,
          "2026-09-21T14:13:20Z; version 2 is held",
          NULL },
        { "rotated, says the answer only",
          { .rotated_unsigned = true },
          false,
          ENTITLE_ON_ROTATION_WARN,
          ENTITLE_VERIFIED,
          "2026-09-21T14:13:20Z",
          NULL },
        { "rotated, denied",
          { .rotated = true },
          false,
          ENTITLE_ON_ROTATION_DENY,
          ENTITLE_KEY_ROTATED,
          "2026-09-21T14:13:20Z",
          "add the new key" },
        { "rotated, newer one held, denied",
          { .rotated = true },
          true,
          ENTITLE_ON_ROTATION_DENY,
          ENTITLE_KEY_ROTATED,
          "version 2 is held",
          "ask for version 2" },
        { "rotated, says the answer only, denied",
          { .rotated_unsigned = true },
          false,
          ENTITLE_ON_ROTATION_DENY,
          ENTITLE_KEY_ROTATED,
          "2026-09-21T14:13:20Z",
          NULL },
        { "rotated, wrong signer",
          { .rotated = true, .key = FORGE_KEY_OTHER },
          false,
          ENTITLE_ON_ROTATION_WARN,
          ENTITLE_BAD_SIGNATURE,
          NULL,
          NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const rotation_case *c = &cases[i];
        gate_fixture f;
        int64_t at_s = 0;

        gate_set_up(&f, &c->step, 1);
        if (c->holds_newer) {
            gate_add_key(f.keyring, 2, FORGE_KEY_OTHER);
            f.options.key_version = 1;
        }
        f.options.on_rotation = c->on_rotation;
        gate_check(&f);
        gate_assert_reason(c->name, &f, c->want);
        assert_int_equal(
            entitle_decision_key_rotated_at(f.decision, &at_s),
            c->want_warning != NULL);
        if (c->want_warning != NULL && !gate_warns_of(f.decision, c->want_warning)) {
            fail_msg("%s: no warning '%s'", c->name, c->want_warning);
        }
        if (c->want_hint != NULL) {
            assert_non_null(strstr(entitle_decision_hint(f.decision), c->want_hint));
        }
        assert_int_equal(f.aws.requests, 1);
        gate_tear_down(&f);
    }
}

static void
gate_judges_at_the_clock_of_aws(void **state)
{
    static const aws_step far_ahead = { .issued_after_s = 3600, .date_after_s = 3600 };
    static const aws_step no_date = { .issued_after_s = 3600 };
    gate_fixture f;

    (void)state;
    gate_set_up(&f, &far_ahead, 1);
    gate_check(&f);
    gate_assert_reason("clock an hour behind", &f, ENTITLE_VERIFIED);
    assert_int_equal(entitle_decision_warning_count(f.decision), 0);
    gate_tear_down(&f);

    gate_set_up(&f, &no_date, 1);
    gate_check(&f);
    gate_assert_reason("clock an hour behind, nobody says so", &f, ENTITLE_VERIFIED);
    assert_int_equal(entitle_decision_warning_count(f.decision), 1);
    gate_tear_down(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_opens_for_the_truth_only),
        cmocka_unit_test(gate_refuses_a_replayed_answer),
        cmocka_unit_test(gate_warns_of_a_rotated_key_or_refuses_it),
        cmocka_unit_test(gate_judges_at_the_clock_of_aws),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
