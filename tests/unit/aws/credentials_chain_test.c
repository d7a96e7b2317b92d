/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_chain.h"
#include "support/cmocka.h"
#include "unit/aws/source_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER(status_, body_)                                                         \
    {                                                                                  \
        .http_status = status_, .body = body_                                          \
    }
#define NOBODY                                                                         \
    {                                                                                  \
        .failure = ENTITLE_UNREACHABLE                                                 \
    }
#define KEYS                                                                           \
    { "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE" },                                            \
    {                                                                                  \
        "AWS_SECRET_ACCESS_KEY", SOURCE_SECRET                                         \
    }
#define ECS                                                                            \
    {                                                                                  \
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/1"                              \
    }
#define POD_IDENTITY                                                                   \
    {                                                                                  \
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"   \
    }

#define WEB_IDENTITY                                                                   \
    { "AWS_WEB_IDENTITY_TOKEN_FILE", fixture.file },                                   \
    {                                                                                  \
        "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r"                             \
    }
#define WEB_ANSWER                                                                     \
    "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>"             \
    "<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId>"                              \
    "<SecretAccessKey>" SOURCE_SECRET "</SecretAccessKey>"                             \
    "<SessionToken>" SOURCE_TOKEN "</SessionToken></Credentials>"                      \
    "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"

#define PROFILE                                                                        \
    {                                                                                  \
        "AWS_SHARED_CREDENTIALS_FILE", profile_file                                    \
    }

static char profile_file[] = "/tmp/entitle-profile-XXXXXX";

static int
set_up(void **state)
{
    static const char text[] = "[default]\naws_access_key_id = AKIAEXAMPLE\n"
                               "aws_secret_access_key = " SOURCE_SECRET "\n";

    memcpy(profile_file + sizeof(profile_file) - 7, "XXXXXX", 6);
    int descriptor = mkstemp(profile_file);
    bool is_written = write(descriptor, text, strlen(text)) == (ssize_t)strlen(text);

    return source_set_up(state) != 0 || close(descriptor) != 0 || !is_written;
}

static int
tear_down(void **state)
{
    unlink(profile_file);
    return source_tear_down(state);
}

typedef struct chain_case {
    const char *what;
    fake_variable variables[6];
    scripted_answer answers[3];
    entitle_status want;
    entitle_credentials_kind want_kind;
    size_t want_requests;
    const char *want_words; /* of the error */
} chain_case;

static const chain_case cases[] = {
    { "keys before everything",
      { KEYS, ECS },
      { NOBODY },
      ENTITLE_OK,
      ENTITLE_CREDENTIALS_ENVIRONMENT,
      0,
      NULL },
    { "half a pair of keys before a good container",
      { { "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE" }, ECS },
      { ANSWER(200, SOURCE_GOOD) },
      ENTITLE_INVALID_CREDENTIALS,
      ENTITLE_CREDENTIALS_UNKNOWN,
      0,
      "the environment" },
    { "keys before a profile",
      { KEYS, PROFILE },
      { NOBODY },
      ENTITLE_OK,
      ENTITLE_CREDENTIALS_ENVIRONMENT,
      0,
      NULL },
    { "a profile before a web identity",
      { PROFILE, WEB_IDENTITY, ECS },
      { NOBODY },
      ENTITLE_OK,
      ENTITLE_CREDENTIALS_PROFILE,
      0,
      NULL },
    { "a web identity before a container",
      { WEB_IDENTITY, POD_IDENTITY },
      { ANSWER(200, WEB_ANSWER) },
      ENTITLE_OK,
      ENTITLE_CREDENTIALS_WEB_IDENTITY,
      1,
      NULL },
    { "a web identity without a role before a good container",
      { { "AWS_WEB_IDENTITY_TOKEN_FILE", fixture.file }, POD_IDENTITY },
      { ANSWER(200, SOURCE_GOOD) },
      ENTITLE_INVALID_CREDENTIALS,
      ENTITLE_CREDENTIALS_UNKNOWN,
      0,
      "the web identity" },
    { "a web identity that is refused before a good container",
      { WEB_IDENTITY, POD_IDENTITY },
      { ANSWER(403, NULL), ANSWER(200, SOURCE_GOOD) },
      ENTITLE_CONFIGURATION,
      ENTITLE_CREDENTIALS_UNKNOWN,
      1,
      "the web identity" },
    { "an ECS task",
      { ECS },
      { ANSWER(200, SOURCE_GOOD) },
      ENTITLE_OK,
      ENTITLE_CREDENTIALS_ECS_TASK_ROLE,
      1,
      NULL },
    { "an EKS pod",
      { POD_IDENTITY },
      { ANSWER(200, SOURCE_GOOD) },
      ENTITLE_OK,
      ENTITLE_CREDENTIALS_EKS_POD_IDENTITY,
      1,
      NULL },
    { "a broken container keeps the instance out",
      { ECS },
      { ANSWER(400, NULL) },
      ENTITLE_CONFIGURATION,
      ENTITLE_CREDENTIALS_UNKNOWN,
      1,
      "the container endpoint" },
    { "an instance",
      { { NULL, NULL } },
      { ANSWER(200, "t"), ANSWER(200, "role"), ANSWER(200, SOURCE_GOOD) },
      ENTITLE_OK,
      ENTITLE_CREDENTIALS_INSTANCE_ROLE,
      3,
      NULL },
    { "a broken instance",
      { { NULL, NULL } },
      { ANSWER(200, "t"), ANSWER(200, "role"), ANSWER(500, NULL) },
      ENTITLE_SERVICE_ERROR,
      ENTITLE_CREDENTIALS_UNKNOWN,
      3,
      "instance metadata" },
    { "nothing",
      { { NULL, NULL } },
      { NOBODY },
      ENTITLE_NO_CREDENTIALS,
      ENTITLE_CREDENTIALS_UNKNOWN,
      1,
      "no AWS credentials" },
};

static void
chain_answers_as_the_table_says(void **state)
{
    (void)state;
    source_write_file("jwt.tok.en");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const chain_case *each = &cases[i];

        print_message("  %s\n", each->what);
        assert_int_equal(
            source_ask(ent_credentials_from_chain, each->variables, each->answers, 3),
            each->want);
        assert_int_equal(fixture.script.request_count, each->want_requests);
        assert_int_equal(fixture.credentials.kind, each->want_kind);
        if (each->want != ENTITLE_OK) {
            assert_non_null(strstr(fixture.error.message, each->want_words));
            assert_true(fixture.error.hint[0] != '\0');
        }
    }
}

/* Dropped packets, in place of the metadata service, may not hold a start up. */
static void
chain_is_not_held_up_by_a_black_hole(void **state)
{
    static const scripted_answer silence = { .takes_ms = 3600000 };
    int64_t began_ms = fixture.fake.monotonic_ms;

    (void)state;
    assert_int_equal(
        source_ask(ent_credentials_from_chain, NULL, &silence, 1),
        ENTITLE_NO_CREDENTIALS);
    assert_true(fixture.fake.monotonic_ms - began_ms <= 3000);
}

#define TEST(function_) cmocka_unit_test_setup_teardown(function_, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(chain_answers_as_the_table_says),
        TEST(chain_is_not_held_up_by_a_black_hole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
