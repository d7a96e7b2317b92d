/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "flush_fixture.h"
#include "ledger/ledger.h"
#include "ledger/sqlite.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

#define RECORD_ID "0b1c6c5e-1c1b-4f5c-9d56-000000000001"
#define ACCEPTED                                                                       \
    {                                                                                  \
        .http_status = 200, .body = "{\"MeteringRecordId\":\"" RECORD_ID "\"}"         \
    }
#define LOST_REPLY                                                                     \
    {                                                                                  \
        .failure = ENTITLE_UNREACHABLE                                                 \
    }

/* A unit for each of so many dimensions. */
static void
add_dimensions(int64_t hour, int count)
{
    for (int i = 0; i < count; i++) {
        char name[16];
        entitle_use use = meter_use(hour, 1);
        (void)snprintf(name, sizeof(name), "d%d", i);
        use.dimension = name;
        assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    }
}

/* --- What goes out ---------------------------------------------------------------- */

static void
hours_go_oldest_first_one_for_each_dimension(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    static const char *const want[] = {
        "{\"ProductCode\":\"" METERING_PRODUCT "\",\"Timestamp\":1795287599,"
        "\"UsageDimension\":\"gigabytes\",\"UsageQuantity\":2}",
        "{\"ProductCode\":\"" METERING_PRODUCT "\",\"Timestamp\":1795287599,"
        "\"UsageDimension\":\"requests\",\"UsageQuantity\":7}",
        "{\"ProductCode\":\"" METERING_PRODUCT "\",\"Timestamp\":1795291199,"
        "\"UsageDimension\":\"requests\",\"UsageQuantity\":1}",
    };
    (void)state;
    entitle_use gigabytes = meter_use(-2, 2);
    gigabytes.dimension = "gigabytes";
    meter_add_use(-1, 1);
    assert_int_equal(entitle_meter_add(meter, &gigabytes, NULL, NULL), ENTITLE_OK);
    meter_add_use(-2, 3);
    meter_add_use(-2, 4);
    meter_add_use(0, 9);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(fixture.script.request_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(flush_body(i), want[i]);
    }
    assert_int_equal(flush_report.sent, 3);
    assert_int_equal(flush_report.accepted, 3);
    assert_int_equal(flush_report.requests, 3);
    assert_int_equal(flush_report.unsent, 0);
    meter_assert_account("open=9 accepted=10");
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.requests, 0);
}

typedef struct progress_log {
    uint64_t calls;
    uint64_t done;
} progress_log;

static void
note_progress(void *context, uint64_t done, uint64_t left)
{
    progress_log *log = context;
    (void)left;
    assert_int_equal(done, log->done + 1);
    log->calls++;
    log->done = done;
}

static void
more_hours_than_are_taken_at_once_all_go(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    enum { COUNT = 100 };
    progress_log log = { 0 };
    const entitle_flush_options options = {
        .struct_size = sizeof(options),
        .progress = note_progress,
        .progress_context = &log,
    };
    (void)state;
    add_dimensions(-1, COUNT);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&options), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, COUNT);
    assert_int_equal(log.calls, COUNT);
}

/* Whatever could not be had: without a request there is no doubt. */
static void
out_of_memory_before_sending_leaves_no_doubt(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    (void)state;
    meter_open(0, true);
    meter_add_use(0, 5);
    metering_start(answers, 1);
    for (int64_t i = 0; fixture.script.request_count == 0; i++) {
        meter_assert_account("closed=5");
        fixture.fake.fail_allocation = fixture.fake.allocations + i;
        (void)flush_with(NULL);
        fixture.fake.fail_allocation = -1;
    }
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=5");
}

/* --- Troubles that may be a record's own ------------------------------------------ */

#define FAILED                                                                         \
    {                                                                                  \
        .http_status = 500, .body = "{\"__type\":\"InternalServiceErrorException\"}"   \
    }

static void
a_records_own_trouble_keeps_no_other_waiting(void **state)
{
    static const struct {
        scripted_answer answer;
        entitle_status status;
        const char *account;
    } cases[] = {
        { FAILED, ENTITLE_SERVICE_ERROR, "sending=1 accepted=2" },
        { { .http_status = 200, .body = "{}" },
          ENTITLE_BAD_RESPONSE,
          "sending=1 accepted=2" },
        { { .http_status = 400, .body = "{\"__type\":\"SerializationException\"}" },
          ENTITLE_INVALID_INPUT,
          "closed=1 accepted=2" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const scripted_answer answers[] = { cases[i].answer, ACCEPTED, ACCEPTED };
        if (i > 0) {
            (void)meter_tear_down(state);
            (void)flush_set_up(state);
        }
        add_dimensions(-1, 3);
        metering_start(answers, 3);
        assert_int_equal(flush_with(NULL), cases[i].status);
        assert_int_equal(flush_report.requests, 3);
        assert_int_equal(flush_report.accepted, 2);
        assert_int_equal(flush_report.unsent, 1);
        meter_assert_account(cases[i].account);
        assert_int_equal(flush_with(NULL), ENTITLE_OK);
        assert_int_equal(flush_report.requests, 1);
        assert_string_equal(flush_body(3), flush_body(0));
        meter_assert_account("accepted=3");
    }
}

static void
a_trouble_that_every_record_would_meet_ends_the_flush(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 400, .body = "{\"__type\":\"AccessDeniedException\"}" },
        { .http_status = 400, .body = "{\"__type\":\"ThrottlingException\"}" },
        { .failure = ENTITLE_UNREACHABLE },
    };
    (void)state;
    add_dimensions(-1, 3);
    metering_start(answers, 3);
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        assert_int_not_equal(flush_with(NULL), ENTITLE_OK);
        assert_int_equal(flush_report.requests, 1);
        assert_int_equal(flush_report.unsent, 3);
    }
}

static void
many_troubles_in_a_row_end_the_flush(void **state)
{
    static const scripted_answer answers[] = { FAILED };
    (void)state;
    add_dimensions(-1, 20);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_SERVICE_ERROR);
    assert_int_equal(flush_report.requests, 8);
    assert_int_equal(flush_report.unsent, 20);
    meter_assert_account("closed=12 sending=8");
}

/* More than are taken at once, so that what was passed over is due all the time. */
static void
what_was_passed_over_is_not_sent_twice_in_a_flush(void **state)
{
    enum { COUNT = 40 };
    scripted_answer answers[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        answers[i] = i % 4 == 0 ? (scripted_answer)FAILED : (scripted_answer)ACCEPTED;
    }
    add_dimensions(-1, COUNT);
    metering_start(answers, COUNT);
    assert_int_equal(flush_with(NULL), ENTITLE_SERVICE_ERROR);
    assert_int_equal(flush_report.requests, COUNT);
    assert_int_equal(flush_report.unsent, COUNT / 4);
    meter_assert_account("sending=10 accepted=30");
}

static void
events_go_at_once_with_a_token_that_stays(void **state)
{
    static const scripted_answer answers[] = { LOST_REPLY, ACCEPTED };
    (void)state;
    meter_open(0, true);
    meter_add_use(0, 1);
    meter_add_use(0, 1);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_UNREACHABLE);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(fixture.script.request_count, 3);
    assert_non_null(strstr(flush_body(0), ",\"ClientToken\":\""));
    assert_string_equal(flush_body(0), flush_body(1));
    assert_string_not_equal(flush_body(1), flush_body(2));
}

/* --- What comes back -------------------------------------------------------------- */

typedef struct answer_case {
    const char *name;
    scripted_answer answer; /* to the first of two hours of 5 and 3 units */
    entitle_status status;
    const char *account;
    uint64_t requests; /* 2: the next record was sent, and accepted */
    uint64_t unsent;
} answer_case;

static const answer_case answer_cases[] = {
    { "accepted", ACCEPTED, ENTITLE_OK, "accepted=8", 2, 0 },
    { "a rule about the record",
      METERING_ERROR("InvalidUsageDimensionException"),
      ENTITLE_OK,
      "accepted=3 rejected=5",
      2,
      0 },
    { "another quantity",
      METERING_ERROR("DuplicateRequestException"),
      ENTITLE_OK,
      "accepted=3 rejected=5",
      2,
      0 },
    { "too late",
      METERING_ERROR("TimestampOutOfBoundsException"),
      ENTITLE_OK,
      "open=5 accepted=3",
      2,
      0 },
    { "no permission",
      METERING_ERROR("AccessDeniedException"),
      ENTITLE_ACCESS_DENIED,
      "closed=8",
      1,
      2 },
    { "not subscribed",
      METERING_ERROR("CustomerNotEntitledException"),
      ENTITLE_NOT_ENTITLED,
      "closed=8",
      1,
      2 },
    { "nothing has left",
      { .failure = ENTITLE_UNREACHABLE, .is_unsent = true },
      ENTITLE_UNREACHABLE,
      "closed=8",
      1,
      2 },
    { "the reply was lost",
      LOST_REPLY,
      ENTITLE_UNREACHABLE,
      "closed=3 sending=5",
      1,
      2 },
    { "the service failed",
      { .http_status = 500 },
      ENTITLE_SERVICE_ERROR,
      "sending=5 accepted=3",
      2,
      1 },
};

static void
each_answer_settles_the_record_as_it_should(void **state)
{
    for (size_t i = 0; i < sizeof(answer_cases) / sizeof(answer_cases[0]); i++) {
        const answer_case *one = &answer_cases[i];
        const scripted_answer answers[] = { one->answer, ACCEPTED };
        if (i > 0) {
            meter_tear_down(state);
            (void)flush_set_up(state);
        }
        print_message("%s\n", one->name);
        meter_add_use(-2, 5);
        meter_add_use(-1, 3);
        metering_start(answers, 2);
        assert_int_equal(flush_with(NULL), one->status);
        meter_assert_account(one->account);
        assert_int_equal(flush_report.requests, one->requests);
        assert_int_equal(flush_report.unsent, one->unsent);
    }
}

static void
what_aws_may_have_is_sent_again_as_it_was(void **state)
{
    static const scripted_answer answers[] = { LOST_REPLY, ACCEPTED };
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
                                               ACCEPTED };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_ACCESS_DENIED);
    meter_add_use(-1, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_non_null(strstr(flush_body(1), "\"UsageQuantity\":7"));
    meter_assert_account("accepted=7");
}

/* AWS holds another quantity: somebody else's, as this ledger sent none of that hour.
 */
static void
an_accepted_hour_explains_no_duplicate_of_another(void **state)
{
    static const scripted_answer duplicate =
        METERING_ERROR("DuplicateRequestException");
    const scripted_answer answers[] = { ACCEPTED, duplicate };
    (void)state;
    meter_add_use(-2, 5);
    meter_add_use(-1, 3);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.carried, 0);
    assert_int_equal(flush_report.rejected, 1);
    meter_assert_account("accepted=5 rejected=3");
}

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
    static const scripted_answer answers[] = { ACCEPTED };
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

static void
what_aws_may_have_is_never_carried(void **state)
{
    static const scripted_answer late = METERING_ERROR("TimestampOutOfBoundsException");
    const scripted_answer answers[] = { LOST_REPLY, late };
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
    const scripted_answer answers[] = { LOST_REPLY, late };
    (void)state;
    fixture.fake.variables = two_attempts;
    meter_add_use(-1, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.requests, 2);
    assert_int_equal(flush_report.lost, 1);
    meter_assert_account("lost=5");
}

static void
what_is_too_late_is_lost_where_that_was_chosen(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "TimestampOutOfBoundsException") };
    const entitle_flush_options drop = { .struct_size = sizeof(drop),
                                         .past_window = ENTITLE_PAST_WINDOW_DROP };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&drop), ENTITLE_OK);
    assert_int_equal(flush_report.lost, 1);
    meter_assert_account("lost=5");
}

enum { TAKEN_TOGETHER = 16 };

/* What is as old need not be sent to be refused, beyond what was taken with it. */
static void
after_a_refusal_for_age_the_old_is_not_sent(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "TimestampOutOfBoundsException") };
    enum { COUNT = 100 };
    static const struct {
        entitle_past_window past_window;
        uint64_t carried;
        uint64_t lost;
        const char *account;
    } ways[] = {
        { ENTITLE_PAST_WINDOW_CARRY, COUNT, 0, "open=100" },
        { ENTITLE_PAST_WINDOW_DROP, 0, COUNT, "lost=100" },
    };
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        const entitle_flush_options options = { .struct_size = sizeof(options),
                                                .past_window = ways[i].past_window };
        if (i > 0) {
            meter_tear_down(state);
            (void)flush_set_up(state);
        }
        add_dimensions(-9, COUNT);
        metering_start(answers, 1);
        assert_int_equal(flush_with(&options), ENTITLE_OK);
        assert_int_equal(flush_report.carried, ways[i].carried);
        assert_int_equal(flush_report.lost, ways[i].lost);
        assert_in_range(flush_report.requests, 1, TAKEN_TOGETHER);
        meter_assert_account(ways[i].account);
    }
}

/* The last hour that AWS still takes, and the one before it. */
static void
after_a_refusal_for_age_the_window_stays_open(void **state)
{
    static const scripted_answer late = METERING_ERROR("TimestampOutOfBoundsException");
    scripted_answer answers[TAKEN_TOGETHER + 1];
    const scripted_answer accepted = ACCEPTED;
    (void)state;
    for (size_t i = 0; i < TAKEN_TOGETHER; i++) {
        answers[i] = late;
    }
    answers[TAKEN_TOGETHER] = accepted;
    fixture.fake.wall_ms += 60 * 1000;
    add_dimensions(-9, TAKEN_TOGETHER);
    meter_add_use(-7, 30);
    meter_add_use(-6, 50);
    metering_start(answers, TAKEN_TOGETHER + 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.requests, TAKEN_TOGETHER + 1);
    meter_assert_account("open=46 accepted=50");
}

static void
what_waits_in_memory_is_sent_too(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    (void)state;
    meter_open(60000, false);
    meter_add_use(-1, 5);
    meter_assert_account("");
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=5");
}

static void
the_running_hour_is_not_carried_into_itself(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "TimestampOutOfBoundsException") };
    const entitle_flush_options final = { .struct_size = sizeof(final), .final = true };
    (void)state;
    meter_add_use(0, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&final), ENTITLE_INVALID_INPUT);
    assert_int_equal(flush_report.requests, 2); /* once more, by the service's clock */
    meter_assert_account("open=5");
}

static bool
keep_reason(void *context, const entitle_ledger_record *record)
{
    char *reason = context;
    (void)snprintf(reason, 700, "%s", record->reason);
    return true;
}

static void
a_rejected_record_tells_why(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR("InvalidTagException") };
    char reason[700] = "";
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_meter_list(meter, ENTITLE_USAGE_REJECTED, keep_reason, reason, NULL),
        ENTITLE_OK);
    assert_int_equal(strncmp(reason, "InvalidTagException: ", 21), 0);
}

static void
an_interruption_leaves_everything_due(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    fixture.fake.interrupt_after = 0;
    assert_int_equal(flush_with(NULL), ENTITLE_INTERRUPTED);
    fixture.fake.interrupt_after = -1;
    meter_assert_account("closed=5");
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=5");
}

/* --- Options ---------------------------------------------------------------------- */

static void
a_heartbeat_fills_the_hours_of_the_window(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    const entitle_flush_options instance_hours = { .struct_size =
                                                       sizeof(instance_hours),
                                                   .has_heartbeat = true,
                                                   .heartbeat_quantity = 1 };
    (void)state;
    meter_add_use(-4, 5);
    meter_add_use(-2, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&instance_hours), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, 4);
    meter_assert_account("accepted=12");
    assert_int_equal(flush_with(&instance_hours), ENTITLE_OK);
    assert_int_equal(flush_report.requests, 0);

    /* A day later only what AWS still takes: six hours that are over. */
    fixture.fake.wall_ms += INT64_C(24) * 3600 * 1000;
    assert_int_equal(flush_with(&instance_hours), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, 6);
}

static void
a_heartbeat_is_not_for_events(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    entitle_flush_options options = { .struct_size = sizeof(options) };
    (void)state;
    meter_open(0, true);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&options), ENTITLE_OK);
    options.has_heartbeat = true;
    assert_int_equal(flush_with(&options), ENTITLE_INVALID_ARGUMENT);
}

static void
options_beyond_their_limits_send_nothing(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    entitle_flush_options options = { .struct_size = 1 };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&options), ENTITLE_INVALID_ARGUMENT);
    options.struct_size = sizeof(options);
    options.has_heartbeat = true;
    options.heartbeat_quantity = (uint32_t)ENTITLE_USAGE_QUANTITY_LIMIT + 1;
    assert_int_equal(flush_with(&options), ENTITLE_INVALID_ARGUMENT);
    meter_assert_account("closed=5");
    assert_int_equal(fixture.script.request_count, 0);
    options.has_heartbeat = false;
    options.heartbeat_quantity = 0;
    assert_int_equal(flush_with(&options), ENTITLE_OK);
    meter_assert_account("accepted=5");
}

/* Whose records they are while they are under way is told by a random number. */
static void
without_random_numbers_nothing_is_sent(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    fixture.fake.random_fails = true;
    assert_int_equal(flush_with(NULL), ENTITLE_INTERNAL_ERROR);
    meter_assert_account("closed=5");
    assert_int_equal(fixture.script.request_count, 0);
    fixture.fake.random_fails = false;
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=5");
}

static void
an_answer_without_a_record_id_settles_nothing(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 200, .body = "{}" },
        ACCEPTED,
    };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_BAD_RESPONSE);
    meter_assert_account("sending=5");
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=5");
    assert_string_equal(flush_body(0), flush_body(1));
}

/* By the service's clock its lease would have ended. */
static void
a_living_instance_is_not_adopted_for_a_wrong_clock(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 200,
          .body = "{\"MeteringRecordId\":\"" RECORD_ID "\"}",
          .has_date = true,
          .date_offset_s = 600 },
    };
    (void)state;
    entitle_meter *first = meter;
    meter_add_use(-1, 5);
    meter = NULL;
    fixture.fake.wall_ms += 400 * 1000;
    meter_open_as("pod-2");
    meter_add_use(-2, 1);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, 1);
    meter_add_use(-3, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.carried, 0);
    assert_int_equal(flush_report.unsent, 0); /* what is due is another's to send */
    meter_assert_account("closed=5 accepted=2");
    assert_int_equal(entitle_meter_free(first), ENTITLE_OK);
}

/* It is due then, as the hours before it are. */
static void
the_running_hour_that_is_left_counts_as_unsent(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "AccessDeniedException") };
    const entitle_flush_options final = { .struct_size = sizeof(final), .final = true };
    (void)state;
    meter_add_use(-1, 5);
    meter_add_use(0, 7);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&final), ENTITLE_ACCESS_DENIED);
    assert_int_equal(flush_report.unsent, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_ACCESS_DENIED);
    assert_int_equal(flush_report.unsent, 1);
    meter_assert_account("open=7 closed=5");
}

/* One wrong `Date`, of a middlebox say, must not keep back what is due from then on. */
static void
a_lying_date_keeps_nothing_back(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 200,
          .body = "{\"MeteringRecordId\":\"" RECORD_ID "\"}",
          .has_date = true,
          .date_offset_s = -365 * 86400 },
    };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_add_use(-2, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=6");
}

static void
let_a_minute_pass(void *context, uint64_t done, uint64_t left)
{
    (void)context;
    (void)done;
    (void)left;
    fixture.fake.wall_ms += 60 * 1000;
}

/* 40 records in 40 minutes; the lease alone would end after 15. */
static void
a_long_flush_keeps_the_instance_alive(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    const entitle_flush_options slowly = { .struct_size = sizeof(slowly),
                                           .progress = let_a_minute_pass };
    (void)state;
    add_dimensions(-1, 40);
    meter_add_use(0, 7);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&slowly), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, 40);
    meter_open_as("pod-2");
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.carried, 0);

    /* Its neighbour: the lease does end. */
    fixture.fake.wall_ms += 900 * 1000;
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.carried, 1);
}

static void
pruning_keeps_the_hours_that_aws_still_takes(void **state)
{
    static const scripted_answer answers[] = { ACCEPTED };
    uint64_t count = 9;
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    fixture.fake.wall_ms += INT64_C(24) * 3600 * 1000;
    assert_int_equal(entitle_meter_prune(meter, INT64_MAX, &count, NULL), ENTITLE_OK);
    assert_int_equal(count, 0);
    meter_add_use(-1, 2); /* that hour has been sent */
    meter_assert_account("open=2 accepted=5");

    fixture.fake.wall_ms += 1000;
    assert_int_equal(entitle_meter_prune(meter, INT64_MAX, &count, NULL), ENTITLE_OK);
    assert_int_equal(count, 1);
    meter_assert_account("open=2 accepted=5");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FLUSH(hours_go_oldest_first_one_for_each_dimension),
        FLUSH(more_hours_than_are_taken_at_once_all_go),
        FLUSH(out_of_memory_before_sending_leaves_no_doubt),
        FLUSH(a_records_own_trouble_keeps_no_other_waiting),
        FLUSH(a_trouble_that_every_record_would_meet_ends_the_flush),
        FLUSH(many_troubles_in_a_row_end_the_flush),
        FLUSH(what_was_passed_over_is_not_sent_twice_in_a_flush),
        FLUSH(events_go_at_once_with_a_token_that_stays),
        FLUSH(each_answer_settles_the_record_as_it_should),
        FLUSH(what_aws_may_have_is_sent_again_as_it_was),
        FLUSH(what_aws_surely_does_not_have_may_grow),
        FLUSH(an_accepted_hour_explains_no_duplicate_of_another),
        FLUSH(what_a_killed_flush_left_goes_at_once_as_it_was),
        FLUSH(what_a_killed_flush_left_is_in_doubt),
        FLUSH(what_aws_may_have_is_never_carried),
        FLUSH(an_attempt_of_the_same_call_counts_as_doubt),
        FLUSH(what_is_too_late_is_lost_where_that_was_chosen),
        FLUSH(after_a_refusal_for_age_the_old_is_not_sent),
        FLUSH(after_a_refusal_for_age_the_window_stays_open),
        FLUSH(what_waits_in_memory_is_sent_too),
        FLUSH(the_running_hour_is_not_carried_into_itself),
        FLUSH(a_rejected_record_tells_why),
        FLUSH(an_interruption_leaves_everything_due),
        FLUSH(a_heartbeat_fills_the_hours_of_the_window),
        FLUSH(a_heartbeat_is_not_for_events),
        FLUSH(a_long_flush_keeps_the_instance_alive),
        FLUSH(pruning_keeps_the_hours_that_aws_still_takes),
        FLUSH(options_beyond_their_limits_send_nothing),
        FLUSH(without_random_numbers_nothing_is_sent),
        FLUSH(an_answer_without_a_record_id_settles_nothing),
        FLUSH(a_living_instance_is_not_adopted_for_a_wrong_clock),
        FLUSH(a_lying_date_keeps_nothing_back),
        FLUSH(the_running_hour_that_is_left_counts_as_unsent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
