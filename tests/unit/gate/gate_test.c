/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/key_forge.h"
#include "support/lying_aws.h"
#include "support/token_forge.h"

#include <entitle/gate.h>

#include <stdlib.h>
#include <string.h>

static const fake_variable environment[] = {
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },
    { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
    { "AWS_SESSION_TOKEN", "the-session-token" },
    { "AWS_REGION", "eu-west-1" },
    { NULL, NULL },
};

/* Everything that one check needs. Version 1 is FORGE_KEY; higher ones FORGE_KEY_OTHER.
 */
typedef struct gate_fixture {
    fake_runtime fake;
    lying_aws aws;
    entitle_keyring *keyring;
    entitle_gate_options options;
    entitle_decision *decision;
} gate_fixture;

static void
add_key(entitle_keyring *keyring, uint32_t version, forge_key key)
{
    char *pem = forge_pem(forge_pkey(key), FORGE_SPKI);

    assert_int_equal(
        entitle_keyring_add(keyring, version, pem, strlen(pem), NULL), ENTITLE_OK);
    free(pem);
}

static void
set_up(gate_fixture *f, const aws_step *steps, size_t step_count)
{
    fake_runtime_init(&f->fake);
    f->fake.variables = environment;
    lying_aws_init(&f->aws, &f->fake, steps, step_count);
    assert_int_equal(
        entitle_keyring_new(&f->fake.runtime, &f->keyring, NULL), ENTITLE_OK);
    add_key(f->keyring, 1, FORGE_KEY);
    f->options = (entitle_gate_options){
        .struct_size = sizeof(f->options),
        .product_code = FORGE_PRODUCT_CODE,
        .keyring = f->keyring,
        .runtime = &f->fake.runtime,
        .transport = &f->aws.transport,
    };
    f->decision = NULL;
}

static void
check(gate_fixture *f)
{
    entitle_decision_free(f->decision);
    assert_int_equal(entitle_gate_check(&f->options, &f->decision, NULL), ENTITLE_OK);
    assert_non_null(f->decision);
}

static void
tear_down(gate_fixture *f)
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

static void
assert_reason(const char *name, const gate_fixture *f, entitle_status want)
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

static bool
warns_of(const entitle_decision *decision, const char *text)
{
    for (size_t i = 0; i < entitle_decision_warning_count(decision); i++) {
        if (strstr(entitle_decision_warning_at(decision, i), text) != NULL) {
            return true;
        }
    }
    return false;
}

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

        set_up(&f, &c->step, 1);
        check(&f);
        assert_reason(c->name, &f, c->want);
        assert_int_equal(entitle_decision_may_start(f.decision), opens);
        assert_int_equal(
            entitle_decision_verdict(f.decision) == ENTITLE_VERDICT_ENTITLED, opens);
        assert_int_equal(
            entitle_decision_verdict(f.decision) == ENTITLE_VERDICT_NOT_ENTITLED,
            c->want == ENTITLE_NOT_ENTITLED);
        assert_int_equal(entitle_decision_hint(f.decision) == NULL, opens);
        tear_down(&f);
    }
}

static void
decision_holds_what_is_known(void **state)
{
    const aws_step step = { 0 };
    gate_fixture f;
    int64_t at_s = 0;

    (void)state;
    set_up(&f, &step, 1);
    check(&f);
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
    tear_down(&f);
}

static void
no_decision_refuses(void **state)
{
    (void)state;
    assert_false(entitle_decision_may_start(NULL));
    assert_int_equal(entitle_decision_verdict(NULL), ENTITLE_VERDICT_UNKNOWN);
    assert_int_equal(entitle_decision_reason(NULL), ENTITLE_INTERNAL_ERROR);
    assert_string_equal(entitle_decision_message(NULL), "");
    entitle_decision_free(NULL);
}

static void
gate_asks_with_a_fresh_nonce_each_time(void **state)
{
    const aws_step step = { 0 };
    gate_fixture f;

    (void)state;
    set_up(&f, &step, 1);
    check(&f);
    check(&f);
    assert_int_equal(f.aws.requests, 2);
    assert_true(strlen(f.aws.nonces[0]) >= 43);
    assert_string_not_equal(f.aws.nonces[0], f.aws.nonces[1]);
    tear_down(&f);
}

static void
gate_refuses_a_replayed_answer(void **state)
{
    gate_fixture f;
    aws_step step = { 0 };

    (void)state;
    set_up(&f, &step, 1);
    check(&f);
    assert_true(entitle_decision_may_start(f.decision));
    step.nonce = f.aws.nonces[0];
    check(&f);
    assert_reason("replayed", &f, ENTITLE_NONCE_MISMATCH);
    tear_down(&f);
}

static void
gate_does_not_ask_without_random_bytes(void **state)
{
    const aws_step step = { 0 };
    gate_fixture f;

    (void)state;
    set_up(&f, &step, 1);
    f.fake.random_fails = true;
    check(&f);
    assert_reason("no random bytes", &f, ENTITLE_INTERNAL_ERROR);
    assert_int_equal(f.aws.requests, 0);
    tear_down(&f);
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

        set_up(&f, steps, 2);
        if (c->holds_two) {
            add_key(f.keyring, 2, FORGE_KEY_OTHER);
        }
        f.options.key_version = c->named;
        check(&f);
        assert_reason(c->name, &f, c->want);
        assert_int_equal(f.aws.requests, c->want_requests);
        assert_int_equal(entitle_decision_key_version(f.decision), c->want_version);
        assert_int_equal(entitle_decision_attempts(f.decision), c->want_requests);
        tear_down(&f);
    }
}

typedef struct rotation_case {
    const char *name;
    aws_step step;
    bool holds_newer;
    entitle_on_rotation on_rotation;
    entitle_status want;
    const char *want_warning;
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
          NULL },
        { "rotated",
          { .rotated = true },
          false,
          ENTITLE_ON_ROTATION_DEFAULT,
          ENTITLE_VERIFIED,
          "2026-09-21T14:13:20Z, and no newer version is held" },
        { "rotated, newer one held",
          { .rotated = true },
          true,
          ENTITLE_ON_ROTATION_WARN,
          ENTITLE_VERIFIED,
          "2026-09-21T14:13:20Z; version 2 is held" },
        { "rotated, says the answer only",
          { .rotated_unsigned = true },
          false,
          ENTITLE_ON_ROTATION_WARN,
          ENTITLE_VERIFIED,
          "2026-09-21T14:13:20Z" },
        { "rotated, denied",
          { .rotated = true },
          false,
          ENTITLE_ON_ROTATION_DENY,
          ENTITLE_KEY_ROTATED,
          "2026-09-21T14:13:20Z" },
        { "rotated, says the answer only, denied",
          { .rotated_unsigned = true },
          false,
          ENTITLE_ON_ROTATION_DENY,
          ENTITLE_KEY_ROTATED,
          "2026-09-21T14:13:20Z" },
        { "rotated, wrong signer",
          { .rotated = true, .key = FORGE_KEY_OTHER },
          false,
          ENTITLE_ON_ROTATION_WARN,
          ENTITLE_BAD_SIGNATURE,
          NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const rotation_case *c = &cases[i];
        gate_fixture f;
        int64_t at_s = 0;

        set_up(&f, &c->step, 1);
        if (c->holds_newer) {
            add_key(f.keyring, 2, FORGE_KEY_OTHER);
            f.options.key_version = 1;
        }
        f.options.on_rotation = c->on_rotation;
        check(&f);
        assert_reason(c->name, &f, c->want);
        assert_int_equal(
            entitle_decision_key_rotated_at(f.decision, &at_s),
            c->want_warning != NULL);
        if (c->want_warning != NULL && !warns_of(f.decision, c->want_warning)) {
            fail_msg("%s: no warning '%s'", c->name, c->want_warning);
        }
        assert_int_equal(f.aws.requests, 1);
        tear_down(&f);
    }
}

typedef struct trouble_case {
    const char *name;
    aws_step step;
    entitle_status want;
} trouble_case;

static void
gate_starts_unverified_only_where_aws_cannot_be_asked(void **state)
{
    static const trouble_case cases[] = {
        { "throttled", { .error = "ThrottlingException" }, ENTITLE_THROTTLED },
        { "failing", { .http_status = 500, .body = "" }, ENTITLE_SERVICE_ERROR },
        { "unreachable", { .failure = ENTITLE_UNREACHABLE }, ENTITLE_UNREACHABLE },
        { "silent", { .failure = ENTITLE_TIMEOUT }, ENTITLE_TIMEOUT },
        { "no answer of its kind", { .body = "{}" }, ENTITLE_BAD_RESPONSE },
        { "not entitled",
          { .error = "CustomerNotEntitledException" },
          ENTITLE_NOT_ENTITLED },
        { "denied", { .error = "AccessDeniedException" }, ENTITLE_ACCESS_DENIED },
        { "forged", { .key = FORGE_KEY_OTHER }, ENTITLE_BAD_SIGNATURE },
        { "interrupted", { .failure = ENTITLE_INTERRUPTED }, ENTITLE_INTERRUPTED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const trouble_case *c = &cases[i];
        bool unavailable =
            entitle_status_category(c->want) == ENTITLE_CATEGORY_UNAVAILABLE;
        gate_fixture f;

        set_up(&f, &c->step, 1);
        check(&f);
        assert_reason(c->name, &f, c->want);
        assert_false(entitle_decision_may_start(f.decision));

        f.options.on_unavailable = ENTITLE_ON_UNAVAILABLE_START;
        check(&f);
        assert_reason(c->name, &f, unavailable ? ENTITLE_STARTED_UNVERIFIED : c->want);
        assert_int_equal(entitle_decision_may_start(f.decision), unavailable);
        assert_int_not_equal(
            entitle_decision_verdict(f.decision), ENTITLE_VERDICT_ENTITLED);
        assert_int_equal(
            entitle_decision_cause(f.decision), unavailable ? c->want : ENTITLE_OK);
        tear_down(&f);
    }
}

static void
gate_opens_after_trouble_that_passes(void **state)
{
    static const aws_step steps[] = {
        { .error = "ThrottlingException" },
        { .http_status = 503, .body = "<html>" },
        { .failure = ENTITLE_UNREACHABLE },
        { .body = "not JSON" },
        { 0 },
    };
    gate_fixture f;

    (void)state;
    set_up(&f, steps, 5);
    check(&f);
    assert_reason("after trouble", &f, ENTITLE_VERIFIED);
    assert_int_equal(entitle_decision_attempts(f.decision), 5);
    tear_down(&f);
}

static void
gate_ends_at_its_deadline(void **state)
{
    static const aws_step step = { .error = "ThrottlingException" };
    gate_fixture f;

    (void)state;
    set_up(&f, &step, 1);
    f.options.deadline_ms = 20000;
    check(&f);
    assert_reason("throttled for ever", &f, ENTITLE_THROTTLED);
    assert_true(entitle_decision_elapsed_ms(f.decision) >= 19000);
    assert_true(entitle_decision_elapsed_ms(f.decision) <= 21000);
    tear_down(&f);
}

static void
gate_judges_at_the_clock_of_aws(void **state)
{
    static const aws_step far_ahead = { .issued_after_s = 3600, .date_after_s = 3600 };
    static const aws_step no_date = { .issued_after_s = 3600 };
    gate_fixture f;

    (void)state;
    set_up(&f, &far_ahead, 1);
    check(&f);
    assert_reason("clock an hour behind", &f, ENTITLE_VERIFIED);
    assert_int_equal(entitle_decision_warning_count(f.decision), 0);
    tear_down(&f);

    set_up(&f, &no_date, 1);
    check(&f);
    assert_reason("clock an hour behind, nobody says so", &f, ENTITLE_VERIFIED);
    assert_int_equal(entitle_decision_warning_count(f.decision), 1);
    tear_down(&f);
}

static void
gate_doubts_long_term_keys_before_it_asks(void **state)
{
    static const fake_variable long_term[] = {
        { "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE" },
        { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
        { "AWS_REGION", "eu-west-1" },
        { NULL, NULL },
    };
    static const fake_variable sandbox[] = {
        { "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE" },
        { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
        { "AWS_REGION", "eu-west-1" },
        { NULL, NULL },
    };
    const aws_step step = { 0 };
    gate_fixture f;

    (void)state;
    set_up(&f, &step, 1);
    f.fake.variables = long_term;
    check(&f);
    assert_reason("long-term keys", &f, ENTITLE_VERIFIED);
    assert_true(warns_of(f.decision, "long-term access key"));
    assert_int_equal(f.aws.requests, 1);

    f.options.strict_credentials = true;
    check(&f);
    assert_reason("long-term keys, strict", &f, ENTITLE_UNSUPPORTED_CREDENTIALS);
    assert_int_equal(f.aws.requests, 1);

    f.fake.variables = sandbox;
    check(&f);
    assert_reason("the key of the documentation", &f, ENTITLE_VERIFIED);
    assert_int_equal(entitle_decision_warning_count(f.decision), 0);

    f.fake.variables = environment;
    check(&f);
    assert_reason("temporary keys, strict", &f, ENTITLE_VERIFIED);
    tear_down(&f);
}

typedef struct setting_case {
    const char *name;
    const char *product_code;
    bool has_keys;
    const char *keys;
    const char *region;
    const char *endpoint;
    const fake_variable *variables;
    entitle_status want;
} setting_case;

static const fake_variable no_region[] = {
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },
    { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
    { NULL, NULL },
};
static const fake_variable no_credentials[] = { { "AWS_REGION", "eu-west-1" },
                                                { NULL, NULL } };
static const fake_variable half_credentials[] = { { "AWS_REGION", "eu-west-1" },
                                                  { "AWS_ACCESS_KEY_ID",
                                                    "ASIAEXAMPLE" },
                                                  { NULL, NULL } };

static void
gate_sends_nothing_before_the_settings_are_usable(void **state)
{
    static const char code[] = FORGE_PRODUCT_CODE;
    static const setting_case cases[] = {
        { "all", code, true, NULL, NULL, NULL, environment, ENTITLE_VERIFIED },
        { "no product code",
          NULL,
          true,
          NULL,
          NULL,
          NULL,
          environment,
          ENTITLE_CONFIGURATION },
        { "empty product code",
          "",
          true,
          NULL,
          NULL,
          NULL,
          environment,
          ENTITLE_CONFIGURATION },
        { "product code with a space",
          "a b",
          true,
          NULL,
          NULL,
          NULL,
          environment,
          ENTITLE_CONFIGURATION },
        { "product code with a newline",
          "a\n",
          true,
          NULL,
          NULL,
          NULL,
          environment,
          ENTITLE_CONFIGURATION },
        { "no keys",
          code,
          false,
          NULL,
          NULL,
          NULL,
          environment,
          ENTITLE_CONFIGURATION },
        { "missing keys",
          code,
          false,
          "/nowhere/keys",
          NULL,
          NULL,
          environment,
          ENTITLE_KEYS_UNUSABLE },
        { "no Region", code, true, NULL, NULL, NULL, no_region, ENTITLE_NO_REGION },
        { "Region given",
          code,
          true,
          NULL,
          "us-east-1",
          NULL,
          no_region,
          ENTITLE_VERIFIED },
        { "Region with a slash",
          code,
          true,
          NULL,
          "x.example.com/",
          NULL,
          environment,
          ENTITLE_INVALID_REGION },
        { "loopback endpoint",
          code,
          true,
          NULL,
          NULL,
          "http://127.0.0.1:1",
          environment,
          ENTITLE_VERIFIED },
        { "plain http elsewhere",
          code,
          true,
          NULL,
          NULL,
          "http://192.0.2.1",
          environment,
          ENTITLE_CONFIGURATION },
        { "https elsewhere",
          code,
          true,
          NULL,
          NULL,
          "https://192.0.2.1",
          environment,
          ENTITLE_VERIFIED },
        { "no credentials",
          code,
          true,
          NULL,
          NULL,
          NULL,
          no_credentials,
          ENTITLE_NO_CREDENTIALS },
        { "half credentials",
          code,
          true,
          NULL,
          NULL,
          NULL,
          half_credentials,
          ENTITLE_INVALID_CREDENTIALS },
    };
    const aws_step step = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const setting_case *c = &cases[i];
        gate_fixture f;

        set_up(&f, &step, 1);
        f.fake.variables = c->variables;
        f.options.product_code = c->product_code;
        f.options.keyring = c->has_keys ? f.keyring : NULL;
        f.options.keys = c->keys;
        f.options.region = c->region;
        f.options.endpoint = c->endpoint;
        check(&f);
        assert_reason(c->name, &f, c->want);
        assert_int_equal(f.aws.requests, c->want == ENTITLE_VERIFIED ? 1 : 0);
        if (c->want != ENTITLE_VERIFIED) {
            assert_non_null(entitle_decision_hint(f.decision));
        }
        tear_down(&f);
    }
}

static void
gate_names_a_sandbox(void **state)
{
    const aws_step step = { .key = FORGE_KEY_SANDBOX };
    gate_fixture f;

    (void)state;
    set_up(&f, &step, 1);
    add_key(f.keyring, 2, FORGE_KEY_SANDBOX);
    check(&f);
    assert_reason("sandbox", &f, ENTITLE_VERIFIED);
    assert_string_equal(entitle_decision_source(f.decision), "sandbox");
    tear_down(&f);
}

static void
gate_refuses_structs_of_another_version(void **state)
{
    const aws_step step = { 0 };
    gate_fixture f;
    entitle_error error;

    (void)state;
    set_up(&f, &step, 1);
    f.options.struct_size = 0;
    assert_int_equal(
        entitle_gate_check(&f.options, &f.decision, &error), ENTITLE_INVALID_ARGUMENT);
    assert_null(f.decision);
    assert_int_equal(
        entitle_gate_check(NULL, &f.decision, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_gate_check(&f.options, NULL, NULL), ENTITLE_INVALID_ARGUMENT);
    tear_down(&f);
}

static void
gate_bears_every_failing_allocation(void **state)
{
    const aws_step step = { 0 };
    gate_fixture f;
    int64_t n = 0;
    bool opened = false;

    (void)state;
    set_up(&f, &step, 1);
    for (; !opened; n++) {
        entitle_decision *decision = NULL;
        entitle_status status;

        assert_true(n < 1000);
        f.fake.allocations = 0;
        f.fake.fail_allocation = n;
        status = entitle_gate_check(&f.options, &decision, NULL);
        assert_int_equal(status == ENTITLE_OK, decision != NULL);
        opened = entitle_decision_may_start(decision);
        if (!opened && decision != NULL) {
            assert_int_equal(
                entitle_decision_verdict(decision), ENTITLE_VERDICT_UNKNOWN);
            assert_int_equal(entitle_decision_reason(decision), ENTITLE_INTERNAL_ERROR);
        }
        entitle_decision_free(decision);
    }
    assert_true(n > 5);
    f.fake.fail_allocation = -1;
    tear_down(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_opens_for_the_truth_only),
        cmocka_unit_test(decision_holds_what_is_known),
        cmocka_unit_test(no_decision_refuses),
        cmocka_unit_test(gate_asks_with_a_fresh_nonce_each_time),
        cmocka_unit_test(gate_refuses_a_replayed_answer),
        cmocka_unit_test(gate_does_not_ask_without_random_bytes),
        cmocka_unit_test(
            gate_falls_back_to_an_older_held_version_only_when_aws_refuses_one),
        cmocka_unit_test(gate_warns_of_a_rotated_key_or_refuses_it),
        cmocka_unit_test(gate_starts_unverified_only_where_aws_cannot_be_asked),
        cmocka_unit_test(gate_opens_after_trouble_that_passes),
        cmocka_unit_test(gate_ends_at_its_deadline),
        cmocka_unit_test(gate_judges_at_the_clock_of_aws),
        cmocka_unit_test(gate_doubts_long_term_keys_before_it_asks),
        cmocka_unit_test(gate_sends_nothing_before_the_settings_are_usable),
        cmocka_unit_test(gate_names_a_sandbox),
        cmocka_unit_test(gate_refuses_structs_of_another_version),
        cmocka_unit_test(gate_bears_every_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
