/* SPDX-License-Identifier: Apache-2.0 */
#include "platform_client.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

#define AUDIENCE "pods.eks.amazonaws.com"
#define PATH     "/v1/credentials"

static http_reply reply;
static platform_credentials credentials;
static char claims[1024];
static char line[2100];

enum { PREFIX_LENGTH = 15, SIX_HOURS_S = 6 * 3600 };

/* "Authorization: TOKEN" */
static void
write_header(const char *audience, const char *pod_uid, int64_t lifetime_s)
{
    platform_write_claims(audience, pod_uid, lifetime_s, claims, sizeof(claims));
    (void)snprintf(line, sizeof(line), "Authorization: ");
    platform_forge_token(claims, line + PREFIX_LENGTH, sizeof(line) - PREFIX_LENGTH);
}

static void
fetch(const char *header)
{
    const char *const headers[] = { header, NULL };
    platform_get(PATH, headers, &reply);
    platform_read_json(&reply, &credentials);
}

static void
pod_identity_gets_credentials_that_do_not_register(void **state)
{
    (void)state;
    char account[32];
    write_header(AUDIENCE, "uid-1", 60);
    fetch(line);
    assert_int_equal(reply.status, 200);
    service_member(reply.body, "AccountId", account, sizeof(account));
    assert_string_equal(account, "123456789012");
    platform_assert_lifetime(&credentials, SIX_HOURS_S);

    platform_assert_register(&credentials, "PlatformNotSupportedException");

    sandbox_process_demand(&service_sandbox, "GET", "calls", NULL, &reply);
    assert_non_null(strstr(
        reply.body,
        "\"operation\":\"RegisterUsage\",\"identity\":\"eks-pod-identity/2\","));
}

static void
header_has_to_hold_the_token_as_it_is(void **state)
{
    (void)state;
    char altered[2200];
    write_header(AUDIENCE, "uid-1", 60);
    fetch(line);
    assert_int_equal(reply.status, 200);

    fetch(NULL);
    assert_int_equal(reply.status, 400);
    assert_non_null(strstr(reply.body, "(InvalidRequestException)"));
    fetch("Authorization;");
    assert_int_equal(reply.status, 400);
    (void)snprintf(
        altered, sizeof(altered), "Authorization: Bearer %s", line + PREFIX_LENGTH);
    fetch(altered);
    assert_int_equal(reply.status, 400);
    assert_non_null(strstr(reply.body, "not a valid JWT"));
    fetch("Authorization: token");
    assert_int_equal(reply.status, 400);
}

static void
token_has_to_be_for_pods_and_fresh(void **state)
{
    (void)state;
    write_header("sts.amazonaws.com", "uid-1", 60);
    fetch(line);
    assert_int_equal(reply.status, 400);
    assert_non_null(strstr(reply.body, "Incorrect token audience"));

    write_header(AUDIENCE, "uid-1", -60);
    fetch(line);
    assert_int_equal(reply.status, 400);
    assert_non_null(strstr(reply.body, "(ExpiredTokenException)"));
    assert_string_equal(credentials.access_key_id, "");
}

static void
post_is_refused(void **state)
{
    (void)state;
    platform_request("POST", PATH, NULL, &reply);
    assert_int_equal(reply.status, 405);
}

#define EKS "\"operation\":\"eks-credentials\",\"times\":1,"

typedef struct trouble_case {
    const char *fault;
    long want_status;
    const char *want_text;
    const char *unwanted_text;
} trouble_case;

static const trouble_case trouble_cases[] = {
    { EKS "\"status\":500", 500, "", "{" },
    { EKS "\"status\":429", 429, "", "{" },
    { EKS "\"error\":\"AccessDeniedException\"", 400, "(AccessDeniedException)", "{" },
    { EKS "\"document\":\"half\"", 200, "{\"AccountId\"", "}" },
    { EKS "\"document\":\"not_json\"", 200, "guest network", "{" },
    { EKS "\"document\":\"code_not_success\"", 200, "\"Code\"", "AccessKeyId" },
    { EKS "\"document\":\"missing_expiration\"", 200, "\"Token\"", "Expiration" },
    { EKS "\"document\":\"missing_token\"", 200, "Expiration", "\"Token\"" },
};

static void
trouble_comes_as_ordered(void **state)
{
    (void)state;
    write_header(AUDIENCE, "uid-1", 60);
    for (size_t i = 0; i < sizeof(trouble_cases) / sizeof(trouble_cases[0]); i++) {
        const trouble_case *one = &trouble_cases[i];
        print_message("%s\n", one->fault);
        platform_set_fault(one->fault);

        fetch(line);

        assert_int_equal(reply.status, one->want_status);
        assert_non_null(strstr(reply.body, one->want_text));
        assert_null(strstr(reply.body, one->unwanted_text));
        fetch(line);
        assert_int_equal(reply.status, 200);
    }
}

static void
expired_credentials_are_refused_as_expired(void **state)
{
    (void)state;
    write_header(AUDIENCE, "uid-1", 60);
    platform_set_fault(EKS "\"document\":\"expired\"");
    fetch(line);
    platform_assert_lifetime(&credentials, -3600);
    platform_assert_register(&credentials, "ExpiredTokenException");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(
            pod_identity_gets_credentials_that_do_not_register, service_reset),
        cmocka_unit_test_setup(header_has_to_hold_the_token_as_it_is, service_reset),
        cmocka_unit_test_setup(token_has_to_be_for_pods_and_fresh, service_reset),
        cmocka_unit_test_setup(post_is_refused, service_reset),
        cmocka_unit_test_setup(trouble_comes_as_ordered, service_reset),
        cmocka_unit_test_setup(
            expired_credentials_are_refused_as_expired, service_reset),
    };
    return cmocka_run_group_tests_name(
        "sandbox_eks", tests, service_start, service_stop);
}
