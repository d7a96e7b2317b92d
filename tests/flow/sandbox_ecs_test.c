/* SPDX-License-Identifier: Apache-2.0 */
#include "platform_client.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

static http_reply reply;
static platform_credentials credentials;

#define FIRST  "/v2/credentials/11111111-2222-4333-8444-555555555555"
#define SECOND "/v2/credentials/11111111-2222-4333-8444-555555555556"

enum { SIX_HOURS_S = 6 * 3600 };

static void
fetch(const char *path)
{
    platform_get(path, NULL, &reply);
    platform_read_json(&reply, &credentials);
}

static void
task_role_registers(void **state)
{
    (void)state;
    char arn[128];
    fetch(FIRST);
    assert_int_equal(reply.status, 200);
    service_member(reply.body, "RoleArn", arn, sizeof(arn));
    assert_string_equal(arn, "arn:aws:iam::123456789012:role/sandbox-task-role");
    assert_memory_equal(credentials.access_key_id, "ASIA", 4);
    platform_assert_lifetime(&credentials, SIX_HOURS_S);

    platform_assert_register(&credentials, NULL);
}

typedef struct spoil_case {
    const char *name;
    void (*spoil)(platform_credentials *);
    const char *want_error;
} spoil_case;

static void
drop_token(platform_credentials *out)
{
    out->token[0] = '\0';
}

static void
alter_token(platform_credentials *out)
{
    out->token[7] = out->token[7] == 'A' ? 'B' : 'A';
}

static void
alter_secret(platform_credentials *out)
{
    out->secret_access_key[7] = out->secret_access_key[7] == 'A' ? 'B' : 'A';
}

static void
alter_key(platform_credentials *out)
{
    out->access_key_id[7] = out->access_key_id[7] == 'A' ? 'B' : 'A';
}

static void
alter_nothing(platform_credentials *out)
{
    (void)out;
}

static const spoil_case spoil_cases[] = {
    { "nothing", alter_nothing, NULL },
    { "no token", drop_token, "UnrecognizedClientException" },
    { "another token", alter_token, "UnrecognizedClientException" },
    { "another key", alter_key, "UnrecognizedClientException" },
    { "another secret", alter_secret, "InvalidSignatureException" },
};

static void
signature_needs_all_three_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(spoil_cases) / sizeof(spoil_cases[0]); i++) {
        print_message("%s\n", spoil_cases[i].name);
        fetch(FIRST);
        spoil_cases[i].spoil(&credentials);
        platform_assert_register(&credentials, spoil_cases[i].want_error);
    }
}

static void
each_id_is_a_task_of_its_own(void **state)
{
    (void)state;
    fetch(FIRST);
    platform_assert_register(&credentials, NULL);
    sandbox_process_demand(
        &service_sandbox, "PUT", "subscription", "{\"subscribed\":false}", NULL);

    fetch(FIRST);
    platform_assert_register(&credentials, NULL);
    fetch(SECOND);
    platform_assert_register(&credentials, "CustomerNotEntitledException");

    sandbox_process_demand(&service_sandbox, "GET", "state", NULL, &reply);
    assert_non_null(strstr(
        reply.body,
        "\"containers\":[{\"kind\":\"ecs-task\",\"name\":\"ecs-task/2\",\"registered\":"
        "true},{\"kind\":\"ecs-task\",\"name\":\"ecs-task/3\",\"registered\":false}]"));
}

static void
calls_name_the_task(void **state)
{
    (void)state;
    fetch(FIRST);
    platform_assert_register(&credentials, NULL);

    sandbox_process_demand(&service_sandbox, "GET", "calls", NULL, &reply);
    assert_non_null(strstr(
        reply.body,
        "\"operation\":\"ecs-credentials\",\"identity\":\"ecs-task/2\",\"http_status\":"
        "200,\"error\":null,"));
    assert_non_null(strstr(
        reply.body, "\"operation\":\"RegisterUsage\",\"identity\":\"ecs-task/2\","));
    assert_null(strstr(reply.body, credentials.secret_access_key));
    assert_null(strstr(reply.body, credentials.token));
}

static void
reset_ends_what_was_handed_out(void **state)
{
    (void)state;
    fetch(FIRST);
    const platform_credentials old = credentials;
    assert_int_equal(service_reset(NULL), 0);
    platform_assert_register(&old, "UnrecognizedClientException");

    /* Not even when another task gets the same name. */
    fetch(SECOND);
    platform_assert_register(&old, "UnrecognizedClientException");
    platform_assert_register(&credentials, NULL);
}

typedef struct path_case {
    const char *path;
    const char *method;
    long want_status;
    const char *want_text;
} path_case;

static const path_case path_cases[] = {
    { FIRST, NULL, 200, "\"AccessKeyId\"" },
    { FIRST, "PUT", 405, "\"HTTPErrorCode\":405" },
    { "/v2/credentials", NULL, 400, "\"NoIdInRequest\"" },
    { "/v2/credentials/", NULL, 400, "\"NoIdInRequest\"" },
    { FIRST "0", NULL, 400, "\"InvalidIdInRequest\"" },
    { "/v2/credentials/11111111-2222-4333-8444-55555555555", NULL, 400, "InvalidId" },
    { "/v2/credentials/11111111-2222-4333-8444-55555555555G", NULL, 400, "InvalidId" },
    { "/v2/credentialsX", NULL, 405, "__type" },
    { "/v4/11111111-2222-4333-8444-555555555555", NULL, 200, "\"DockerId\"" },
    { "/v4/11111111-2222-4333-8444-555555555555/task",
      NULL,
      200,
      "\"TaskARN\":\"arn:aws:ecs:us-east-1:123456789012:task/sandbox/"
      "11111111222243338444555555555555\"" },
    { "/v4/11111111-2222-4333-8444-555555555555/task",
      NULL,
      200,
      "\"AvailabilityZone\":\"us-east-1a\",\"LaunchType\":\"EC2\"" },
    { "/v4/11111111222243338444555555555555-2531612879/task",
      NULL,
      200,
      "\"LaunchType\":\"FARGATE\"" },
    { "/v4/11111111-2222-4333-8444-555555555555/task", "POST", 405, "405" },
    { "/v4/11111111-2222-4333-8444-555555555555/tasks", NULL, 404, "404" },
    { "/v4/1111111122224333844455555555555/task", NULL, 404, "404" },
    { "/v4/X1111111222243338444555555555555/task", NULL, 404, "404" },
    { "/v4/", NULL, 404, "404" },
};

static void
paths_are_those_of_the_agent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(path_cases) / sizeof(path_cases[0]); i++) {
        const path_case *one = &path_cases[i];
        print_message("%s\n", one->path);

        platform_request(one->method, one->path, NULL, &reply);

        assert_int_equal(reply.status, one->want_status);
        assert_non_null(strstr(reply.body, one->want_text));
    }
}

#define CREDENTIALS "\"operation\":\"ecs-credentials\",\"times\":1,"
#define METADATA    "\"operation\":\"ecs-metadata\",\"times\":1,"
#define TASK        "/v4/11111111-2222-4333-8444-555555555555/task"

typedef struct trouble_case {
    const char *fault;
    const char *path;
    long want_status;
    const char *want_text;
    const char *unwanted_text; /* NULL: none */
} trouble_case;

static const trouble_case trouble_cases[] = {
    { CREDENTIALS "\"status\":500", FIRST, 500, "", "{" },
    { CREDENTIALS "\"status\":400,\"body\":\"no\"", FIRST, 400, "no", NULL },
    { CREDENTIALS "\"error\":\"AccessDenied\"",
      FIRST,
      403,
      "\"code\":\"AccessDenied\"",
      NULL },
    { CREDENTIALS "\"document\":\"half\"", FIRST, 200, "{\"RoleArn\"", "}" },
    { CREDENTIALS "\"document\":\"not_json\"", FIRST, 200, "guest network", "{" },
    { CREDENTIALS "\"document\":\"code_not_success\"",
      FIRST,
      200,
      "\"Code\":\"AssumeRole",
      "AccessKeyId" },
    { CREDENTIALS "\"document\":\"missing_expiration\"",
      FIRST,
      200,
      "\"Token\"",
      "Expiration" },
    { CREDENTIALS "\"document\":\"missing_token\"",
      FIRST,
      200,
      "Expiration",
      "\"Token\"" },
    { METADATA "\"document\":\"half\"", TASK, 200, "{\"Cluster\"", "]}" },
    { METADATA "\"document\":\"not_json\"", TASK, 200, "guest network", "{" },
    { METADATA "\"status\":404", TASK, 404, "", "{" },
    /* Named one by one: "*" is the service's. */
    { "\"operation\":\"*\",\"times\":1,\"status\":500", FIRST, 200, "Token", NULL },
};

static void
trouble_comes_as_ordered(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(trouble_cases) / sizeof(trouble_cases[0]); i++) {
        const trouble_case *one = &trouble_cases[i];
        print_message("%s\n", one->fault);
        platform_set_fault(one->fault);

        platform_get(one->path, NULL, &reply);

        assert_int_equal(reply.status, one->want_status);
        assert_non_null(strstr(reply.body, one->want_text));
        if (one->unwanted_text != NULL) {
            assert_null(strstr(reply.body, one->unwanted_text));
        }
        platform_get(one->path, NULL, &reply);
        assert_int_equal(reply.status, 200);
        assert_int_equal(reply.body[reply.body_length - 1], '}');
    }
}

static void
huge_document_is_complete_but_long(void **state)
{
    (void)state;
    char length[32];
    platform_set_fault(CREDENTIALS "\"document\":\"huge\"");
    platform_get(FIRST, NULL, &reply);
    assert_true(http_reply_header(&reply, "Content-Length", length, sizeof(length)));
    assert_int_equal(strlen(length), 7); /* over 1 MiB */
    assert_non_null(strstr(reply.body, "\"AccessKeyId\""));
}

typedef struct expiry_case {
    const char *fault;
    int64_t want_lifetime_s;
    const char *want_error;
} expiry_case;

static const expiry_case expiry_cases[] = {
    { CREDENTIALS "\"document\":\"expired\"", -3600, "ExpiredTokenException" },
    { CREDENTIALS "\"expires_in_s\":0", 0, "ExpiredTokenException" },
    { CREDENTIALS "\"expires_in_s\":900", 900, NULL },
    { CREDENTIALS "\"skew_s\":-21700", -100, "ExpiredTokenException" },
    { CREDENTIALS "\"skew_s\":-21000", 600, NULL },
};

static void
credentials_are_good_until_they_expire(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(expiry_cases) / sizeof(expiry_cases[0]); i++) {
        print_message("%s\n", expiry_cases[i].fault);
        platform_set_fault(expiry_cases[i].fault);

        fetch(FIRST);

        platform_assert_lifetime(&credentials, expiry_cases[i].want_lifetime_s);
        platform_assert_register(&credentials, expiry_cases[i].want_error);
    }
}

static void
connection_breaks_as_ordered(void **state)
{
    (void)state;
    static const char *const faults[] = { CREDENTIALS "\"reset\":true",
                                          CREDENTIALS "\"drop_reply\":true" };
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        const http_call call = { .url = service_sandbox.url, .path = FIRST };
        platform_set_fault(faults[i]);
        assert_true(http_perform(&call, &reply));
        assert_true(reply.code == CURLE_RECV_ERROR || reply.code == CURLE_GOT_NOTHING);
        fetch(FIRST);
        assert_int_equal(reply.status, 200);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(task_role_registers, service_reset),
        cmocka_unit_test_setup(signature_needs_all_three_parts, service_reset),
        cmocka_unit_test_setup(each_id_is_a_task_of_its_own, service_reset),
        cmocka_unit_test_setup(calls_name_the_task, service_reset),
        cmocka_unit_test_setup(reset_ends_what_was_handed_out, service_reset),
        cmocka_unit_test_setup(paths_are_those_of_the_agent, service_reset),
        cmocka_unit_test_setup(trouble_comes_as_ordered, service_reset),
        cmocka_unit_test_setup(huge_document_is_complete_but_long, service_reset),
        cmocka_unit_test_setup(credentials_are_good_until_they_expire, service_reset),
        cmocka_unit_test_setup(connection_breaks_as_ordered, service_reset),
    };
    return cmocka_run_group_tests_name(
        "sandbox_ecs", tests, service_start, service_stop);
}
