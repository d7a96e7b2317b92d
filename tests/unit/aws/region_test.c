/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/region.h"
#include "support/cmocka.h"
#include "unit/aws/source_fixture.h"

#include <string.h>

static ent_region region;

/* In the shape that the fixture asks in. */
static entitle_status
resolve(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    (void)out;
    return ent_region_resolve(request, NULL, &region, error);
}

#define ANSWER(status_, body_)                                                         \
    {                                                                                  \
        .http_status = status_, .body = body_                                          \
    }
#define NOBODY                                                                         \
    {                                                                                  \
        .failure = ENTITLE_UNREACHABLE                                                 \
    }
#define SILENCE                                                                        \
    {                                                                                  \
        .takes_ms = 3600000                                                            \
    }
#define TASK                                                                           \
    {                                                                                  \
        "ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/id"                  \
    }
#define FILE_OF(variable_)                                                             \
    {                                                                                  \
        variable_, fixture.file                                                        \
    }

typedef struct region_case {
    const char *what;
    fake_variable variables[3];
    scripted_answer answers[5];
    entitle_status want;
    const char *want_name;
    const char *want_origin;
    size_t want_requests;
} region_case;

#define NONE NULL, NULL

static const region_case cases[] = {
    { "a variable before a profile",
      { { "AWS_DEFAULT_REGION", "eu-west-1" }, FILE_OF("AWS_CONFIG_FILE") },
      { NOBODY },
      ENTITLE_OK,
      "eu-west-1",
      "AWS_DEFAULT_REGION",
      0 },
    { "a profile before the task",
      { FILE_OF("AWS_CONFIG_FILE"), TASK },
      { NOBODY },
      ENTITLE_OK,
      "sa-east-1",
      "the profile",
      0 },
    { "a task",
      { TASK },
      { ANSWER(200, "{\"TaskARN\":\"arn:aws:ecs:us-west-2:123456789012:task/t\"}") },
      ENTITLE_OK,
      "us-west-2",
      "ECS task metadata",
      1 },
    { "a task by its zone",
      { TASK },
      { ANSWER(200, "{\"AvailabilityZone\":\"us-west-2b\"}") },
      ENTITLE_OK,
      "us-west-2",
      "ECS task metadata",
      1 },
    { "a task by its Local Zone",
      { TASK },
      { ANSWER(200, "{\"TaskARN\":7,\"AvailabilityZone\":\"us-west-2-lax-1a\"}") },
      ENTITLE_OK,
      "us-west-2",
      "ECS task metadata",
      1 },
    { "a task that does not know, on an instance",
      { TASK },
      { ANSWER(200, "{}"), ANSWER(200, "t"), ANSWER(200, "eu-north-1\n") },
      ENTITLE_OK,
      "eu-north-1",
      "instance metadata",
      3 },
    { "a task that fails, on an instance",
      { TASK },
      { ANSWER(500, ""), ANSWER(200, "t"), ANSWER(200, "eu-north-1") },
      ENTITLE_OK,
      "eu-north-1",
      "instance metadata",
      3 },
    { "an instance of version 1",
      { { NULL, NULL } },
      { ANSWER(403, ""), ANSWER(200, "eu-north-1") },
      ENTITLE_OK,
      "eu-north-1",
      "instance metadata",
      2 },
    { "an instance that says nonsense",
      { { NULL, NULL } },
      { ANSWER(200, "t"), ANSWER(200, "evil.example/") },
      ENTITLE_INVALID_REGION,
      NONE,
      2 },
    { "an instance that says nothing",
      { { NULL, NULL } },
      { ANSWER(200, "t"), ANSWER(200, "") },
      ENTITLE_NO_REGION,
      NONE,
      2 },
    { "an instance without that path",
      { { NULL, NULL } },
      { ANSWER(200, "t"), ANSWER(404, "") },
      ENTITLE_NO_REGION,
      NONE,
      2 },
    { "no metadata",
      { { "AWS_EC2_METADATA_DISABLED", "true" } },
      { NOBODY },
      ENTITLE_NO_REGION,
      NONE,
      0 },
    { "nobody", { { NULL, NULL } }, { NOBODY }, ENTITLE_NO_REGION, NONE, 1 },
    { "interrupted",
      { { NULL, NULL } },
      { { .failure = ENTITLE_INTERRUPTED } },
      ENTITLE_INTERRUPTED,
      NONE,
      1 },
    { "silence everywhere",
      { TASK },
      { SILENCE, SILENCE, SILENCE },
      ENTITLE_NO_REGION,
      NONE,
      2 },
};

static void
region_is_found_as_the_table_says(void **state)
{
    (void)state;
    source_write_file("[default]\nregion = sa-east-1\n");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const region_case *each = &cases[i];
        int64_t began_ms = fixture.fake.monotonic_ms;

        print_message("  %s\n", each->what);
        assert_int_equal(
            source_ask(resolve, each->variables, each->answers, 5), each->want);
        assert_int_equal(fixture.script.request_count, each->want_requests);
        assert_true(fixture.fake.monotonic_ms - began_ms <= 3000);
        if (each->want == ENTITLE_OK) {
            assert_string_equal(region.name, each->want_name);
            assert_string_equal(region.origin, each->want_origin);
        } else {
            assert_true(fixture.error.message[0] != '\0');
        }
    }
}

static void
region_that_is_wrong_is_shown_with_its_origin(void **state)
{
    static const fake_variable variables[] = { FILE_OF("AWS_CONFIG_FILE"),
                                               { NULL, NULL } };
    static const scripted_answer nobody = NOBODY;

    (void)state;
    source_write_file("[default]\nregion = US East\n");
    assert_int_equal(
        source_ask(resolve, variables, &nobody, 1), ENTITLE_INVALID_REGION);
    assert_non_null(strstr(fixture.error.message, "'US East' from the profile"));
}

static void
region_is_asked_within_the_deadline(void **state)
{
    static const fake_variable variables[] = { TASK, { NULL, NULL } };
    static const scripted_answer silence = SILENCE;
    int64_t began_ms = fixture.fake.monotonic_ms;

    (void)state;
    assert_int_equal(
        source_ask_within(500, resolve, variables, &silence, 1), ENTITLE_NO_REGION);
    assert_true(fixture.fake.monotonic_ms - began_ms <= 500);
}

#define TEST(function_)                                                                \
    cmocka_unit_test_setup_teardown(function_, source_set_up, source_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(region_is_found_as_the_table_says),
        TEST(region_that_is_wrong_is_shown_with_its_origin),
        TEST(region_is_asked_within_the_deadline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
