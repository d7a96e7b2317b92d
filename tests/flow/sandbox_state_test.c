/* SPDX-License-Identifier: Apache-2.0 */
#include "platform_client.h"
#include "state_folder.h"
#include "support/cmocka.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TASK "/v2/credentials/11111111-2222-4333-8444-555555555555"

/* What the sandbox must not forget, however it ends. */
static const int endings[] = { SIGKILL, SIGTERM };
enum { ENDINGS = sizeof(endings) / sizeof(endings[0]) };

static http_reply reply;
static char before[32768];
static char after[32768];

static void
assert_register(const char *want_error)
{
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, want_error);
}

static void
registration_outlives_the_sandbox(void **state)
{
    (void)state;
    for (size_t i = 0; i < ENDINGS; i++) {
        state_start();
        state_control("POST", "reset", NULL);
        assert_register(NULL);
        state_control("PUT", "subscription", "{\"subscribed\":false}");
        assert_register(NULL);

        state_restart(endings[i]);

        assert_register(NULL);
        state_control("POST", "identity", "{\"kind\":\"ecs-task\"}");
        assert_register("CustomerNotEntitledException");
        assert_int_equal(sandbox_process_stop(&service_sandbox, SIGTERM, NULL), 0);
    }
}

/* Neither of two tasks is taken for the other, nor for one that has been before. */
static void
identities_keep_their_numbers(void **state)
{
    (void)state;
    state_start();
    state_control("POST", "identity", "{\"kind\":\"eks-pod\"}");
    assert_non_null(strstr(state_reply.body, "\"eks-pod/2\""));
    for (size_t i = 0; i < ENDINGS; i++) {
        char want[32];
        state_restart(endings[i]);
        state_control("POST", "identity", "{\"kind\":\"ec2\"}");
        (void)snprintf(want, sizeof(want), "\"ec2/%zu\"", i + 3);
        assert_non_null(strstr(state_reply.body, want));
    }
    state_restart(SIGKILL);
    state_control("GET", "state", NULL);
    assert_non_null(strstr(state_reply.body, "\"identity\":{\"kind\":\"ec2\","));
}

static void
container_is_known_again(void **state)
{
    (void)state;
    platform_credentials credentials;
    state_start();
    platform_get(TASK, NULL, &reply);
    platform_read_json(&reply, &credentials);
    platform_assert_register(&credentials, NULL);
    state_control("PUT", "subscription", "{\"subscribed\":false}");

    state_restart(SIGKILL);

    /* Its credentials were of a sandbox that is gone; it fetches others. */
    platform_assert_register(&credentials, "UnrecognizedClientException");
    platform_get(TASK, NULL, &reply);
    platform_read_json(&reply, &credentials);
    platform_assert_register(&credentials, NULL);
    state_control("GET", "state", NULL);
    assert_non_null(strstr(
        state_reply.body,
        "\"containers\":[{\"kind\":\"ecs-task\",\"name\":\"ecs-task/2\",\"registered\":"
        "true}]"));
}

static void
clock_keeps_its_offset(void **state)
{
    (void)state;
    char want[64];
    state_start();
    state_control("POST", "clock", "{\"advance_s\":86400}");
    state_control("POST", "clock", "{\"advance_s\":-3600}");
    (void)snprintf(want, sizeof(want), "\"offset_s\":%d}", 86400 - 3600);
    assert_non_null(strstr(state_reply.body, want));
    for (size_t i = 0; i < ENDINGS; i++) {
        state_restart(endings[i]);
        state_control("GET", "state", NULL);
        assert_non_null(strstr(state_reply.body, want));
    }
}

/* Three hours of one customer, and one of them twice: as SDKs resend. */
static void
write_batch(int64_t newest_s, char *out, size_t out_size)
{
    (void)snprintf(
        out,
        out_size,
        "{\"ProductCode\":\"" SERVICE_PRODUCT "\",\"UsageRecords\":["
        "{\"CustomerIdentifier\":\"cust-0001\",\"Dimension\":\"requests\","
        "\"Quantity\":1,\"Timestamp\":%" PRId64 "},"
        "{\"CustomerIdentifier\":\"cust-0001\",\"Dimension\":\"requests\","
        "\"Quantity\":2,\"Timestamp\":%" PRId64 "},"
        "{\"CustomerIdentifier\":\"cust-0001\",\"Dimension\":\"gigabytes\","
        "\"Quantity\":3,\"Timestamp\":%" PRId64 ",\"UsageAllocations\":["
        "{\"AllocatedUsageQuantity\":3,\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]}]}"
        "]}",
        newest_s,
        newest_s - 3600,
        newest_s);
}

static void
records_outlive_the_sandbox(void **state)
{
    (void)state;
    char body[1024];
    state_start();
    write_batch((int64_t)time(NULL), body, sizeof(body));
    service_call(&service_sandbox, "BatchMeterUsage", body, &reply);
    service_assert_error(&reply, NULL);
    state_read_records(before, sizeof(before));
    assert_non_null(strstr(before, "\"sequence\":3,"));

    for (size_t i = 0; i < ENDINGS; i++) {
        state_restart(endings[i]);
        state_read_records(after, sizeof(after));
        assert_string_equal(after, before);
        static http_reply again;
        service_call(&service_sandbox, "BatchMeterUsage", body, &again);
        assert_string_equal(again.body, reply.body);
        state_read_records(after, sizeof(after));
        assert_string_equal(after, before);
    }
}

static void
reset_forgets_everything(void **state)
{
    (void)state;
    char body[1024];
    state_start();
    state_control("POST", "clock", "{\"advance_s\":5000}");
    write_batch((int64_t)time(NULL), body, sizeof(body));
    service_call(&service_sandbox, "BatchMeterUsage", body, &reply);
    service_assert_error(&reply, NULL);
    assert_register(NULL);
    state_control("PUT", "subscription", "{\"subscribed\":false}");
    state_control("POST", "reset", NULL);

    for (size_t i = 0; i < ENDINGS; i++) {
        state_read_records(after, sizeof(after));
        assert_string_equal(after, "{\"records\":[],\"next\":0,\"totals\":[]}\n");
        state_control("GET", "state", NULL);
        assert_non_null(strstr(state_reply.body, "\"offset_s\":0}"));
        assert_non_null(strstr(state_reply.body, "\"subscribed\":true"));
        assert_non_null(
            strstr(state_reply.body, "\"name\":\"ecs-task/1\",\"registered\":false}"));
        state_restart(endings[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            registration_outlives_the_sandbox, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            identities_keep_their_numbers, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            container_is_known_again, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            clock_keeps_its_offset, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            records_outlive_the_sandbox, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            reset_forgets_everything, state_make, state_remove),
    };
    return cmocka_run_group_tests_name("sandbox_state", tests, NULL, NULL);
}
