/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
#include "support/cmocka.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static http_reply reply;

#define OF(operation, members)                                                         \
    "{\"faults\":[{\"operation\":\"" operation "\"," members "}]}"
#define FAULT(members) OF("RegisterUsage", members)

static void
set_faults(const char *json)
{
    sandbox_process_demand(&service_sandbox, "PUT", "faults", json, NULL);
}

static void
assert_register(const char *want_error)
{
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, want_error);
}

static int64_t
now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

typedef struct error_case {
    const char *name;
    long want_status;
} error_case;

static const error_case error_cases[] = {
    { "ThrottlingException", 400 },   { "InternalServiceErrorException", 500 },
    { "InternalFailure", 500 },       { "ServiceUnavailable", 503 },
    { "AccessDeniedException", 400 }, { "ExpiredTokenException", 400 },
    { "DisabledApiException", 400 },  { "InvalidRegionException", 400 },
    { "OptInRequired", 400 },
};

static void
error_comes_with_its_status_as_often_as_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(error_cases) / sizeof(error_cases[0]); i++) {
        char json[256];
        (void)snprintf(
            json,
            sizeof(json),
            FAULT("\"times\":2,\"error\":\"%s\""),
            error_cases[i].name);
        set_faults(json);

        assert_register(error_cases[i].name);
        assert_int_equal(reply.status, error_cases[i].want_status);
        assert_register(error_cases[i].name);
        assert_register(NULL);
    }
}

static void
throttling_tells_when_to_come_back(void **state)
{
    (void)state;
    char value[32];
    set_faults(
        FAULT("\"times\":1,\"error\":\"ThrottlingException\",\"retry_after_ms\":250"));

    assert_register("ThrottlingException");
    assert_true(http_reply_header(&reply, "x-amz-retry-after", value, sizeof(value)));
    assert_string_equal(value, "250");

    set_faults(FAULT("\"times\":1,\"error\":\"ThrottlingException\""));
    assert_register("ThrottlingException");
    assert_false(http_reply_header(&reply, "x-amz-retry-after", value, sizeof(value)));
}

static void
status_comes_with_any_body(void **state)
{
    (void)state;
    set_faults(FAULT("\"times\":1,\"status\":503,\"body\":\"<html>busy</html>\""));
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    assert_int_equal(reply.status, 503);
    assert_string_equal(reply.body, "<html>busy</html>");

    set_faults(FAULT("\"times\":1,\"status\":200"));
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "");
}

static void
assert_registered(const char *want)
{
    sandbox_process_demand(&service_sandbox, "GET", "state", NULL, &reply);
    assert_non_null(strstr(reply.body, want));
}

static void
reset_ends_the_connection_before_the_work(void **state)
{
    (void)state;
    set_faults(FAULT("\"times\":1,\"reset\":true"));

    service_try_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);

    assert_true(reply.code == CURLE_RECV_ERROR || reply.code == CURLE_GOT_NOTHING);
    assert_registered("\"registered\":false");
    assert_register(NULL);
}

static void
dropped_reply_comes_after_the_work(void **state)
{
    (void)state;
    set_faults(FAULT("\"times\":1,\"drop_reply\":true"));

    service_try_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);

    assert_true(reply.code == CURLE_RECV_ERROR || reply.code == CURLE_GOT_NOTHING);
    assert_registered("\"registered\":true");
    assert_register(NULL);
}

static void *
register_delayed(void *context)
{
    static http_reply delayed;
    (void)context;
    service_try_register(&service_sandbox, SERVICE_GOOD_BODY, &delayed);
    return delayed.status == 200 ? &delayed : NULL;
}

static void
delay_holds_up_nobody_else(void **state)
{
    (void)state;
    pthread_t thread;
    void *answered = NULL;
    set_faults(FAULT("\"times\":1,\"delay_ms\":3000"));
    int64_t start_ms = now_ms();
    assert_int_equal(pthread_create(&thread, NULL, register_delayed, NULL), 0);
    /* Once the fault is spent, the other request is being delayed. */
    do {
        sandbox_process_demand(&service_sandbox, "GET", "state", NULL, &reply);
    } while (strstr(reply.body, "\"faults\":[]") == NULL);

    assert_register(NULL);
    assert_true(now_ms() - start_ms < 3000);

    assert_int_equal(pthread_join(thread, &answered), 0);
    assert_non_null(answered);
    assert_true(now_ms() - start_ms >= 3000);
}

typedef struct skew_case {
    const char *json;
    const char *want_text; /* in the message; NULL: a token */
} skew_case;

static const skew_case skew_cases[] = {
    { FAULT("\"times\":1,\"skew_s\":880"), NULL },
    { FAULT("\"times\":1,\"skew_s\":910"), "Signature expired: " },
    { FAULT("\"times\":1,\"skew_s\":-880"), NULL },
    { FAULT("\"times\":1,\"skew_s\":-910"), "Signature not yet current: " },
};

static void
skew_moves_freshness_and_date(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(skew_cases) / sizeof(skew_cases[0]); i++) {
        char date[64];
        set_faults(skew_cases[i].json);
        service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
        bool is_refused = skew_cases[i].want_text != NULL;
        service_assert_error(&reply, is_refused ? "InvalidSignatureException" : NULL);
        if (is_refused) {
            assert_non_null(strstr(reply.body, skew_cases[i].want_text));
        }
        assert_true(http_reply_header(&reply, "Date", date, sizeof(date)));
        double offset = (double)(curl_getdate(date, NULL) - time(NULL));
        assert_true(offset > 800 || offset < -800);
    }
}

static void
fault_acts_on_its_operation_only(void **state)
{
    (void)state;
    set_faults("{\"faults\":[{\"operation\":\"MeterUsage\",\"error\":\"SlowDown\"},"
               "{\"operation\":\"BatchMeterUsage\",\"unprocessed\":3}]}");
    assert_register(NULL);
    set_faults("{\"faults\":[{\"operation\":\"*\",\"error\":\"SlowDown\"}]}");
    assert_register("SlowDown");
    set_faults("{\"faults\":[]}");
    assert_register(NULL);
}

static void
first_matching_fault_acts(void **state)
{
    (void)state;
    set_faults("{\"faults\":[{\"operation\":\"RegisterUsage\",\"times\":1,\"error\":"
               "\"SlowDown\"},"
               "{\"operation\":\"*\",\"times\":1,\"error\":\"Throttling\"}]}");
    assert_register("SlowDown");
    assert_register("Throttling");
    assert_register(NULL);
}

enum { RATE_CALLS = 64 };

static void
record_rate(char pattern[RATE_CALLS + 1])
{
    set_faults(FAULT("\"rate\":0.5,\"error\":\"SlowDown\""));
    for (size_t i = 0; i < RATE_CALLS; i++) {
        service_register(&service_sandbox, "{}", &reply);
        pattern[i] = strstr(reply.body, "SlowDown") != NULL ? 'x' : '.';
    }
    pattern[RATE_CALLS] = '\0';
}

static void
rate_repeats_itself_under_a_seed(void **state)
{
    (void)state;
    char first[RATE_CALLS + 1];
    char second[RATE_CALLS + 1];
    record_rate(first);
    assert_int_equal(service_reset(NULL), 0);
    record_rate(second);

    assert_string_equal(first, second);
    assert_non_null(strchr(first, 'x'));
    assert_non_null(strchr(first, '.'));
}

/* A new script throws the dice from the start, whatever an older one has thrown. */
static void
rate_begins_anew_with_each_script(void **state)
{
    (void)state;
    char first[RATE_CALLS + 1];
    char second[RATE_CALLS + 1];
    record_rate(first);
    service_register(&service_sandbox, "{}", &reply);
    record_rate(second);

    assert_string_equal(first, second);
}

/* The same for another process with that seed, and not for one with another. */
static void
rate_goes_by_the_seed_alone(void **state)
{
    static const char *const seeds[] = { "7", "7", "8" };
    char patterns[3][RATE_CALLS + 1];
    (void)state;
    for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
        const char *const arguments[] = { "--seed", seeds[i], NULL };
        assert_true(sandbox_process_start(&service_sandbox, arguments));
        record_rate(patterns[i]);
        assert_int_equal(sandbox_process_stop(&service_sandbox, SIGTERM, NULL), 0);
    }

    assert_string_equal(patterns[0], patterns[1]);
    assert_string_not_equal(patterns[0], patterns[2]);
}

typedef struct refusal_case {
    const char *json;
    const char *want_text; /* NULL: accepted */
} refusal_case;

static const refusal_case refusal_cases[] = {
    { FAULT("\"error\":\"SlowDown\""), NULL },
    { FAULT("\"error\":\"SlowUp\""), "\\\"error\\\"" },
    { FAULT("\"error\":7"), "\\\"error\\\"" },
    { FAULT("\"eror\":\"SlowDown\""), "\\\"eror\\\"" },
    { FAULT("\"error\":\"SlowDown\",\"retry_after_ms\":1"), NULL },
    { FAULT("\"error\":\"SlowDown\",\"retry_after_ms\":-1"), "\\\"retry_after_ms\\\"" },
    { FAULT("\"error\":\"InternalFailure\",\"retry_after_ms\":1"),
      "\\\"retry_after_ms\\\"" },
    { FAULT("\"reset\":true"), NULL },
    { FAULT("\"reset\":true,\"retry_after_ms\":1"), "\\\"retry_after_ms\\\"" },
    { FAULT("\"reset\":false"), "\\\"reset\\\"" },
    { FAULT("\"reset\":1"), "\\\"reset\\\"" },
    { FAULT("\"drop_reply\":false"), "\\\"drop_reply\\\"" },
    { FAULT("\"status\":200"), NULL },
    { FAULT("\"status\":199"), "\\\"status\\\"" },
    { FAULT("\"status\":599"), NULL },
    { FAULT("\"status\":600"), "\\\"status\\\"" },
    { FAULT("\"body\":\"x\",\"reset\":true"), "\\\"body\\\"" },
    { FAULT("\"delay_ms\":0"), NULL },
    { FAULT("\"delay_ms\":-1"), "\\\"delay_ms\\\"" },
    { FAULT("\"delay_ms\":1.5"), "\\\"delay_ms\\\"" },
    { FAULT("\"skew_s\":-5"), NULL },
    { FAULT("\"skew_s\":\"5\""), "\\\"skew_s\\\"" },
    { FAULT("\"unprocessed\":25"), NULL },
    { FAULT("\"unprocessed\":26"), "\\\"unprocessed\\\"" },
    { FAULT("\"unprocessed\":0"), "\\\"unprocessed\\\"" },
    { FAULT("\"token\":\"camel\""), NULL },
    { FAULT("\"token\":\"dromedary\""), "\\\"token\\\"" },
    { FAULT("\"times\":1,\"reset\":true"), NULL },
    { FAULT("\"times\":0,\"reset\":true"), "\\\"times\\\"" },
    { FAULT("\"rate\":1,\"reset\":true"), NULL },
    { FAULT("\"rate\":1.1,\"reset\":true"), "\\\"rate\\\"" },
    { FAULT("\"rate\":0.5,\"times\":1,\"reset\":true"), "\\\"times\\\"" },
    { FAULT("\"reset\":true,\"drop_reply\":true"), "second kind" },
    { "{\"faults\":[{\"operation\":\"RegisterUsage\"}]}", "needs one of" },
    { "{\"faults\":[{\"operation\":\"Other\",\"reset\":true}]}", "\\\"operation\\\"" },
    { "{\"faults\":[{\"reset\":true}]}", "\\\"operation\\\"" },
    { "{\"faults\":[{\"operation\":\"*\",\"reset\":true},7]}", "faults[1]" },
    { FAULT("\"document\":\"half\""), "RegisterUsage cannot go wrong" },
    { FAULT("\"expires_in_s\":1"), "RegisterUsage cannot go wrong" },
    { OF("sts", "\"document\":\"half\""), NULL },
    { OF("sts", "\"document\":\"quarter\""), "\\\"document\\\"" },
    { OF("sts", "\"document\":\"xml_entities\""), NULL },
    { OF("eks-credentials", "\"document\":\"xml_entities\""), "xml_entities" },
    { OF("eks-credentials", "\"document\":\"code_not_success\""), NULL },
    { OF("sts", "\"document\":\"code_not_success\""), "code_not_success" },
    { OF("ecs-credentials", "\"error\":\"AccessDenied\""), NULL },
    { OF("ecs-metadata", "\"error\":\"AccessDenied\""), "ecs-metadata cannot" },
    { OF("ecs-metadata", "\"document\":\"not_json\""), NULL },
    { OF("ecs-metadata", "\"document\":\"expired\""), "expired" },
    { OF("sts", "\"token\":\"none\""), "sts cannot" },
    { OF("sts", "\"unprocessed\":1"), "sts cannot" },
    { OF("imds", "\"http_tokens\":\"required\""), NULL },
    { OF("imds", "\"http_tokens\":\"optional\""), "\\\"http_tokens\\\"" },
    { OF("imds-token", "\"http_tokens\":\"required\""), "imds-token cannot" },
    { OF("imds", "\"document\":\"expired\""), "expired" },
    { OF("imds-credentials", "\"document\":\"expired\""), NULL },
    { OF("imds-credentials", "\"expires_in_s\":-43200"), NULL },
    { OF("imds-credentials", "\"expires_in_s\":-43201"), "\\\"expires_in_s\\\"" },
    { OF("imds-other", "\"status\":500"), "\\\"operation\\\"" },
    { "{\"faults\":{}}", "\\\"faults\\\"" },
    { "{}", "\\\"faults\\\"" },
    { "{\"faults\":[],\"x\":1}", "\\\"x\\\"" },
};

static void
faults_are_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refusal_cases) / sizeof(refusal_cases[0]); i++) {
        const refusal_case *one = &refusal_cases[i];
        print_message("%s\n", one->json);

        long status = sandbox_process_control(
            &service_sandbox, "PUT", "faults", one->json, &reply);

        assert_int_equal(status, one->want_text == NULL ? 200 : 400);
        assert_non_null(strstr(
            reply.body, one->want_text != NULL ? one->want_text : "\"faults\":["));
    }
}

static void
refused_script_leaves_the_old_one(void **state)
{
    (void)state;
    set_faults(FAULT("\"error\":\"SlowDown\""));
    assert_int_equal(
        sandbox_process_control(
            &service_sandbox, "PUT", "faults", FAULT("\"error\":\"x\""), NULL),
        400);
    assert_register("SlowDown");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(
            error_comes_with_its_status_as_often_as_asked, service_reset),
        cmocka_unit_test_setup(throttling_tells_when_to_come_back, service_reset),
        cmocka_unit_test_setup(status_comes_with_any_body, service_reset),
        cmocka_unit_test_setup(
            reset_ends_the_connection_before_the_work, service_reset),
        cmocka_unit_test_setup(dropped_reply_comes_after_the_work, service_reset),
        cmocka_unit_test_setup(delay_holds_up_nobody_else, service_reset),
        cmocka_unit_test_setup(skew_moves_freshness_and_date, service_reset),
        cmocka_unit_test_setup(fault_acts_on_its_operation_only, service_reset),
        cmocka_unit_test_setup(first_matching_fault_acts, service_reset),
        cmocka_unit_test_setup(rate_repeats_itself_under_a_seed, service_reset),
        cmocka_unit_test_setup(rate_begins_anew_with_each_script, service_reset),
        cmocka_unit_test_setup(faults_are_read_strictly, service_reset),
        cmocka_unit_test_setup(refused_script_leaves_the_old_one, service_reset),
    };
    const struct CMUnitTest alone[] = {
        cmocka_unit_test(rate_goes_by_the_seed_alone),
    };
    int failed = cmocka_run_group_tests_name(
        "sandbox_faults", tests, service_start, service_stop);
    return failed +
           cmocka_run_group_tests_name("sandbox_faults_alone", alone, NULL, NULL);
}
