/* SPDX-License-Identifier: Apache-2.0 */
#include "platform_client.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

#define TOKEN_PATH "/latest/api/token"
#define ROLES      "/latest/meta-data/iam/security-credentials/"
#define ROLE       ROLES "sandbox-instance-role"
#define TTL        "X-aws-ec2-metadata-token-ttl-seconds: "

static http_reply reply;
static platform_credentials credentials;
static char token_line[128];

enum { SIX_HOURS_S = 6 * 3600 };

static void
put_token(const char *header, const char *second)
{
    const char *const headers[] = { header, second, NULL };
    platform_request("PUT", TOKEN_PATH, headers, &reply);
}

/* Leaves the header that later requests send in `token_line`. */
static void
fetch_token(const char *ttl_header)
{
    put_token(ttl_header, NULL);
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.body_length, 56);
    (void)snprintf(
        token_line, sizeof(token_line), "X-aws-ec2-metadata-token: %.56s", reply.body);
}

static void
get(const char *path, const char *header)
{
    const char *const headers[] = { header, NULL };
    platform_get(path, headers, &reply);
}

static void
instance_role_does_not_register(void **state)
{
    (void)state;
    char value[64];
    fetch_token(TTL "21600");
    assert_true(http_reply_header(
        &reply, "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", value, sizeof(value)));
    assert_string_equal(value, "21600");
    get(ROLES, token_line);
    assert_string_equal(reply.body, "sandbox-instance-role");
    get(ROLE, token_line);
    assert_int_equal(reply.status, 200);
    service_member(reply.body, "Code", value, sizeof(value));
    assert_string_equal(value, "Success");
    service_member(reply.body, "Type", value, sizeof(value));
    assert_string_equal(value, "AWS-HMAC");
    platform_read_json(&reply, &credentials);
    platform_assert_lifetime(&credentials, SIX_HOURS_S);

    platform_assert_register(&credentials, "PlatformNotSupportedException");
}

typedef struct token_case {
    const char *header;
    const char *second;
    long want_status;
} token_case;

static const token_case token_cases[] = {
    { TTL "1", NULL, 200 },      { TTL "21600", NULL, 200 },
    { TTL "21601", NULL, 400 },  { TTL "0", NULL, 400 },
    { TTL "-1", NULL, 400 },     { TTL "1s", NULL, 400 },
    { "X-Other: 1", NULL, 400 }, { TTL "1", "X-Forwarded-For: 192.0.2.1", 403 },
};

static void
token_needs_a_lifetime_and_no_proxy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(token_cases) / sizeof(token_cases[0]); i++) {
        print_message("%s\n", token_cases[i].header);
        put_token(token_cases[i].header, token_cases[i].second);
        assert_int_equal(reply.status, token_cases[i].want_status);
    }
    get(TOKEN_PATH, TTL "1");
    assert_int_equal(reply.status, 405);
}

static void
token_that_is_sent_has_to_be_right(void **state)
{
    (void)state;
    get(ROLES, NULL);
    assert_int_equal(reply.status, 200);
    get(ROLES, "X-aws-ec2-metadata-token: made-up");
    assert_int_equal(reply.status, 401);

    fetch_token(TTL "60");
    get(ROLES, token_line);
    assert_int_equal(reply.status, 200);
    /* A minute later. */
    platform_set_fault("\"operation\":\"imds\",\"times\":1,\"skew_s\":61");
    get(ROLES, token_line);
    assert_int_equal(reply.status, 401);
    assert_int_equal(service_reset(NULL), 0);
    get(ROLES, token_line);
    assert_int_equal(reply.status, 401);
}

typedef struct item_case {
    const char *path;
    long want_status;
    const char *want_text;
} item_case;

static const item_case item_cases[] = {
    { "/latest/meta-data/placement/region", 200, "us-east-1" },
    { "/latest/meta-data/placement/availability-zone", 200, "us-east-1a" },
    { "/latest/meta-data/instance-id", 200, "i-" },
    { "/latest/dynamic/instance-identity/document", 200, "\"region\":\"us-east-1\"" },
    { "/latest/meta-data/iam/security-credentials", 200, "sandbox-instance-role" },
    { ROLES "another-role", 404, "404" },
    { ROLE "/", 404, "404" },
    { "/latest/meta-data/placement/regions", 404, "404" },
    { "/latest/", 404, "404" },
};

static void
items_are_those_of_an_instance(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(item_cases) / sizeof(item_cases[0]); i++) {
        print_message("%s\n", item_cases[i].path);
        get(item_cases[i].path, NULL);
        assert_int_equal(reply.status, item_cases[i].want_status);
        assert_non_null(strstr(reply.body, item_cases[i].want_text));
    }
}

static void
version_2_can_be_required(void **state)
{
    (void)state;
    platform_set_fault("\"operation\":\"imds\",\"http_tokens\":\"required\"");
    get(ROLES, NULL);
    assert_int_equal(reply.status, 401);
    get(ROLE, NULL);
    assert_int_equal(reply.status, 401);

    fetch_token(TTL "60");
    get(ROLES, token_line);
    assert_int_equal(reply.status, 200);
    get(ROLE, token_line);
    assert_int_equal(reply.status, 200);
}

static void
version_1_can_be_all_there_is(void **state)
{
    (void)state;
    static const char *const faults[] = {
        "\"operation\":\"imds-token\",\"status\":404",
        "\"operation\":\"imds-token\",\"status\":403",
        "\"operation\":\"imds-token\",\"status\":500",
    };
    static const long statuses[] = { 404, 403, 500 };
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        platform_set_fault(faults[i]);
        put_token(TTL "60", NULL);
        assert_int_equal(reply.status, statuses[i]);
        get(ROLES, NULL);
        assert_int_equal(reply.status, 200);
    }
}

static void
token_can_be_lost_midway(void **state)
{
    (void)state;
    platform_set_fault("\"operation\":\"imds-credentials\",\"times\":1,\"status\":401");
    fetch_token(TTL "60");
    get(ROLES, token_line);
    assert_int_equal(reply.status, 200);
    get(ROLE, token_line);
    assert_int_equal(reply.status, 401);
    get(ROLE, token_line);
    assert_int_equal(reply.status, 200);
}

#define DOCUMENT "\"operation\":\"imds-credentials\",\"times\":1,\"document\":"

typedef struct trouble_case {
    const char *fault;
    const char *path;
    const char *want_text;
    const char *unwanted_text;
} trouble_case;

static const trouble_case trouble_cases[] = {
    { DOCUMENT "\"half\"", ROLE, "{\"Code\":\"Success\"", "}" },
    { DOCUMENT "\"not_json\"", ROLE, "guest network", "{" },
    { DOCUMENT "\"code_not_success\"",
      ROLE,
      "\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\"",
      "AccessKeyId" },
    { DOCUMENT "\"missing_expiration\"", ROLE, "\"Token\"", "Expiration" },
    { DOCUMENT "\"missing_token\"", ROLE, "Expiration", "\"Token\"" },
    { "\"operation\":\"imds\",\"times\":1,\"document\":\"half\"",
      ROLES,
      "sandbox",
      "role" },
};

static void
document_is_spoilt_as_ordered(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(trouble_cases) / sizeof(trouble_cases[0]); i++) {
        const trouble_case *one = &trouble_cases[i];
        print_message("%s\n", one->fault);
        platform_set_fault(one->fault);

        get(one->path, NULL);

        assert_int_equal(reply.status, 200);
        assert_non_null(strstr(reply.body, one->want_text));
        assert_null(strstr(reply.body, one->unwanted_text));
    }
}

static void
expired_keys_are_handed_out_as_ordered(void **state)
{
    (void)state;
    platform_set_fault(DOCUMENT "\"expired\"");
    get(ROLE, NULL);
    platform_read_json(&reply, &credentials);
    platform_assert_lifetime(&credentials, -3600);
    platform_assert_register(&credentials, "ExpiredTokenException");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(instance_role_does_not_register, service_reset),
        cmocka_unit_test_setup(token_needs_a_lifetime_and_no_proxy, service_reset),
        cmocka_unit_test_setup(token_that_is_sent_has_to_be_right, service_reset),
        cmocka_unit_test_setup(items_are_those_of_an_instance, service_reset),
        cmocka_unit_test_setup(version_2_can_be_required, service_reset),
        cmocka_unit_test_setup(version_1_can_be_all_there_is, service_reset),
        cmocka_unit_test_setup(token_can_be_lost_midway, service_reset),
        cmocka_unit_test_setup(document_is_spoilt_as_ordered, service_reset),
        cmocka_unit_test_setup(expired_keys_are_handed_out_as_ordered, service_reset),
    };
    return cmocka_run_group_tests_name(
        "sandbox_imds", tests, service_start, service_stop);
}
