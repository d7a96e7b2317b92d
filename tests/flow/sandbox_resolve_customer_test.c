/* SPDX-License-Identifier: Apache-2.0 */
#include "seller_market.h"
#include "support/cmocka.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static http_reply reply;

static void
resolve_as(const service_signer *signer, const char *token)
{
    char body[256];
    (void)snprintf(body, sizeof(body), "{\"RegistrationToken\":\"%s\"}", token);
    service_call_as(&service_sandbox, signer, "ResolveCustomer", body, &reply);
}

static void
resolve(const char *token)
{
    resolve_as(&seller_itself, token);
}

typedef struct answer_case {
    const char *token;
    const char *want_body;
} answer_case;

static const answer_case answer_cases[] = {
    { "token-a1",
      "{\"CustomerAWSAccountId\":\"111111111111\",\"CustomerIdentifier\":\"cust-a\","
      "\"LicenseArn\":\"" LICENSE("a1") "\",\"ProductCode\":\"saas-one\"}" },
    { "token-a-twice",
      "{\"CustomerAWSAccountId\":\"111111111111\",\"CustomerIdentifier\":\"cust-a\","
      "\"LicenseArn\":\"" LICENSE("a2") "\",\"ProductCode\":\"saas-one\"}" },
    /* An agreement without a licence. */
    { "token-b-once",
      "{\"CustomerAWSAccountId\":\"222222222222\",\"CustomerIdentifier\":\"cust-b\","
      "\"ProductCode\":\"saas-one\"}" },
    /* Whether it is over is not asked. */
    { "token-over",
      "{\"CustomerAWSAccountId\":\"444444444444\",\"CustomerIdentifier\":\"cust-d\","
      "\"LicenseArn\":\"" LICENSE("d") "\",\"ProductCode\":\"saas-one\"}" },
};

static void
token_tells_customer_product_and_licence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(answer_cases) / sizeof(answer_cases[0]); i++) {
        resolve(answer_cases[i].token);

        service_assert_error(&reply, NULL);
        assert_string_equal(reply.body, answer_cases[i].want_body);
        seller_assert_rule("tells the customer", "ResolveCustomer");
    }
}

typedef struct signer_case {
    const service_signer *signer;
    const char *token;
    const char *want_error;
    const char *want_rule;
} signer_case;

static const signer_case signer_cases[] = {
    { &seller_itself, "token-a1", NULL, "tells the customer" },
    { &other_seller, "token-foreign", NULL, "tells the customer" },
    { &seller_itself, "token-foreign", "InvalidTokenException", "published" },
    { &other_seller, "token-a1", "InvalidTokenException", "published" },
    { &nobodys_laptop, "token-a1", "InvalidTokenException", "published" },
    { &seller_itself, "token-a", "InvalidTokenException", "token exists" },
    { &seller_itself, "token-a11", "InvalidTokenException", "token exists" },
    { &seller_itself, "Token-a1", "InvalidTokenException", "token exists" },
};

static void
token_is_resolved_by_its_publisher(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(signer_cases) / sizeof(signer_cases[0]); i++) {
        const signer_case *one = &signer_cases[i];

        resolve_as(one->signer, one->token);

        service_assert_error(&reply, one->want_error);
        seller_assert_rule(one->want_rule, "ResolveCustomer");
    }
}

/* Whoever asks about somebody else's token learns no more than of one that is none. */
static void
foreign_token_looks_like_none(void **state)
{
    (void)state;
    char none[256];
    resolve("token-none");
    service_member(reply.body, "message", none, sizeof(none));

    resolve("token-foreign");

    char foreign[256];
    service_member(reply.body, "message", foreign, sizeof(foreign));
    assert_string_equal(foreign, none);
}

static void
token_expires_by_the_services_clock(void **state)
{
    (void)state;
    seller_set_clock("2026-11-10T12:29:00Z");
    resolve("token-late");
    service_assert_error(&reply, NULL);

    seller_set_clock("2026-11-10T12:30:00Z");
    resolve("token-late");
    service_assert_error(&reply, "ExpiredTokenException");
    assert_null(strstr(reply.body, "security token"));
    seller_assert_rule("before it expires", "ResolveCustomer");

    /* The neighbour, which never does. */
    resolve("token-a1");
    service_assert_error(&reply, NULL);
}

static void
token_is_used_up(void **state)
{
    (void)state;
    resolve("token-b-once");
    service_assert_error(&reply, NULL);
    resolve("token-b-once");
    service_assert_error(&reply, "ExpiredTokenException");
    seller_assert_rule("no more often", "ResolveCustomer");

    resolve("token-a-twice");
    service_assert_error(&reply, NULL);
    resolve("token-a-twice");
    service_assert_error(&reply, NULL);
    resolve("token-a-twice");
    service_assert_error(&reply, "ExpiredTokenException");
}

/* A refused call redeems nothing; nor does one that only looks. */
static void
refused_call_redeems_nothing(void **state)
{
    (void)state;
    resolve_as(&other_seller, "token-b-once");
    service_assert_error(&reply, "InvalidTokenException");

    resolve("token-b-once");
    service_assert_error(&reply, NULL);
}

typedef struct body_case {
    const char *name;
    const char *body;
    const char *want_error;
} body_case;

static const body_case body_cases[] = {
    { "a token", "{\"RegistrationToken\":\"token-a1\"}", NULL },
    { "escapes", "{\"RegistrationToken\":\"\\u0074oken-a1\"}", NULL },
    { "an unknown member", "{\"RegistrationToken\":\"token-a1\",\"Other\":1}", NULL },
    { "no token", "{}", "ValidationException" },
    { "a null", "{\"RegistrationToken\":null}", "ValidationException" },
    { "an empty token", "{\"RegistrationToken\":\"\"}", "ValidationException" },
    { "a number", "{\"RegistrationToken\":1}", "SerializationException" },
    { "a list", "{\"RegistrationToken\":[\"token-a1\"]}", "SerializationException" },
    { "no JSON", "token-a1", "SerializationException" },
};

static void
body_is_held_to_the_model(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(body_cases) / sizeof(body_cases[0]); i++) {
        print_message("%s\n", body_cases[i].name);

        service_call(&service_sandbox, "ResolveCustomer", body_cases[i].body, &reply);

        service_assert_error(&reply, body_cases[i].want_error);
    }
}

static bool
file_holds(const char *path, const char *text)
{
    static char bytes[4 * 1024 * 1024];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    size_t length = fread(bytes, 1, sizeof(bytes) - 1, file);
    (void)fclose(file);
    for (size_t i = 0; i + strlen(text) <= length; i++) {
        if (memcmp(bytes + i, text, strlen(text)) == 0) {
            return true;
        }
    }
    return false;
}

/* Neither what it answers nor what it keeps tells a token. */
static void
token_is_told_nowhere(void **state)
{
    (void)state;
    static const char *const places[] = { "state", "calls", "records" };
    resolve("token-b-once");
    service_assert_error(&reply, NULL);
    resolve("token-b-once");
    assert_null(strstr(reply.body, "token-b-once"));
    resolve("token-unheard-of");
    assert_null(strstr(reply.body, "token-unheard-of"));
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        sandbox_process_demand(&service_sandbox, "GET", places[i], NULL, &reply);
        assert_null(strstr(reply.body, "token-b-once"));
        assert_null(strstr(reply.body, "token-unheard-of"));
    }
    DIR *folder = opendir(service_sandbox.state);
    assert_non_null(folder);
    for (const struct dirent *file = readdir(folder); file != NULL;
         file = readdir(folder)) {
        char path[1024];
        (void)snprintf(
            path, sizeof(path), "%s/%s", service_sandbox.state, file->d_name);
        assert_false(file_holds(path, "token-b-once"));
    }
    (void)closedir(folder);
}

static void
documented_regions_are_a_setting(void **state)
{
    (void)state;
    static const struct {
        const char *region;
        const char *want_error;
    } cases[] = {
        { "us-east-1", NULL },
        { "eu-central-2", NULL },
        { "il-central-1", NULL },
        { "ap-southeast-4", NULL },
        { "ca-west-1", "DisabledApiException" },
        { "mx-central-1", "DisabledApiException" },
    };
    sandbox_process strict;
    assert_int_equal(seller_start_with(&strict, "\"documented_regions_only\":true"), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        service_signer signer = seller_itself;
        signer.region = cases[i].region;
        static const char body[] = "{\"RegistrationToken\":\"token-a1\"}";

        service_call_as(&strict, &signer, "ResolveCustomer", body, &reply);
        service_assert_error(&reply, cases[i].want_error);

        service_call_as(&service_sandbox, &signer, "ResolveCustomer", body, &reply);
        service_assert_error(&reply, NULL);
    }
    assert_int_equal(sandbox_process_stop(&strict, SIGTERM, NULL), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(token_tells_customer_product_and_licence, seller_reset),
        cmocka_unit_test_setup(token_is_resolved_by_its_publisher, seller_reset),
        cmocka_unit_test_setup(foreign_token_looks_like_none, seller_reset),
        cmocka_unit_test_setup(token_expires_by_the_services_clock, seller_reset),
        cmocka_unit_test_setup(token_is_used_up, seller_reset),
        cmocka_unit_test_setup(refused_call_redeems_nothing, seller_reset),
        cmocka_unit_test_setup(body_is_held_to_the_model, seller_reset),
        cmocka_unit_test_setup(token_is_told_nowhere, seller_reset),
        cmocka_unit_test_setup(documented_regions_are_a_setting, seller_reset),
    };
    return cmocka_run_group_tests(tests, seller_start, seller_stop);
}
