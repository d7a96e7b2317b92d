/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static http_reply reply;

static void
control(const char *method, const char *name, const char *json)
{
    sandbox_process_demand(&service_sandbox, method, name, json, &reply);
}

static void
assert_register(const char *want_error)
{
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, want_error);
}

static void
first_call_needs_a_subscription(void **state)
{
    (void)state;
    control("PUT", "subscription", "{\"subscribed\":false}");
    assert_register("CustomerNotEntitledException");

    control("PUT", "subscription", "{\"subscribed\":true}");
    assert_register(NULL);
}

static void
registered_pod_goes_on_after_unsubscription(void **state)
{
    (void)state;
    assert_register(NULL);
    control("PUT", "subscription", "{\"subscribed\":false}");
    assert_register(NULL);

    control("POST", "identity", "{\"kind\":\"ecs-task\"}");
    assert_register("CustomerNotEntitledException");
}

static void
refused_call_registers_nothing(void **state)
{
    (void)state;
    service_register(
        &service_sandbox, "{\"ProductCode\":\"other\",\"PublicKeyVersion\":1}", &reply);
    service_assert_error(&reply, "InvalidProductCodeException");
    control("PUT", "subscription", "{\"subscribed\":false}");

    assert_register("CustomerNotEntitledException");
}

static void
customer_is_found_by_account_and_identifier(void **state)
{
    (void)state;
    control(
        "PUT", "subscription", "{\"subscribed\":false,\"customer\":\"123456789012\"}");
    assert_register("CustomerNotEntitledException");
    control("PUT", "subscription", "{\"subscribed\":true,\"customer\":\"cust-0001\"}");
    assert_register(NULL);
}

typedef struct identity_case {
    const char *json;
    const char *want_error;
} identity_case;

static const identity_case identity_cases[] = {
    { "{\"kind\":\"ecs-task\"}", NULL },
    { "{\"kind\":\"eks-pod\"}", NULL },
    { "{\"kind\":\"ec2\"}", "PlatformNotSupportedException" },
    { "{\"kind\":\"laptop\"}", "PlatformNotSupportedException" },
    { "{\"kind\":\"seller\"}", "PlatformNotSupportedException" },
};

static void
only_tasks_and_pods_register(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(identity_cases) / sizeof(identity_cases[0]); i++) {
        control("POST", "identity", identity_cases[i].json);
        assert_register(identity_cases[i].want_error);
    }
    char message[256];
    service_member(reply.body, "message", message, sizeof(message));
    assert_string_equal(
        message,
        "This operation can only be called from within an ECS task or an EKS pod");
}

static void
reset_subscribes_and_begins_a_new_task(void **state)
{
    (void)state;
    control("PUT", "subscription", "{\"subscribed\":false}");
    control("POST", "identity", "{\"kind\":\"laptop\"}");
    assert_register("PlatformNotSupportedException");

    control("POST", "reset", NULL);

    control("GET", "calls", NULL);
    assert_non_null(strstr(reply.body, "{\"calls\":[],\"forgotten\":0,"));
    assert_register(NULL);
}

static const char *
member(const cJSON *object, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text != NULL ? text : "";
}

static void
state_tells_the_market(void **state)
{
    (void)state;
    control("GET", "state", NULL);

    cJSON *object = cJSON_Parse(reply.body);
    const cJSON *identity = cJSON_GetObjectItemCaseSensitive(object, "identity");
    assert_string_equal(member(object, "region"), "us-east-1");
    assert_string_equal(member(object, "product_code"), SERVICE_PRODUCT);
    assert_string_equal(member(object, "access_key_id"), SERVICE_ACCESS_KEY);
    assert_string_equal(member(object, "keys"), service_sandbox.keys);
    assert_string_equal(member(object, "state"), service_sandbox.state);
    assert_string_equal(member(identity, "kind"), "ecs-task");
    assert_true(
        cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(identity, "registered")));
    assert_int_equal(
        strlen(member(cJSON_GetObjectItemCaseSensitive(object, "clock"), "now")), 20);
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(object, "faults")), 0);
    cJSON_Delete(object);
}

static void
assert_is_entry(const cJSON *call)
{
    static const char *const want[] = { "at",    "operation", "identity", "http_status",
                                        "error", "records",   "rule",     "page" };
    const cJSON *each = call->child;

    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        assert_non_null(each);
        assert_string_equal(each->string, want[i]);
        each = each->next;
    }
    assert_null(each);
}

static void
journal_tells_every_call_and_no_secret(void **state)
{
    (void)state;
    char nonce_body[512];
    (void)snprintf(
        nonce_body,
        sizeof(nonce_body),
        "{\"ProductCode\":\"%s\",\"PublicKeyVersion\":1,\"Nonce\":\"the-nonce\"}",
        SERVICE_PRODUCT);
    service_register(&service_sandbox, nonce_body, &reply);
    control("PUT", "subscription", "{\"subscribed\":false}");
    control("POST", "identity", "{\"kind\":\"eks-pod\"}");
    assert_register("CustomerNotEntitledException");
    control("GET", "calls", NULL);

    cJSON *object = cJSON_Parse(reply.body);
    const cJSON *calls = cJSON_GetObjectItemCaseSensitive(object, "calls");
    const cJSON *first = cJSON_GetArrayItem(calls, 0);
    const cJSON *second = cJSON_GetArrayItem(calls, 1);
    assert_int_equal(cJSON_GetArraySize(calls), 2);
    assert_is_entry(first);
    assert_is_entry(second);
    assert_int_equal(strlen(member(first, "at")), 20);
    assert_int_equal(cJSON_GetObjectItem(first, "http_status")->valueint, 200);
    assert_int_equal(cJSON_GetObjectItem(second, "http_status")->valueint, 400);
    assert_string_equal(member(first, "operation"), "RegisterUsage");
    assert_string_equal(member(first, "identity"), "ecs-task/1");
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(first, "error")));
    assert_string_not_equal(member(first, "rule"), "");
    assert_non_null(strstr(member(first, "page"), "RegisterUsage"));
    assert_string_equal(member(second, "identity"), "eks-pod/2");
    assert_string_equal(member(second, "error"), "CustomerNotEntitledException");
    cJSON_Delete(object);
    assert_null(strstr(reply.body, "the-nonce"));
    assert_null(strstr(reply.body, "eyJ"));
    assert_null(strstr(reply.body, SERVICE_SECRET_KEY));
}

enum { SIDE_COUNT = 3, SIDE_CALLS = 25 };

static void *
register_repeatedly(void *context)
{
    http_reply *own = context;
    for (int i = 0; i < SIDE_CALLS; i++) {
        service_try_register(&service_sandbox, SERVICE_GOOD_BODY, own);
        if (own->status != 200) {
            return NULL;
        }
    }
    return own;
}

/* Of use above all under the thread sanitizer, which watches the sandbox. */
static void
calls_and_control_requests_go_on_side_by_side(void **state)
{
    (void)state;
    static http_reply replies[SIDE_COUNT];
    pthread_t threads[SIDE_COUNT];
    for (int i = 0; i < SIDE_COUNT; i++) {
        assert_int_equal(
            pthread_create(&threads[i], NULL, register_repeatedly, &replies[i]), 0);
    }
    control("POST", "keys/rotate", NULL);
    for (int i = 0; i < SIDE_CALLS; i++) {
        control("POST", "identity", "{\"kind\":\"eks-pod\"}");
        control("PUT", "faults", "{\"faults\":[]}");
        control("GET", "calls", NULL);
        control("GET", "state", NULL);
        control("POST", "reset", NULL);
    }
    for (int i = 0; i < SIDE_COUNT; i++) {
        void *answered = NULL;
        assert_int_equal(pthread_join(threads[i], &answered), 0);
        assert_non_null(answered);
    }
}

typedef struct control_case {
    const char *method;
    const char *name;
    const char *json;
    long want_status;
    const char *want_text;
} control_case;

static const control_case control_cases[] = {
    { "PUT", "subscription", "{\"subscribed\":true}", 200, "subscribed" },
    { "PUT", "subscription", "{\"subscribed\":1}", 400, "\\\"subscribed\\\"" },
    { "PUT", "subscription", "{}", 400, "\\\"subscribed\\\"" },
    { "PUT",
      "subscription",
      "{\"subscribed\":true,\"costumer\":\"x\"}",
      400,
      "\\\"costumer\\\"" },
    { "PUT",
      "subscription",
      "{\"subscribed\":true,\"customer\":\"x\"}",
      400,
      "\\\"customer\\\"" },
    { "PUT", "subscription", "{\"subscribed\":true", 400, "JSON" },
    { "PUT", "subscription", "[]", 400, "JSON" },
    { "POST", "subscription", "{\"subscribed\":true}", 405, "PUT" },
    { "POST", "identity", "{\"kind\":\"pod\"}", 400, "\\\"kind\\\"" },
    { "POST", "identity", "{}", 400, "\\\"kind\\\"" },
    { "POST", "identity", "{\"kind\":7}", 400, "\\\"kind\\\"" },
    { "POST", "reset", "{\"x\":1}", 400, "\\\"x\\\"" },
    { "POST", "keys/rotate", "{\"x\":1}", 400, "\\\"x\\\"" },
    { "POST", "state", "{}", 405, "GET" },
    { "GET", "nothing", NULL, 404, "no such" },
    { "GET", "page/", NULL, 404, "no such" },
};

static void
control_refuses_what_it_does_not_understand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(control_cases) / sizeof(control_cases[0]); i++) {
        const control_case *one = &control_cases[i];
        long status = sandbox_process_control(
            &service_sandbox, one->method, one->name, one->json, &reply);
        print_message("%s %s\n", one->method, one->name);

        assert_int_equal(status, one->want_status);
        assert_non_null(strstr(reply.body, one->want_text));
        assert_int_equal(strstr(reply.body, "\"error\":") != NULL, status != 200);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(first_call_needs_a_subscription, service_reset),
        cmocka_unit_test_setup(
            registered_pod_goes_on_after_unsubscription, service_reset),
        cmocka_unit_test_setup(refused_call_registers_nothing, service_reset),
        cmocka_unit_test_setup(
            customer_is_found_by_account_and_identifier, service_reset),
        cmocka_unit_test_setup(only_tasks_and_pods_register, service_reset),
        cmocka_unit_test_setup(reset_subscribes_and_begins_a_new_task, service_reset),
        cmocka_unit_test_setup(state_tells_the_market, service_reset),
        cmocka_unit_test_setup(journal_tells_every_call_and_no_secret, service_reset),
        cmocka_unit_test_setup(
            calls_and_control_requests_go_on_side_by_side, service_reset),
        cmocka_unit_test_setup(
            control_refuses_what_it_does_not_understand, service_reset),
    };
    return cmocka_run_group_tests_name(
        "sandbox_market", tests, service_start, service_stop);
}
