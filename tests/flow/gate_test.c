/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The whole gate over real HTTP: the C API against a sandbox that tells the
 * truth or lies.
 */
#include "service_client.h"
#include "support/cmocka.h"

#include <entitle.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* --- Surroundings: the sandbox's task, and a clock that can ask to stop ----------- */

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* `context` is the moment from which on the answer is yes; NULL: never. */
static bool
has_come(void *context)
{
    const int64_t *moment_ms = context;

    return moment_ms != NULL && now_ms() >= *moment_ms;
}

static entitle_runtime
runtime_until(int64_t *moment_ms)
{
    return (entitle_runtime){
        .struct_size = sizeof(entitle_runtime),
        .context = moment_ms,
        .environment = aws_environment,
        .interrupted = has_come,
    };
}

static entitle_gate_options
options_for(const entitle_runtime *runtime)
{
    return (entitle_gate_options){
        .struct_size = sizeof(entitle_gate_options),
        .product_code = service_sandbox.product_code,
        .keys = service_sandbox.keys,
        .endpoint = service_sandbox.url,
        .deadline_ms = 20000,
        .runtime = runtime,
    };
}

static entitle_decision *
decide(const entitle_gate_options *options)
{
    entitle_decision *decision = NULL;

    assert_int_equal(entitle_gate_check(options, &decision, NULL), ENTITLE_OK);
    return decision;
}

static void
assert_reason(const char *name, const entitle_decision *decision, entitle_status want)
{
    if (entitle_decision_reason(decision) != want) {
        fail_msg(
            "%s: %s, not %s: %s",
            name,
            entitle_status_name(entitle_decision_reason(decision)),
            entitle_status_name(want),
            entitle_decision_message(decision));
    }
    assert_int_equal(entitle_decision_may_start(decision), want == ENTITLE_VERIFIED);
}

static void
assert_gate(
    const char *name,
    const char *fault,
    int64_t deadline_ms,
    entitle_status want,
    uint32_t want_attempts)
{
    const entitle_runtime runtime = runtime_until(NULL);
    entitle_gate_options options = options_for(&runtime);
    char json[256];
    entitle_decision *decision;

    (void)snprintf(
        json,
        sizeof(json),
        "{\"faults\":[{\"operation\":\"RegisterUsage\",%s}]}",
        fault);
    service_control("POST", "reset", NULL);
    service_control("PUT", "faults", json);
    options.deadline_ms = deadline_ms;
    decision = decide(&options);
    assert_reason(name, decision, want);
    if (want_attempts != 0 && entitle_decision_attempts(decision) != want_attempts) {
        fail_msg(
            "%s: %u attempts, not %u",
            name,
            entitle_decision_attempts(decision),
            want_attempts);
    }
    entitle_decision_free(decision);
}

/* --- A service that lies ---------------------------------------------------------- */

typedef struct fault_case {
    const char *name;
    const char *fault; /* members of a fault, but for the operation */
    entitle_status want;
    uint32_t want_attempts; /* 0: any number */
} fault_case;

static void
gate_never_opens_for_a_lie(void **state)
{
    static const fault_case cases[] = {
        { "the truth", "\"delay_ms\":1", ENTITLE_VERIFIED, 1 },
        { "other nonce", "\"token\":\"other_nonce\"", ENTITLE_NONCE_MISMATCH, 1 },
        { "other product",
          "\"token\":\"other_product\"",
          ENTITLE_PRODUCT_CODE_MISMATCH,
          1 },
        { "other version",
          "\"token\":\"other_version\"",
          ENTITLE_KEY_VERSION_MISMATCH,
          1 },
        { "other key", "\"token\":\"other_key\"", ENTITLE_BAD_SIGNATURE, 1 },
        { "RS256", "\"token\":\"rs256\"", ENTITLE_ALGORITHM_NOT_ALLOWED, 1 },
        { "none", "\"token\":\"none\"", ENTITLE_MALFORMED_TOKEN, 1 },
        { "bad signature", "\"token\":\"bad_signature\"", ENTITLE_BAD_SIGNATURE, 1 },
        { "both spellings", "\"token\":\"both_spellings\"", ENTITLE_CLAIM_CONFLICT, 1 },
        { "no salt", "\"token\":\"salt0\"", ENTITLE_BAD_SIGNATURE, 1 },
        { "camel case", "\"token\":\"camel\"", ENTITLE_VERIFIED, 1 },
        { "Pascal case", "\"token\":\"pascal\"", ENTITLE_VERIFIED, 1 },
        { "HTML",
          "\"status\":200,\"body\":\"<html>yes</html>\"",
          ENTITLE_BAD_RESPONSE,
          2 },
        { "nothing", "\"status\":200,\"body\":\"\"", ENTITLE_BAD_RESPONSE, 2 },
        { "no Signature", "\"status\":200,\"body\":\"{}\"", ENTITLE_BAD_RESPONSE, 2 },
        { "half a JSON",
          "\"status\":200,\"body\":\"{\\\"Signature\"",
          ENTITLE_BAD_RESPONSE,
          2 },
        { "a redirect", "\"status\":302,\"body\":\"{}\"", ENTITLE_BAD_RESPONSE, 2 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const fault_case *c = &cases[i];
        assert_gate(c->name, c->fault, 20000, c->want, c->want_attempts);
    }
}

static void
gate_refuses_an_answer_to_an_earlier_request(void **state)
{
    const entitle_runtime runtime = runtime_until(NULL);
    entitle_gate_options options = options_for(&runtime);
    entitle_decision *decision;

    (void)state;
    service_control("POST", "reset", NULL);
    decision = decide(&options);
    assert_reason("the first", decision, ENTITLE_VERIFIED);
    entitle_decision_free(decision);

    service_control(
        "PUT", "faults", "{\"faults\":[{\"operation\":\"*\",\"token\":\"replay\"}]}");
    decision = decide(&options);
    assert_reason("the same again", decision, ENTITLE_NONCE_MISMATCH);
    entitle_decision_free(decision);
}

/* --- Trouble ---------------------------------------------------------------------- */

static void
gate_opens_after_trouble_that_passes(void **state)
{
    static const fault_case cases[] = {
        { "throttled twice",
          "\"times\":2,\"error\":\"ThrottlingException\"",
          ENTITLE_VERIFIED,
          3 },
        { "failing",
          "\"times\":2,\"error\":\"InternalServiceErrorException\"",
          ENTITLE_VERIFIED,
          3 },
        { "503 with HTML",
          "\"times\":2,\"status\":503,\"body\":\"<html>\"",
          ENTITLE_VERIFIED,
          3 },
        { "reset", "\"times\":2,\"reset\":true", ENTITLE_VERIFIED, 3 },
        { "reply dropped", "\"times\":1,\"drop_reply\":true", ENTITLE_VERIFIED, 2 },
        { "slow", "\"times\":1,\"delay_ms\":300", ENTITLE_VERIFIED, 1 },
        { "clock 10 min off", "\"skew_s\":600", ENTITLE_VERIFIED, 1 },
        { "clock 20 min off", "\"skew_s\":1200", ENTITLE_VERIFIED, 2 },
        { "clock 20 min off, the other way", "\"skew_s\":-1200", ENTITLE_VERIFIED, 2 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const fault_case *c = &cases[i];
        assert_gate(c->name, c->fault, 20000, c->want, c->want_attempts);
    }
}

static void
gate_ends_at_the_deadline_when_trouble_stays(void **state)
{
    static const fault_case cases[] = {
        { "throttled", "\"error\":\"ThrottlingException\"", ENTITLE_THROTTLED, 0 },
        { "failing",
          "\"error\":\"InternalServiceErrorException\"",
          ENTITLE_SERVICE_ERROR,
          0 },
        { "reset", "\"reset\":true", ENTITLE_UNREACHABLE, 0 },
        { "silent", "\"delay_ms\":60000", ENTITLE_TIMEOUT, 0 },
    };
    const int64_t deadline_ms = 2500;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const fault_case *c = &cases[i];
        int64_t started_ms = now_ms();
        int64_t took_ms;

        assert_gate(c->name, c->fault, deadline_ms, c->want, c->want_attempts);
        took_ms = now_ms() - started_ms;
        if (took_ms < deadline_ms - 1000 || took_ms > deadline_ms + 1000) {
            fail_msg("%s: ended after %lld ms", c->name, (long long)took_ms);
        }
    }
}

static void
gate_says_that_nobody_listens(void **state)
{
    const entitle_runtime runtime = runtime_until(NULL);
    entitle_gate_options options = options_for(&runtime);
    entitle_decision *decision;

    (void)state;
    options.endpoint = "http://127.0.0.1:1";
    options.deadline_ms = 1200;
    decision = decide(&options);
    assert_reason("closed port", decision, ENTITLE_UNREACHABLE);
    assert_true(entitle_decision_attempts(decision) > 1);
    entitle_decision_free(decision);
}

static void
gate_can_be_interrupted_while_it_waits(void **state)
{
    static const char *const faults[] = {
        "{\"faults\":[{\"operation\":\"*\",\"delay_ms\":60000}]}",
        "{\"faults\":[{\"operation\":\"*\",\"error\":\"ThrottlingException\"}]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        int64_t moment_ms = now_ms() + 300;
        const entitle_runtime runtime = runtime_until(&moment_ms);
        entitle_gate_options options = options_for(&runtime);
        entitle_decision *decision;

        service_control("PUT", "faults", faults[i]);
        moment_ms = now_ms() + 300;
        decision = decide(&options);
        assert_reason("interrupted", decision, ENTITLE_INTERRUPTED);
        assert_true(now_ms() - moment_ms < 200);
        entitle_decision_free(decision);
    }
    service_control("POST", "reset", NULL);
}

/* --- What AWS says ---------------------------------------------------------------- */

static void
gate_follows_the_subscription_as_aws_does(void **state)
{
    const entitle_runtime runtime = runtime_until(NULL);
    entitle_gate_options options = options_for(&runtime);
    entitle_decision *decision;

    (void)state;
    service_control("POST", "reset", NULL);
    decision = decide(&options);
    assert_reason("subscribed", decision, ENTITLE_VERIFIED);
    assert_string_equal(entitle_decision_source(decision), "sandbox");
    assert_non_null(entitle_decision_request_id(decision));
    entitle_decision_free(decision);

    service_control("PUT", "subscription", "{\"subscribed\":false}");
    decision = decide(&options);
    assert_reason("a task that is registered goes on", decision, ENTITLE_VERIFIED);
    entitle_decision_free(decision);

    service_control("POST", "identity", "{\"kind\":\"ecs-task\"}");
    decision = decide(&options);
    assert_reason("a new task", decision, ENTITLE_NOT_ENTITLED);
    assert_int_equal(entitle_decision_verdict(decision), ENTITLE_VERDICT_NOT_ENTITLED);
    assert_non_null(entitle_decision_hint(decision));
    entitle_decision_free(decision);

    service_control("POST", "identity", "{\"kind\":\"laptop\"}");
    decision = decide(&options);
    assert_reason("a laptop", decision, ENTITLE_PLATFORM_NOT_SUPPORTED);
    entitle_decision_free(decision);
    service_control("POST", "reset", NULL);
}

static void
gate_names_wrong_settings(void **state)
{
    const entitle_runtime runtime = runtime_until(NULL);
    entitle_gate_options options = options_for(&runtime);
    entitle_decision *decision;

    (void)state;
    service_control("POST", "reset", NULL);
    options.product_code = "another-product";
    decision = decide(&options);
    assert_reason("another product", decision, ENTITLE_INVALID_PRODUCT_CODE);
    entitle_decision_free(decision);

    options = options_for(&runtime);
    options.region = "eu-west-1";
    decision = decide(&options);
    assert_reason("another Region", decision, ENTITLE_INVALID_REGION);
    entitle_decision_free(decision);
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

static void
gate_warns_of_rotation_with_one_call(void **state)
{
    const entitle_runtime runtime = runtime_until(NULL);
    entitle_gate_options options = options_for(&runtime);
    entitle_decision *decision;
    int64_t at_s = 0;

    (void)state;
    service_control("POST", "reset", NULL);
    service_control("POST", "keys/rotate", NULL);
    decision = decide(&options);
    assert_reason("the newest", decision, ENTITLE_VERIFIED);
    assert_int_equal(entitle_decision_key_version(decision), 2);
    assert_false(entitle_decision_key_rotated_at(decision, &at_s));
    entitle_decision_free(decision);

    options.key_version = 1;
    decision = decide(&options);
    assert_reason("the older, named", decision, ENTITLE_VERIFIED);
    assert_true(entitle_decision_key_rotated_at(decision, &at_s));
    assert_true(warns_of(decision, "version 2 is held"));
    assert_int_equal(entitle_decision_attempts(decision), 1);
    entitle_decision_free(decision);

    options.on_rotation = ENTITLE_ON_ROTATION_DENY;
    decision = decide(&options);
    assert_reason("the older, denied", decision, ENTITLE_KEY_ROTATED);
    entitle_decision_free(decision);
    service_control("POST", "reset", NULL);
}

/* --- Two threads ------------------------------------------------------------------ */

static void *
decide_often(void *context)
{
    const entitle_runtime runtime = runtime_until(NULL);
    entitle_gate_options options = options_for(&runtime);
    size_t *opened = context;

    for (int i = 0; i < 10; i++) {
        entitle_decision *decision = NULL;
        if (entitle_gate_check(&options, &decision, NULL) == ENTITLE_OK &&
            entitle_decision_may_start(decision)) {
            ++*opened;
        }
        entitle_decision_free(decision);
    }
    return NULL;
}

static void
gate_serves_two_threads_at_once(void **state)
{
    pthread_t threads[2];
    size_t opened[2] = { 0 };

    (void)state;
    service_control("POST", "reset", NULL);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            pthread_create(&threads[i], NULL, decide_often, &opened[i]), 0);
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(opened[i], 10);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_never_opens_for_a_lie),
        cmocka_unit_test(gate_refuses_an_answer_to_an_earlier_request),
        cmocka_unit_test(gate_opens_after_trouble_that_passes),
        cmocka_unit_test(gate_ends_at_the_deadline_when_trouble_stays),
        cmocka_unit_test(gate_says_that_nobody_listens),
        cmocka_unit_test(gate_can_be_interrupted_while_it_waits),
        cmocka_unit_test(gate_follows_the_subscription_as_aws_does),
        cmocka_unit_test(gate_names_wrong_settings),
        cmocka_unit_test(gate_warns_of_rotation_with_one_call),
        cmocka_unit_test(gate_serves_two_threads_at_once),
    };

    return cmocka_run_group_tests(tests, service_start, service_stop);
}
