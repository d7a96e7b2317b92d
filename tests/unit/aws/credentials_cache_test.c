/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_cache.h"
#include "support/cmocka.h"
#include "unit/aws/source_fixture.h"

#include <string.h>

/* A source that a test plays. */
static struct {
    entitle_status status;
    entitle_credentials_kind kind;
    int64_t lives_s; /* from the time of asking; 0: for ever */
    int asked;
} played;

static ent_credentials_cache cache;
static entitle_credentials got;

static entitle_status
play(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    static const char *const ids[] = { "FIRST", "SECOND", "THIRD", "FOURTH" };
    int64_t now_s = request->runtime->wall_ms(request->runtime->context) / 1000;
    const char *id = ids[played.asked % 4];

    played.asked++;
    if (played.status != ENTITLE_OK) {
        return played.status;
    }
    return entitle_credentials_set(
        out,
        played.kind,
        id,
        SOURCE_SECRET,
        SOURCE_TOKEN,
        played.lives_s != 0 ? now_s + played.lives_s : 0,
        error);
}

static int
set_up(void **state)
{
    memset(&played, 0, sizeof(played));
    memset(&cache, 0, sizeof(cache));
    played.kind = ENTITLE_CREDENTIALS_ECS_TASK_ROLE;
    played.lives_s = 3600;
    return source_set_up(state);
}

static entitle_status
provide(bool refresh)
{
    const ent_credentials_request request = {
        .runtime = &fixture.fake.runtime,
        .deadline = ent_deadline_in(&fixture.fake.runtime, 60000),
    };

    memset(&got, 0, sizeof(got));
    return ent_credentials_cache_provide(
        &cache, play, &request, refresh, &got, &fixture.error);
}

static void
pass(int64_t seconds)
{
    fixture.fake.wall_ms += seconds * 1000;
    fixture.fake.monotonic_ms += seconds * 1000;
}

static void
assert_gives(const char *id, int asked)
{
    assert_int_equal(provide(false), ENTITLE_OK);
    assert_string_equal(got.access_key_id, id);
    assert_int_equal(played.asked, asked);
}

static void
cache_asks_a_quarter_of_an_hour_early(void **state)
{
    (void)state;
    assert_gives("FIRST", 1);
    pass(3600 - 901);
    assert_gives("FIRST", 1);
    pass(1);
    assert_gives("SECOND", 2);
}

static void
cache_keeps_what_does_not_expire(void **state)
{
    (void)state;
    played.lives_s = 0;
    assert_gives("FIRST", 1);
    pass(1000000);
    assert_gives("FIRST", 1);
}

static void
cache_does_not_ask_all_the_time_for_the_short_lived(void **state)
{
    (void)state;
    played.lives_s = 600;
    assert_gives("FIRST", 1);
    pass(59);
    assert_gives("FIRST", 1);
    pass(1);
    assert_gives("SECOND", 2);
}

static void
cache_keeps_the_old_until_they_have_expired(void **state)
{
    (void)state;
    assert_gives("FIRST", 1);
    played.status = ENTITLE_UNREACHABLE;
    pass(3600 - 900);
    assert_gives("FIRST", 2);
    assert_non_null(strstr(fixture.fake.log, "cannot be renewed"));
    pass(899);
    assert_gives("FIRST", 3);
    pass(1);
    assert_int_equal(provide(false), ENTITLE_UNREACHABLE);
    assert_string_equal(got.access_key_id, "");
    played.status = ENTITLE_OK;
    assert_gives("FIRST", 5);
}

static void
cache_keeps_the_role_of_the_instance_beyond_that(void **state)
{
    (void)state;
    played.kind = ENTITLE_CREDENTIALS_INSTANCE_ROLE;
    assert_gives("FIRST", 1);
    played.status = ENTITLE_NO_CREDENTIALS;
    pass(4000);
    assert_gives("FIRST", 2);
    assert_gives("FIRST", 2);
    pass(60);
    assert_gives("FIRST", 3);
    played.status = ENTITLE_OK;
    pass(60);
    assert_gives("FOURTH", 4);
}

static void
cache_gives_the_expired_of_the_instance_as_they_come(void **state)
{
    (void)state;
    played.kind = ENTITLE_CREDENTIALS_INSTANCE_ROLE;
    played.lives_s = -100000;
    assert_gives("FIRST", 1);
    assert_gives("FIRST", 1);
}

static void
cache_is_passed_by_a_refresh(void **state)
{
    (void)state;
    assert_gives("FIRST", 1);
    assert_int_equal(provide(true), ENTITLE_OK);
    assert_string_equal(got.access_key_id, "SECOND");
    assert_gives("SECOND", 2);
    played.status = ENTITLE_UNREACHABLE;
    assert_int_equal(provide(true), ENTITLE_UNREACHABLE);
    assert_gives("SECOND", 3);
}

static void
cache_passes_an_interruption_on(void **state)
{
    (void)state;
    assert_gives("FIRST", 1);
    played.status = ENTITLE_INTERRUPTED;
    pass(3000);
    assert_int_equal(provide(false), ENTITLE_INTERRUPTED);
}

#define TEST(function_)                                                                \
    cmocka_unit_test_setup_teardown(function_, set_up, source_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cache_asks_a_quarter_of_an_hour_early),
        TEST(cache_keeps_what_does_not_expire),
        TEST(cache_does_not_ask_all_the_time_for_the_short_lived),
        TEST(cache_keeps_the_old_until_they_have_expired),
        TEST(cache_keeps_the_role_of_the_instance_beyond_that),
        TEST(cache_gives_the_expired_of_the_instance_as_they_come),
        TEST(cache_is_passed_by_a_refresh),
        TEST(cache_passes_an_interruption_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
