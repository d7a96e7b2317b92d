/* SPDX-License-Identifier: Apache-2.0 */

/* A market of several products: their keys, and what the control interface does to
 * them. */
#include "service_client.h"
#include "support/cmocka.h"
#include "token_check.h"

#include <cjson/cJSON.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROTATED_S = 1780315200, SALT_LENGTH = 32 }; /* 2026-06-01T12:00:00Z */

static const char market[] =
    "{\"products\":[{\"code\":\"one\",\"key_versions\":2},"
    "{\"code\":\"two\",\"kind\":\"container\"},{\"code\":\"three\",\"kind\":\"saas\"}],"
    "\"customers\":[{\"account\":\"111111111111\"},"
    "{\"account\":\"222222222222\",\"identifier\":\"second\"}],"
    "\"subscriptions\":[{},{\"product\":\"two\"},{\"product\":\"three\"},"
    "{\"product\":\"two\",\"customer\":\"second\"}],"
    "\"identities\":[{\"access_key_id\":\"" SERVICE_ACCESS_KEY "\"},"
    "{\"access_key_id\":\"AKIA0000000000000002\",\"account\":\"222222222222\"}]}";

static const service_signer second = { "AKIA0000000000000002",
                                       SERVICE_SECRET_KEY,
                                       "us-east-1" };

static http_reply reply;
static char folder[64];
static char file[80];

static bool
start(void)
{
    const char *const arguments[] = { "--config", file, "--state", folder, NULL };
    return sandbox_process_start(&service_sandbox, arguments);
}

static int
begin(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/entitle-test-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    (void)snprintf(file, sizeof(file), "%s/market.json", folder);
    FILE *out = fopen(file, "w");
    if (out == NULL || fputs(market, out) < 0 || fclose(out) != 0) {
        return -1;
    }
    return start() ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    static const char *const names[] = { "private/two/1.pem", "private/two/2.pem",
                                         "private/two",       "private/1.pem",
                                         "private/2.pem",     "private",
                                         "keys/two/1.pem",    "keys/two/2.pem",
                                         "keys/two",          "keys/1.pem",
                                         "keys/2.pem",        "keys",
                                         "state.db",          "state.db-shm",
                                         "state.db-wal",      "lock",
                                         "market.json",       "" };
    int status = sandbox_process_stop(&service_sandbox, SIGTERM, NULL);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[128];
        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        (void)remove(path);
    }
    return access(folder, F_OK) == 0 ? -1 : status;
}

static void
restart_after(int signal)
{
    (void)sandbox_process_stop(&service_sandbox, signal, NULL);
    assert_true(start());
}

static void
control(const char *method, const char *name, const char *json, long want_status)
{
    print_message("%s %s %s\n", method, name, json != NULL ? json : "");
    assert_int_equal(
        sandbox_process_control(&service_sandbox, method, name, json, &reply),
        want_status);
}

static void
register_as(const service_signer *signer, const char *product, int version)
{
    char body[128];
    (void)snprintf(
        body,
        sizeof(body),
        "{\"ProductCode\":\"%s\",\"PublicKeyVersion\":%d}",
        product,
        version);
    service_call_as(&service_sandbox, signer, "RegisterUsage", body, &reply);
}

static void
register_for(const char *product, int version)
{
    register_as(&service_default_signer, product, version);
}

static bool
has_file(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

/* Whether the last answer holds a token that this key has signed. */
static bool
is_signed_by(const char *name)
{
    char path[128];
    token_view view;
    (void)snprintf(path, sizeof(path), "%s/keys/%s", folder, name);
    assert_true(token_view_init(&view, reply.body));
    bool is_signed = token_view_verifies(&view, path, SALT_LENGTH);
    token_view_clear(&view);
    return is_signed;
}

/* -1: the last answer has none. */
static double
rotation_told(void)
{
    cJSON *answer = cJSON_Parse(reply.body);
    double at_s = token_view_number(answer, "PublicKeyRotationTimestamp");
    cJSON_Delete(answer);
    return at_s;
}

static void
products_sign_with_keys_of_their_own(void **state)
{
    (void)state;
    assert_true(has_file("keys/1.pem") && has_file("keys/2.pem"));
    assert_true(has_file("keys/two/1.pem") && has_file("private/two/1.pem"));
    assert_false(has_file("keys/two/2.pem"));
    assert_false(has_file("keys/three"));

    register_for("one", 2);
    service_assert_error(&reply, NULL);
    assert_true(is_signed_by("2.pem"));
    assert_false(is_signed_by("two/1.pem"));
    assert_true(rotation_told() < 0);

    register_for("two", 1);
    service_assert_error(&reply, NULL);
    assert_true(is_signed_by("two/1.pem"));
    assert_false(is_signed_by("1.pem"));
    assert_true(rotation_told() < 0);
}

static void
versions_of_the_file_are_there_from_the_start(void **state)
{
    (void)state;
    register_for("one", 1);
    service_assert_error(&reply, NULL);
    assert_true(is_signed_by("1.pem"));
    assert_true(rotation_told() > 0);

    register_for("two", 2);
    service_assert_error(&reply, "InvalidPublicKeyVersionException");
    register_for("one", 3);
    service_assert_error(&reply, "InvalidPublicKeyVersionException");
}

static void
rotation_is_a_products_own_in_service_time(void **state)
{
    (void)state;
    control("POST", "clock", "{\"set\":\"2026-06-01T12:00:00Z\"}", 200);
    control("POST", "keys/rotate", "{\"product\":\"two\"}", 200);
    assert_string_equal(reply.body, "{\"version\":2}\n");

    register_for("two", 1);
    service_assert_error(&reply, NULL);
    int rotated_at = (int)rotation_told();
    assert_true(rotated_at >= ROTATED_S && rotated_at < ROTATED_S + 60);
    register_for("two", 2);
    service_assert_error(&reply, NULL);
    assert_true(is_signed_by("two/2.pem"));
    assert_true(rotation_told() < 0);
    register_for("one", 2);
    service_assert_error(&reply, NULL);
    assert_true(rotation_told() < 0);
}

static void
rotation_outlives_a_kill(void **state)
{
    (void)state;
    control("POST", "clock", "{\"set\":\"2026-06-01T12:00:00Z\"}", 200);
    control("POST", "keys/rotate", "{\"product\":\"two\"}", 200);
    register_for("two", 1);
    int rotated_at = (int)rotation_told();

    restart_after(SIGKILL);

    register_for("two", 1);
    service_assert_error(&reply, NULL);
    assert_true(rotation_told() >= rotated_at && rotation_told() <= rotated_at);
    /* What was there when it started is there after a reset, too. */
    control("POST", "reset", "{}", 200);
    restart_after(SIGTERM);
    register_for("two", 1);
    assert_true(rotation_told() >= rotated_at && rotation_told() <= rotated_at);
}

static void
reset_takes_a_rotation_back(void **state)
{
    (void)state;
    control("POST", "keys/rotate", "{\"product\":\"two\"}", 200);
    assert_true(has_file("keys/two/2.pem"));

    control("POST", "reset", "{}", 200);

    assert_false(has_file("keys/two/2.pem"));
    register_for("two", 1);
    service_assert_error(&reply, NULL);
    assert_true(rotation_told() < 0);
    register_for("two", 2);
    service_assert_error(&reply, "InvalidPublicKeyVersionException");
}

static void
only_products_with_keys_rotate_them(void **state)
{
    (void)state;
    control("POST", "keys/rotate", "{\"product\":\"three\"}", 400);
    assert_non_null(strstr(reply.body, "has no keys"));
    control("POST", "keys/rotate", "{\"product\":\"four\"}", 400);
    assert_non_null(strstr(reply.body, "names no product"));
    control("POST", "keys/rotate", "{\"product\":2}", 400);
    control("POST", "keys/rotate", "{\"products\":\"two\"}", 400);
    control("POST", "keys/rotate", "{\"product\":\"one\"}", 200);
    assert_string_equal(reply.body, "{\"version\":3}\n");
    control("POST", "reset", NULL, 200);
    control("POST", "keys/rotate", NULL, 200);
    assert_string_equal(reply.body, "{\"version\":3}\n");
    control("POST", "reset", NULL, 200);
}

typedef struct subscription_case {
    const char *json;
    const char *want_error[3]; /* of customer 1 for "one" and "two", of 2 for "two" */
} subscription_case;

#define NO "CustomerNotEntitledException"

static const subscription_case subscription_cases[] = {
    { "{\"subscribed\":true}", { NULL, NULL, NULL } },
    { "{\"subscribed\":false}", { NO, NO, NO } },
    { "{\"subscribed\":false,\"product\":\"two\"}", { NULL, NO, NO } },
    { "{\"subscribed\":false,\"customer\":\"second\"}", { NULL, NULL, NO } },
    { "{\"subscribed\":false,\"customer\":\"222222222222\"}", { NULL, NULL, NO } },
    { "{\"subscribed\":false,\"product\":\"two\",\"customer\":\"111111111111\"}",
      { NULL, NO, NULL } },
    { "{\"subscribed\":false,\"ends_in_s\":0}", { NO, NO, NO } },
    { "{\"subscribed\":false,\"ends_in_s\":3600}", { NULL, NULL, NULL } },
};

static void
assert_registers(const char *const want_error[3])
{
    register_for("one", 1);
    service_assert_error(&reply, want_error[0]);
    register_for("two", 1);
    service_assert_error(&reply, want_error[1]);
    register_as(&second, "two", 1);
    service_assert_error(&reply, want_error[2]);
}

static void
subscriptions_end_for_whom_the_request_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(subscription_cases) / sizeof(subscription_cases[0]);
         i++) {
        control("POST", "reset", "{}", 200);
        control("PUT", "subscription", subscription_cases[i].json, 200);
        assert_registers(subscription_cases[i].want_error);
    }
}

static void
pending_cancellation_ends_in_its_time(void **state)
{
    (void)state;
    static const char *const none[3] = { NO, NO, NO };
    static const char *const all[3] = { NULL, NULL, NULL };
    control("POST", "clock", "{\"set\":\"2026-06-01T12:00:00Z\"}", 200);
    control("PUT", "subscription", "{\"subscribed\":false,\"ends_in_s\":3600}", 200);
    assert_non_null(strstr(reply.body, "\"ends_at\":\"2026-06-01T13:00:"));

    control("POST", "clock", "{\"set\":\"2026-06-01T12:59:00Z\"}", 200);
    assert_registers(all);
    control("POST", "clock", "{\"advance_s\":120}", 200);
    control("POST", "identity", "{\"kind\":\"ecs-task\"}", 200);
    register_for("one", 1);
    service_assert_error(&reply, none[0]);
    control("PUT", "subscription", "{\"subscribed\":true}", 200);
    assert_registers(all);
}

static const char *const refused_subscriptions[] = {
    "{}",
    "{\"subscribed\":null}",
    "{\"subscribed\":false,\"product\":\"four\"}",
    "{\"subscribed\":false,\"product\":7}",
    "{\"subscribed\":false,\"customer\":\"third\"}",
    "{\"subscribed\":false,\"product\":\"one\",\"customer\":\"second\"}",
    "{\"subscribed\":false,\"ends_in_s\":-1}",
    "{\"subscribed\":false,\"ends_in_s\":1.5}",
    "{\"subscribed\":false,\"ends_in_s\":\"60\"}",
    "{\"subscribed\":true,\"ends_in_s\":60}",
    "{\"subscribed\":false,\"ends\":60}",
};

static void
refused_requests_change_no_subscription(void **state)
{
    (void)state;
    static const char *const all[3] = { NULL, NULL, NULL };
    const size_t count =
        sizeof(refused_subscriptions) / sizeof(refused_subscriptions[0]);
    for (size_t i = 0; i < count; i++) {
        control("PUT", "subscription", refused_subscriptions[i], 400);
        assert_non_null(strstr(reply.body, "\"error\":"));
    }
    assert_registers(all);
}

static const cJSON *
element(const cJSON *object, const char *name, int index)
{
    return cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(object, name), index);
}

static void
state_lists_the_market(void **state)
{
    (void)state;
    control(
        "PUT", "subscription", "{\"subscribed\":false,\"customer\":\"second\"}", 200);
    control("POST", "identity", "{\"kind\":\"agentcore\"}", 200);
    control("GET", "state", NULL, 200);
    cJSON *answer = cJSON_Parse(reply.body);
    assert_non_null(answer);

    assert_string_equal(token_view_text(answer, "product_code"), "one");
    assert_string_equal(token_view_text(answer, "keys"), service_sandbox.keys);
    const cJSON *two = element(answer, "products", 1);
    assert_string_equal(token_view_text(two, "product_code"), "two");
    assert_string_equal(token_view_text(two, "kind"), "container");
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(two, "key_versions")), 1);
    assert_null(
        cJSON_GetObjectItemCaseSensitive(element(answer, "products", 2), "keys"));
    const cJSON *customer = element(answer, "customers", 1);
    assert_string_equal(token_view_text(customer, "identifier"), "second");
    assert_true(
        cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(customer, "subscribed")));
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(answer, "subscriptions")),
        4);
    const cJSON *subscription = element(answer, "subscriptions", 2);
    assert_string_equal(token_view_text(subscription, "product_code"), "two");
    assert_string_equal(token_view_text(subscription, "customer"), "222222222222");
    assert_true(
        cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(subscription, "active")));
    assert_int_equal(strlen(token_view_text(subscription, "ends_at")), 20);
    const cJSON *identity = element(answer, "identities", 0);
    assert_string_equal(token_view_text(identity, "kind"), "agentcore");
    identity = element(answer, "identities", 1);
    assert_string_equal(
        token_view_text(identity, "access_key_id"), "AKIA0000000000000002");
    assert_string_equal(token_view_text(identity, "account"), "222222222222");
    assert_null(cJSON_GetObjectItemCaseSensitive(identity, "secret_access_key"));
    cJSON_Delete(answer);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(products_sign_with_keys_of_their_own, service_reset),
        cmocka_unit_test_setup(
            versions_of_the_file_are_there_from_the_start, service_reset),
        cmocka_unit_test_setup(
            rotation_is_a_products_own_in_service_time, service_reset),
        cmocka_unit_test_setup(reset_takes_a_rotation_back, service_reset),
        cmocka_unit_test_setup(only_products_with_keys_rotate_them, service_reset),
        cmocka_unit_test_setup(
            subscriptions_end_for_whom_the_request_names, service_reset),
        cmocka_unit_test_setup(pending_cancellation_ends_in_its_time, service_reset),
        cmocka_unit_test_setup(refused_requests_change_no_subscription, service_reset),
        cmocka_unit_test_setup(state_lists_the_market, service_reset),
        cmocka_unit_test_setup(rotation_outlives_a_kill, service_reset),
    };
    return cmocka_run_group_tests_name("sandbox_products", tests, begin, end);
}
