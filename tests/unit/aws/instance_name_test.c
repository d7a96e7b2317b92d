/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/scripted_transport.h"

#include <entitle/instance.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TASK                                                                           \
    "arn:aws:ecs:us-east-1:123456789012:task/default/0123456789abcdef0123456789abcdef"

/* {"kubernetes.io":{"pod":{"name":"web-0","uid":"1eb-2"}}} and {"sub":"somebody"} */
#define POD_TOKEN                                                                      \
    "eyJhbGciOiJSUzI1NiJ9."                                                            \
    "eyJrdWJlcm5ldGVzLmlvIjp7InBvZCI6eyJuYW1lIjoid2ViLTAiLCJ1aWQiOiIxZWItMiJ9fX0.c2ln"
#define OTHER_TOKEN "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2ln"

static char token_path[] = "/tmp/instance-name-XXXXXX";

typedef struct name_case {
    const char *name;
    fake_variable variables[4];
    const char *token; /* in the file; NULL: there is none */
    scripted_answer answers[2];
    entitle_status want;
    const char *want_name; /* NULL: the host's */
} name_case;

#define METADATA                                                                       \
    {                                                                                  \
        "ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/x"                   \
    }
#define WEB_IDENTITY                                                                   \
    {                                                                                  \
        "AWS_WEB_IDENTITY_TOKEN_FILE", token_path                                      \
    }
#define NOBODY                                                                         \
    {                                                                                  \
        .failure = ENTITLE_UNREACHABLE, .is_unsent = true                              \
    }

static const name_case cases[] = {
    { "a task",
      { METADATA },
      NULL,
      { { .http_status = 200, .body = "{\"TaskARN\":\"" TASK "\"}" } },
      ENTITLE_OK,
      TASK },
    { "a task before anything else",
      { METADATA, WEB_IDENTITY },
      POD_TOKEN,
      { { .http_status = 200, .body = "{\"TaskARN\":\"" TASK "\"}" } },
      ENTITLE_OK,
      TASK },
    { "a task that is not told",
      { METADATA },
      NULL,
      { { .http_status = 500 }, { .http_status = 500 } },
      ENTITLE_SERVICE_ERROR,
      NULL },
    { "a task whose ARN is none",
      { METADATA },
      NULL,
      { { .http_status = 200, .body = "{\"TaskARN\":\"task\"}" },
        { .http_status = 200, .body = "{\"TaskARN\":\"task\"}" } },
      ENTITLE_BAD_RESPONSE,
      NULL },
    { "a pod", { WEB_IDENTITY }, POD_TOKEN, { NOBODY, NOBODY }, ENTITLE_OK, "1eb-2" },
    { "a token that names no pod",
      { WEB_IDENTITY },
      OTHER_TOKEN,
      { NOBODY, NOBODY },
      ENTITLE_OK,
      NULL },
    { "a pod whose token is gone",
      { WEB_IDENTITY },
      NULL,
      { NOBODY, NOBODY },
      ENTITLE_CONFIGURATION,
      NULL },
    { "an instance",
      { { NULL, NULL } },
      NULL,
      { { .http_status = 200,
          .body = "metadata-token",
          .headers = { "X-Aws-Ec2-Metadata-Token-Ttl-Seconds: 21600" } },
        { .http_status = 200, .body = "i-0123456789abcdef0" } },
      ENTITLE_OK,
      "i-0123456789abcdef0" },
    /* Many pods share a node, and each meters for itself. */
    { "a pod that reaches its node's metadata",
      { { "KUBERNETES_SERVICE_HOST", "10.0.0.1" } },
      NULL,
      { { .http_status = 200, .body = "metadata-token" },
        { .http_status = 200, .body = "i-0123456789abcdef0" } },
      ENTITLE_OK,
      NULL },
    { "anything else", { { NULL, NULL } }, NULL, { NOBODY, NOBODY }, ENTITLE_OK, NULL },
};

static void
write_token(const char *token)
{
    (void)unlink(token_path);
    if (token != NULL) {
        FILE *file = fopen(token_path, "w");
        assert_non_null(file);
        assert_true(fputs(token, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
}

static void
an_instance_is_named_as_aws_tells_it_apart(void **state)
{
    (void)state;
    char host[256] = "";
    assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const name_case *each = &cases[i];
        fake_runtime fake;
        scripted_transport script;
        entitle_error error = { 0 };
        char name[ENTITLE_INSTANCE_NAME_SIZE] = "";

        print_message("  %s\n", each->name);
        fake_runtime_init(&fake);
        fake.variables = each->variables;
        scripted_transport_init(&script, &fake, each->answers, 2);
        write_token(each->token);
        entitle_status status = entitle_instance_name(
            &fake.runtime, &script.transport, name, sizeof(name), &error);
        scripted_transport_clear(&script);
        assert_int_equal(status, each->want);
        if (status == ENTITLE_OK) {
            assert_string_equal(name, each->want_name != NULL ? each->want_name : host);
        }
        assert_int_equal(fake.blocks_in_use, 0);
    }
}

static void
a_buffer_that_is_too_small_is_refused(void **state)
{
    (void)state;
    fake_runtime fake;
    char name[ENTITLE_INSTANCE_NAME_SIZE];
    fake_runtime_init(&fake);
    assert_int_equal(
        entitle_instance_name(&fake.runtime, NULL, name, sizeof(name) - 1, NULL),
        ENTITLE_INVALID_ARGUMENT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instance_is_named_as_aws_tells_it_apart),
        cmocka_unit_test(a_buffer_that_is_too_small_is_refused),
    };
    int file = mkstemp(token_path);
    if (file < 0) {
        return 1;
    }
    close(file);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(token_path);
    return failed;
}
