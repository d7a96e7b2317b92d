/* SPDX-License-Identifier: Apache-2.0 */
#include "flush_fixture.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

/* What comes of a record by what is answered to it. */

typedef struct answer_case {
    const char *name;
    scripted_answer answer; /* to the first of two hours of 5 and 3 units */
    entitle_status status;
    const char *account;
    uint64_t requests; /* 2: the next record was sent, and accepted */
    uint64_t unsent;
} answer_case;

static const answer_case answer_cases[] = {
    { "accepted", FLUSH_ACCEPTED, ENTITLE_OK, "accepted=8", 2, 0 },
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
      FLUSH_LOST_REPLY,
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
        const scripted_answer answers[] = { one->answer, FLUSH_ACCEPTED };
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
an_answer_without_a_record_id_settles_nothing(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 200, .body = "{}" },
        FLUSH_ACCEPTED,
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

/* AWS holds another quantity: somebody else's, as this ledger sent none of that hour.
 */
static void
an_accepted_hour_explains_no_duplicate_of_another(void **state)
{
    static const scripted_answer duplicate =
        METERING_ERROR("DuplicateRequestException");
    const scripted_answer answers[] = { FLUSH_ACCEPTED, duplicate };
    (void)state;
    meter_add_use(-2, 5);
    meter_add_use(-1, 3);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.carried, 0);
    assert_int_equal(flush_report.rejected, 1);
    meter_assert_account("accepted=5 rejected=3");
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

/* --- Troubles that may be a record's own -------------------------------------------
 */

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
        const scripted_answer answers[] = { cases[i].answer,
                                            FLUSH_ACCEPTED,
                                            FLUSH_ACCEPTED };
        if (i > 0) {
            (void)meter_tear_down(state);
            (void)flush_set_up(state);
        }
        flush_add_dimensions(-1, 3);
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
    flush_add_dimensions(-1, 3);
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
    flush_add_dimensions(-1, 20);
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
        answers[i] =
            i % 4 == 0 ? (scripted_answer)FAILED : (scripted_answer)FLUSH_ACCEPTED;
    }
    flush_add_dimensions(-1, COUNT);
    metering_start(answers, COUNT);
    assert_int_equal(flush_with(NULL), ENTITLE_SERVICE_ERROR);
    assert_int_equal(flush_report.requests, COUNT);
    assert_int_equal(flush_report.unsent, COUNT / 4);
    meter_assert_account("sending=10 accepted=30");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FLUSH(each_answer_settles_the_record_as_it_should),
        FLUSH(an_answer_without_a_record_id_settles_nothing),
        FLUSH(an_accepted_hour_explains_no_duplicate_of_another),
        FLUSH(a_rejected_record_tells_why),
        FLUSH(a_records_own_trouble_keeps_no_other_waiting),
        FLUSH(a_trouble_that_every_record_would_meet_ends_the_flush),
        FLUSH(many_troubles_in_a_row_end_the_flush),
        FLUSH(what_was_passed_over_is_not_sent_twice_in_a_flush),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
