/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/scripted_transport.h"

#include <entitle/instance.h>

#include <string.h>

#define TASK(ACCOUNT)                                                                  \
    "{\"TaskARN\":\"arn:aws:ecs:us-east-1:" ACCOUNT                                    \
    ":task/default/0123456789abcdef0123456789abcdef\"}"
#define METADATA                                                                       \
    {                                                                                  \
        "ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/x"                   \
    }
#define SESSION                                                                        \
    {                                                                                  \
        .http_status = 200, .body = "metadata-token", .headers = {                     \
            "X-Aws-Ec2-Metadata-Token-Ttl-Seconds: 21600"                              \
        }                                                                              \
    }
#define NOBODY                                                                         \
    {                                                                                  \
        .failure = ENTITLE_UNREACHABLE, .is_unsent = true                              \
    }
#define OK(BODY)                                                                       \
    {                                                                                  \
        .http_status = 200, .body = (BODY)                                             \
    }

static const struct {
    const char *name;
    fake_variable variables[3];
    scripted_answer answers[2];
    entitle_status want;
} cases[] = {
    { "a task", { METADATA }, { OK(TASK("123456789012")) }, ENTITLE_OK },
    { "a task whose ARN has a digit less",
      { METADATA },
      { OK(TASK("12345678901")) },
      ENTITLE_BAD_RESPONSE },
    { "a task whose ARN has no account",
      { METADATA },
      { OK(TASK("")) },
      ENTITLE_BAD_RESPONSE },
    { "an instance",
      { { NULL, NULL } },
      { SESSION, OK("{\"accountId\":\"123456789012\",\"region\":\"us-east-1\"}") },
      ENTITLE_OK },
    { "an instance, from within a pod",
      { { "KUBERNETES_SERVICE_HOST", "10.0.0.1" } },
      { SESSION, OK("{\"accountId\":\"123456789012\"}") },
      ENTITLE_OK },
    { "an account that is a number",
      { { NULL, NULL } },
      { SESSION, OK("{\"accountId\":123456789012}") },
      ENTITLE_BAD_RESPONSE },
    { "an account that holds a letter",
      { { NULL, NULL } },
      { SESSION, OK("{\"accountId\":\"12345678901x\"}") },
      ENTITLE_BAD_RESPONSE },
    { "an account that is said twice",
      { { NULL, NULL } },
      { SESSION,
        OK("{\"accountId\":\"123456789012\",\"accountId\":\"210987654321\"}") },
      ENTITLE_BAD_RESPONSE },
    { "an identity that is no JSON",
      { { NULL, NULL } },
      { SESSION, OK("123456789012") },
      ENTITLE_BAD_RESPONSE },
    { "somewhere else",
      { { NULL, NULL } },
      { NOBODY, NOBODY },
      ENTITLE_PLATFORM_NOT_SUPPORTED },
    { "where the metadata is not to be asked",
      { { "AWS_EC2_METADATA_DISABLED", "true" } },
      { NOBODY, NOBODY },
      ENTITLE_PLATFORM_NOT_SUPPORTED },
};

static void
account_is_the_one_that_the_metadata_tells(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fake_runtime fake;
        scripted_transport script;
        entitle_error error = { .message = "" };
        char account[ENTITLE_ACCOUNT_SIZE] = "";

        fake_runtime_init(&fake);
        fake.variables = cases[i].variables;
        scripted_transport_init(&script, &fake, cases[i].answers, 2);
        entitle_status status = entitle_instance_account(
            &fake.runtime, &script.transport, account, sizeof(account), &error);
        scripted_transport_clear(&script);
        if (status != cases[i].want) {
            fail_msg(
                "%s: %s: %s",
                cases[i].name,
                entitle_status_name(status),
                error.message);
        }
        if (status == ENTITLE_OK) {
            assert_string_equal(account, "123456789012");
        }
        assert_int_equal(fake.blocks_in_use, 0);
    }
}

static void
account_needs_room(void **state)
{
    char account[ENTITLE_ACCOUNT_SIZE];

    (void)state;
    assert_int_equal(
        entitle_instance_account(NULL, NULL, account, sizeof(account) - 1, NULL),
        ENTITLE_INVALID_ARGUMENT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(account_is_the_one_that_the_metadata_tells),
        cmocka_unit_test(account_needs_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
