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
        service_control("POST", "reset", NULL);
        assert_register(NULL);
        service_control("PUT", "subscription", "{\"subscribed\":false}");
        assert_register(NULL);

        state_restart(endings[i]);

        assert_register(NULL);
        service_control("POST", "identity", "{\"kind\":\"ecs-task\"}");
        assert_register("CustomerNotEntitledException");
        state_stop(SIGTERM);
    }
}

/* Neither of two tasks is taken for the other, nor for one that has been before. */
static void
identities_keep_their_numbers(void **state)
{
    (void)state;
    state_start();
    service_control("POST", "identity", "{\"kind\":\"eks-pod\"}");
    assert_non_null(strstr(service_reply.body, "\"eks-pod/2\""));
    for (size_t i = 0; i < ENDINGS; i++) {
        char want[32];
        state_restart(endings[i]);
        service_control("POST", "identity", "{\"kind\":\"ec2\"}");
        (void)snprintf(want, sizeof(want), "\"ec2/%zu\"", i + 3);
        assert_non_null(strstr(service_reply.body, want));
    }
    state_restart(SIGKILL);
    service_control("GET", "state", NULL);
    assert_non_null(strstr(service_reply.body, "\"identity\":{\"kind\":\"ec2\","));
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
    service_control("PUT", "subscription", "{\"subscribed\":false}");

    state_restart(SIGKILL);

    /* Its credentials were of a sandbox that is gone; it fetches others. */
    platform_assert_register(&credentials, "UnrecognizedClientException");
    platform_get(TASK, NULL, &reply);
    platform_read_json(&reply, &credentials);
    platform_assert_register(&credentials, NULL);
    service_control("GET", "state", NULL);
    assert_non_null(strstr(
        service_reply.body,
        "\"containers\":[{\"kind\":\"ecs-task\",\"name\":\"ecs-task/2\",\"registered\":"
        "true}]"));
}

static void
clock_keeps_its_offset(void **state)
{
    (void)state;
    char want[64];
    state_start();
    service_control("POST", "clock", "{\"advance_s\":86400}");
    service_control("POST", "clock", "{\"advance_s\":-3600}");
    (void)snprintf(want, sizeof(want), "\"offset_s\":%d}", 86400 - 3600);
    assert_non_null(strstr(service_reply.body, want));
    for (size_t i = 0; i < ENDINGS; i++) {
        state_restart(endings[i]);
        service_control("GET", "state", NULL);
        assert_non_null(strstr(service_reply.body, want));
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

/* In the service's time, which here is not the machine's. */
static void
rotation_keeps_its_time(void **state)
{
    (void)state;
    static const char *const wants[] = {
        "\"key_versions\":[{\"version\":1,\"rotated_at\":\"2026-03-01T05:59:",
        "},{\"version\":2,\"rotated_at\":null}]",
    };
    state_start();
    service_control("POST", "clock", "{\"set\":\"2026-03-01T05:59:00Z\"}");
    service_control("POST", "keys/rotate", NULL);
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    static http_reply again;
    char *end = strchr(reply.body, ',');
    assert_non_null(end);
    *end = '\0';
    assert_non_null(strstr(reply.body, "\"PublicKeyRotationTimestamp\":"));

    for (size_t i = 0; i < ENDINGS; i++) {
        state_restart(endings[i]);
        service_register(&service_sandbox, SERVICE_GOOD_BODY, &again);
        assert_memory_equal(again.body, reply.body, strlen(reply.body));
        service_control("GET", "state", NULL);
        assert_non_null(strstr(service_reply.body, wants[0]));
        assert_non_null(strstr(service_reply.body, wants[1]));
    }
}

#define TOKEN_MARKET                                                                   \
    "{\"subscriptions\":[{\"license_arn\":\"arn:aws:license-manager::294406891311:"    \
    "license:l-1\"}],\"registration_tokens\":["                                        \
    "{\"token\":\"twice\",\"uses\":2},{\"token\":\"often\"}]}"

static void
assert_resolve(const char *token, const char *want_error)
{
    char body[64];
    (void)snprintf(body, sizeof(body), "{\"RegistrationToken\":\"%s\"}", token);
    service_call(&service_sandbox, "ResolveCustomer", body, &reply);
    service_assert_error(&reply, want_error);
}

static void
token_stays_used_up(void **state)
{
    (void)state;
    state_set_market(TOKEN_MARKET);
    state_start();
    assert_resolve("twice", NULL);
    state_restart(SIGKILL);
    assert_resolve("twice", NULL);
    state_restart(SIGKILL);
    assert_resolve("twice", "ExpiredTokenException");
    assert_resolve("often", NULL);
}

/* Another Region in the market file makes another task, and only of that key. */
static void
changed_market_makes_new_identities(void **state)
{
    (void)state;
    static const char *const markets[] = {
        "{\"region\":\"us-east-1\"}",
        "{\"region\":\"us-east-1\",\"settings\":{}}",
        "{\"region\":\"eu-west-1\"}",
    };
    static const char *const wants[] = {
        "\"name\":\"ecs-task/1\",\"registered\":true}",
        "\"name\":\"ecs-task/1\",\"registered\":true}",
        "\"name\":\"ecs-task/2\",\"registered\":false}",
    };
    for (size_t i = 0; i < sizeof(markets) / sizeof(markets[0]); i++) {
        state_set_market(markets[i]);
        state_start();
        if (i == 0) {
            assert_register(NULL);
        }
        service_control("GET", "state", NULL);
        assert_non_null(strstr(service_reply.body, wants[i]));
        state_stop(SIGKILL);
    }
}

static void
reset_forgets_everything(void **state)
{
    (void)state;
    char body[1024];
    state_start();
    service_control("POST", "clock", "{\"advance_s\":5000}");
    write_batch((int64_t)time(NULL), body, sizeof(body));
    service_call(&service_sandbox, "BatchMeterUsage", body, &reply);
    service_assert_error(&reply, NULL);
    assert_register(NULL);
    service_control("PUT", "subscription", "{\"subscribed\":false}");
    service_control("POST", "reset", NULL);

    for (size_t i = 0; i < ENDINGS; i++) {
        state_read_records(after, sizeof(after));
        assert_string_equal(after, "{\"records\":[],\"next\":0,\"totals\":[]}\n");
        service_control("GET", "state", NULL);
        assert_non_null(strstr(service_reply.body, "\"offset_s\":0}"));
        assert_non_null(strstr(service_reply.body, "\"subscribed\":true"));
        assert_non_null(strstr(
            service_reply.body, "\"name\":\"ecs-task/1\",\"registered\":false}"));
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
            rotation_keeps_its_time, state_make, state_remove),
        cmocka_unit_test_setup_teardown(token_stays_used_up, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            changed_market_makes_new_identities, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            reset_forgets_everything, state_make, state_remove),
    };
    return cmocka_run_group_tests_name("sandbox_state", tests, NULL, NULL);
}
