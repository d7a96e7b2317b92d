/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "flush_fixture.h"
#include "ledger/ledger.h"
#include "ledger/sqlite.h"
#include "support/cmocka.h"

#include <string.h>

/* Records that AWS may have, or surely does not. */

static void
what_aws_may_have_is_sent_again_as_it_was(void **state)
{
    static const scripted_answer answers[] = { FLUSH_LOST_REPLY, FLUSH_ACCEPTED };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_UNREACHABLE);
    meter_add_use(-1, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_string_equal(flush_body(0), flush_body(1));
    meter_assert_account("open=2 accepted=5");
}

static void
what_aws_surely_does_not_have_may_grow(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR("AccessDeniedException"),
                                               FLUSH_ACCEPTED };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_ACCESS_DENIED);
    meter_add_use(-1, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_non_null(strstr(flush_body(1), "\"UsageQuantity\":7"));
    meter_assert_account("accepted=7");
}

static void
what_aws_may_have_is_never_carried(void **state)
{
    static const scripted_answer late = METERING_ERROR("TimestampOutOfBoundsException");
    const scripted_answer answers[] = { FLUSH_LOST_REPLY, late };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_UNREACHABLE);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.carried, 0);
    assert_int_equal(flush_report.lost, 1);
    meter_assert_account("lost=5");
}

/* The reply to the first attempt was lost, and the next one came too late. */
static void
an_attempt_of_the_same_call_counts_as_doubt(void **state)
{
    static const fake_variable two_attempts[] = {
        { "AWS_REGION", "us-east-1" },
        { "AWS_ACCESS_KEY_ID", METERING_KEY_ID },
        { "AWS_SECRET_ACCESS_KEY", METERING_SECRET },
        { "AWS_MAX_ATTEMPTS", "2" },
        { NULL, NULL },
    };
    static const scripted_answer late = METERING_ERROR("TimestampOutOfBoundsException");
    const scripted_answer answers[] = { FLUSH_LOST_REPLY, late };
    (void)state;
    fixture.fake.variables = two_attempts;
    meter_add_use(-1, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.requests, 2);
    assert_int_equal(flush_report.lost, 1);
    meter_assert_account("lost=5");
}

/* --- Left by a flush that was killed -----------------------------------------------
 */

#define KILLED_BYTES "{\"what\":\"was frozen\"}"

static bool
freeze_bytes(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    struct ent_buffer *request)
{
    (void)context;
    (void)record;
    (void)tags;
    (void)tag_count;
    return ent_buffer_append_text(request, KILLED_BYTES);
}

static void
forget(void *context, const ent_ledger_record *record)
{
    (void)context;
    (void)record;
}

/* As a flush leaves the ledger that is killed before it has settled anything. */
static void
take_and_die(void)
{
    char path[128];
    ent_ledger *ledger = NULL;
    const ent_ledger_claim claim = {
        .instance = "pod-1",
        .owner = "the dead",
        .now_s = FAKE_NOW_S,
        .lease_s = 900,
    };

    meter_close(path, sizeof(path));
    assert_int_equal(
        ent_ledger_open_sqlite(&fixture.fake.runtime, path, &ledger, NULL), ENTITLE_OK);
    assert_int_equal(
        ent_ledger_take(ledger, &claim, 9, freeze_bytes, forget, NULL, NULL),
        ENTITLE_OK);
    ent_ledger_close(ledger);
    meter_open(0, false);
}

/* Nobody else sends: the next flush need not wait until a lease has ended. */
static void
what_a_killed_flush_left_goes_at_once_as_it_was(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    (void)state;
    meter_add_use(-1, 5);
    take_and_die();
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.requests, 1);
    assert_string_equal(flush_body(0), KILLED_BYTES);
    meter_assert_account("accepted=5");
}

static void
what_a_killed_flush_left_is_in_doubt(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "TimestampOutOfBoundsException") };
    (void)state;
    meter_add_use(-1, 5);
    take_and_die();
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.carried, 0);
    meter_assert_account("lost=5");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FLUSH(what_aws_may_have_is_sent_again_as_it_was),
        FLUSH(what_aws_surely_does_not_have_may_grow),
        FLUSH(what_aws_may_have_is_never_carried),
        FLUSH(an_attempt_of_the_same_call_counts_as_doubt),
        FLUSH(what_a_killed_flush_left_goes_at_once_as_it_was),
        FLUSH(what_a_killed_flush_left_is_in_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
