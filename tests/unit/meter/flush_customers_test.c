/* SPDX-License-Identifier: Apache-2.0 */

/* Customers' usage: the bytes that go out, and what each answer does. */
#include "flush_fixture.h"
#include "support/cmocka.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LICENSE "arn:aws:license-manager::294406891311:license:l-1"
#define ELEMENT(customer, quantity)                                                    \
    "{\"Timestamp\":1795291199,\"CustomerIdentifier\":\"" customer                     \
    "\",\"Dimension\":\"requests\",\"Quantity\":" quantity "}"
#define BODY(elements)                                                                 \
    "{\"ProductCode\":\"" METERING_PRODUCT "\",\"UsageRecords\":[" elements "]}"
#define RESULT(customer, quantity, members)                                            \
    "{\"UsageRecord\":" ELEMENT(customer, quantity) "," members "}"
#define SUCCESS(id) "\"Status\":\"Success\",\"MeteringRecordId\":\"" id "\""
#define ANSWER(results, unprocessed)                                                   \
    {                                                                                  \
        .http_status = 200,                                                            \
        .body = "{\"Results\":[" results "],\"UnprocessedRecords\":[" unprocessed "]}" \
    }

static void
add_of(const char *customer, int64_t hour, int64_t quantity)
{
    entitle_use use = meter_use(hour, quantity);
    use.customer_identifier = customer;
    assert_int_equal(entitle_meter_add(meter, &use, NULL, &fixture.error), ENTITLE_OK);
}

/* --- What goes out ---------------------------------------------------------------- */

static void
a_request_names_its_product_and_each_customer(void **state)
{
    static const scripted_answer answers[] = { ANSWER(
        RESULT("cust-2", "7", SUCCESS("id-2")) "," RESULT(
            "cust-1", "5", SUCCESS("id-1")),
        "") };
    (void)state;
    add_of("cust-1", -1, 5);
    add_of("cust-2", -1, 7);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_string_equal(
        flush_body(0), BODY(ELEMENT("cust-1", "5") "," ELEMENT("cust-2", "7")));
    meter_assert_account("accepted=12");
}

static void
by_licence_a_request_names_no_product(void **state)
{
    static const scripted_answer answers[] = { ANSWER("", "") };
    (void)state;
    entitle_use use = meter_use(-1, 5);
    use.customer_account = "123456789012";
    use.license_arn = &LICENSE[4]; /* as some pages print it */
    assert_int_equal(entitle_meter_add(meter, &use, NULL, &fixture.error), ENTITLE_OK);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_SERVICE_ERROR);
    assert_string_equal(
        flush_body(0),
        "{\"UsageRecords\":[{\"Timestamp\":1795291199,\"CustomerAWSAccountId\":"
        "\"123456789012\",\"LicenseArn\":\"" LICENSE
        "\",\"Dimension\":\"requests\",\"Quantity\":5}]}");
}

static void
what_may_have_arrived_goes_out_in_the_same_bytes(void **state)
{
    static const scripted_answer answers[] = {
        { .failure = ENTITLE_UNREACHABLE },
        ANSWER(
            RESULT("cust-1", "5", SUCCESS("id-1")) "," RESULT(
                "cust-2", "7", SUCCESS("id-2")),
            ""),
    };
    (void)state;
    add_of("cust-1", -1, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_UNREACHABLE);
    assert_int_equal(flush_report.unsent, 1);
    meter_assert_account("sending=5");
    add_of("cust-1", -1, 3); /* to the next hour that may grow */
    add_of("cust-2", -1, 7);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_string_equal(flush_body(0), BODY(ELEMENT("cust-1", "5")));
    assert_string_equal(
        flush_body(1), BODY(ELEMENT("cust-1", "5") "," ELEMENT("cust-2", "7")));
    meter_assert_account("open=3 accepted=12");
}

/* --- What comes back -------------------------------------------------------------- */

static void
each_status_does_its_own(void **state)
{
    static const scripted_answer answers[] = {
        ANSWER(
            RESULT("cust-3", "3", "\"Status\":\"DuplicateRecord\"") "," RESULT("cust-1", "1", SUCCESS("id-1")) "," RESULT(
                "cust-2",
                "2",
                "\"Status\":\"CustomerNotSubscribed\"") "," RESULT("cust-5", "5", "\"Status\":\"Success\""), /* without an id */
            ELEMENT("cust-4", "4")),
        ANSWER(
            RESULT("cust-4", "4", SUCCESS("id-4")) "," RESULT(
                "cust-5", "5", SUCCESS("id-5")),
            ""),
    };
    (void)state;
    add_of("cust-1", -1, 1);
    add_of("cust-2", -1, 2);
    add_of("cust-3", -1, 3);
    add_of("cust-4", -1, 4);
    add_of("cust-5", -1, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(fixture.script.request_count, 2);
    assert_int_equal(flush_report.accepted, 3);
    assert_int_equal(flush_report.rejected, 1);
    assert_int_equal(flush_report.lost, 1);
    meter_assert_account("accepted=10 rejected=3 lost=2");
}

static void
what_no_answer_tells_of_is_asked_for_three_times(void **state)
{
    static const scripted_answer answers[] = { ANSWER("", "") };
    (void)state;
    add_of("cust-1", -1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_SERVICE_ERROR);
    assert_int_equal(fixture.script.request_count, 3);
    assert_string_equal(flush_body(2), flush_body(0));
    assert_int_equal(flush_report.unsent, 1);
    meter_assert_account("sending=5");
}

static void
what_is_no_answer_ends_the_flush(void **state)
{
    static const scripted_answer answers[] = { { .http_status = 200, .body = "{}" } };
    (void)state;
    add_of("cust-1", -1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_BAD_RESPONSE);
    meter_assert_account("sending=5");
}

static void
an_interrupted_flush_gives_back_what_it_took(void **state)
{
    static const scripted_answer answers[] = { ANSWER("", "") };
    (void)state;
    add_of("cust-1", -1, 5);
    metering_start(answers, 1);
    fixture.fake.interrupt_after = 0;
    assert_int_equal(flush_with(NULL), ENTITLE_INTERRUPTED);
    fixture.fake.interrupt_after = -1;
    meter_assert_account("closed=5");
}

/* It may be there: no later answer gives it back, or to another hour. */
static void
what_may_have_arrived_is_never_taken_back(void **state)
{
    static const scripted_answer answers[] = {
        { .failure = ENTITLE_UNREACHABLE },
        METERING_ERROR("AccessDeniedException"),
        METERING_ERROR("TimestampOutOfBoundsException"),
    };
    (void)state;
    add_of("cust-1", -1, 5);
    metering_start(answers, 3);
    assert_int_equal(flush_with(NULL), ENTITLE_UNREACHABLE);
    assert_int_equal(flush_with(NULL), ENTITLE_ACCESS_DENIED);
    meter_assert_account("sending=5");
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.lost, 1);
    meter_assert_account("lost=5");
}

/* A service that takes the running hour for the future, whatever its date says. */
static void
an_hour_that_is_still_to_come_is_asked_for_twice(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "TimestampOutOfBoundsException") };
    const entitle_flush_options last = { .struct_size = sizeof(last), .final = true };
    (void)state;
    add_of("cust-1", 0, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&last), ENTITLE_INVALID_INPUT);
    assert_int_equal(fixture.script.request_count, 2);
    assert_int_equal(flush_report.unsent, 1);
    meter_assert_account("open=5");
}

#define OLD_ELEMENT                                                                    \
    "{\"Timestamp\":1795201199,\"CustomerIdentifier\":\"cust-1\",\"Dimension\":"       \
    "\"requests\",\"Quantity\":5}"

/* It goes alone, as it seems too old; AWS may still say nothing of that. */
static void
an_old_hour_that_is_left_undecided_is_asked_for_again(void **state)
{
    static const scripted_answer answers[] = {
        ANSWER("", OLD_ELEMENT),
        ANSWER("{\"UsageRecord\":" OLD_ELEMENT "," SUCCESS("id-1") "}", ""),
    };
    (void)state;
    add_of("cust-1", -26, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(fixture.script.request_count, 2);
    meter_assert_account("accepted=5");
}

/* --- How many at once ------------------------------------------------------------- */

/* Of 60 records, three times three batches: how long that takes. */
static int64_t
time_of_flush(uint32_t in_flight)
{
    static const scripted_answer answers[] = {
        { .http_status = 200, .body = "{\"Results\":[]}", .takes_ms = 1000 }
    };
    const entitle_flush_options options = { .struct_size = sizeof(options),
                                            .in_flight = in_flight };
    for (int i = 0; i < 60; i++) {
        char customer[32];
        (void)snprintf(customer, sizeof(customer), "cust-%d", i);
        add_of(customer, -1, 1);
    }
    metering_start(answers, 1);
    scripted_transport_do_several(&fixture.script);
    int64_t since_ms = fixture.fake.monotonic_ms;
    assert_int_equal(flush_with(&options), ENTITLE_SERVICE_ERROR);
    assert_int_equal(fixture.script.request_count, 9);
    return fixture.fake.monotonic_ms - since_ms;
}

static void
batches_are_under_way_together(void **state)
{
    (void)state;
    assert_in_range(time_of_flush(0), 3000, 3999);
}

static void
batches_are_under_way_as_few_as_is_said(void **state)
{
    (void)state;
    assert_in_range(time_of_flush(1), 9000, 9999);
}

/* --- Leases ----------------------------------------------------------------------- */

enum { FULL = 25, OF_BOTH = 30 };

/* All of a first batch of the running hour are accepted. */
static const char *
answer_to_the_first_batch(void)
{
    static char text[8192];
    size_t length = (size_t)snprintf(text, sizeof(text), "{\"Results\":[");
    for (int i = 0; i < FULL; i++) {
        length += (size_t)snprintf(
            text + length,
            sizeof(text) - length,
            "%s{\"UsageRecord\":{\"Timestamp\":%d,\"CustomerIdentifier\":\"c-%d\","
            "\"Dimension\":\"requests\",\"Quantity\":1}," SUCCESS("id-%d") "}",
            i > 0 ? "," : "",
            FAKE_NOW_S,
            i,
            i);
    }
    (void)snprintf(text + length, sizeof(text) - length, "]}");
    return text;
}

/* What a second batch is dated with, where the first took so long. */
static void
assert_second_batch_is_of(int64_t seconds_later, const char *want)
{
    const scripted_answer answers[] = {
        { .http_status = 200,
          .body = answer_to_the_first_batch(),
          .has_date = true,
          .date_offset_s = seconds_later },
        { .failure = ENTITLE_UNREACHABLE, .is_unsent = true },
    };
    const entitle_flush_options last = { .struct_size = sizeof(last),
                                         .final = true,
                                         .in_flight = 1 };
    for (int i = 0; i < OF_BOTH; i++) {
        char customer[16];
        (void)snprintf(customer, sizeof(customer), "c-%d", i);
        add_of(customer, 0, 1);
    }
    metering_start(answers, 2);
    assert_int_equal(flush_with(&last), ENTITLE_UNREACHABLE);
    assert_int_equal(flush_report.accepted, FULL);
    assert_non_null(strstr(flush_body(1), want));
}

/* A call that begins shortly before its end could go on when others have the record. */
static void
what_is_leased_no_longer_than_a_call_is_taken_anew(void **state)
{
    (void)state;
    assert_second_batch_is_of(14 * 60, "\"Timestamp\":1795292040,");
}

static void
what_is_leased_longer_goes_out_as_it_is(void **state)
{
    (void)state;
    assert_second_batch_is_of(13 * 60, "\"Timestamp\":1795291200,");
}

static char shared_path[128];

/* Called when the answer is there, and not settled yet. */
static void
take_away(void *context, entitle_log_level level, const char *message)
{
    sqlite3 *database = NULL;
    (void)context;
    (void)level;
    (void)message;
    assert_int_equal(sqlite3_open(shared_path, &database), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(database, "UPDATE record SET owner = 'another'", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

/* Whose lease has ended is told nothing wrong, and counts nothing twice. */
static void
what_another_has_taken_over_is_its_to_count(void **state)
{
    static const scripted_answer answers[] = { ANSWER(
        RESULT("cust-1", "5", SUCCESS("id-1")) "," RESULT(
            "stranger", "1", SUCCESS("id-2")),
        "") };
    (void)state;
    meter_close(shared_path, sizeof(shared_path));
    meter_open(0, false);
    add_of("cust-1", -1, 5);
    fixture.fake.runtime.log = take_away;
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, 0);
    assert_int_equal(flush_report.unsent, 1);
    meter_assert_account("sending=5");
}

/* --- The end of a month ----------------------------------------------------------- */

enum { LAST_HOUR_OF_MONTH = 219 /* 2026-12-01T00:00:00Z is 220 hours on */ };

static void
flush_at_the_first_of_the_month(int64_t minutes)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "AccessDeniedException") };
    fixture.fake.wall_ms =
        (FAKE_NOW_S + (LAST_HOUR_OF_MONTH + 1) * 3600 + minutes * 60) * 1000;
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_ACCESS_DENIED);
}

static void
a_month_that_closes_is_warned_of(void **state)
{
    (void)state;
    fixture.fake.wall_ms += (int64_t)LAST_HOUR_OF_MONTH * 3600 * 1000;
    add_of("cust-1", LAST_HOUR_OF_MONTH, 5);
    flush_at_the_first_of_the_month(5 * 60 + 29);
    assert_null(strstr(fixture.fake.log, "last month"));
    entitle_metering_free(fixture.metering);
    fixture.metering = NULL;
    scripted_transport_clear(&fixture.script);
    flush_at_the_first_of_the_month(5 * 60 + 30);
    assert_non_null(strstr(
        fixture.fake.log,
        "customers' usage of last month is not sent yet: AWS takes it until "
        "2026-12-01T06:00:00Z, for 30 min"));
}

/* The instance's own is of no month. */
static void
a_month_without_customers_closes_silently(void **state)
{
    (void)state;
    fixture.fake.wall_ms += (int64_t)(LAST_HOUR_OF_MONTH + 1) * 3600 * 1000;
    meter_add_use(LAST_HOUR_OF_MONTH, 5);
    add_of("cust-1", LAST_HOUR_OF_MONTH + 1, 5);
    flush_at_the_first_of_the_month(5 * 60 + 45);
    assert_null(strstr(fixture.fake.log, "last month"));
}

/* --- Beside the instance's own ---------------------------------------------------- */

static void
flush_where_the_instance_gets(const char *code, entitle_status want)
{
    const scripted_answer answers[] = {
        { .http_status = 400, .body = code },
        ANSWER(RESULT("cust-1", "5", SUCCESS("id-1")), ""),
    };
    meter_add_use(-1, 5);
    add_of("cust-1", -1, 5);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), want);
}

static void
who_may_not_meter_the_instance_may_meter_customers(void **state)
{
    (void)state;
    flush_where_the_instance_gets(
        "{\"__type\":\"AccessDeniedException\"}", ENTITLE_ACCESS_DENIED);
    assert_int_equal(fixture.script.request_count, 2);
    meter_assert_account("closed=5 accepted=5");
}

static void
a_service_that_is_away_is_so_for_customers_too(void **state)
{
    (void)state;
    flush_where_the_instance_gets(
        "{\"__type\":\"ThrottlingException\"}", ENTITLE_THROTTLED);
    assert_int_equal(fixture.script.request_count, 1);
    meter_assert_account("closed=10");
}

/* --- Options ---------------------------------------------------------------------- */

static void
what_contradicts_itself_is_refused(void **state)
{
    static const scripted_answer answers[] = { ANSWER("", "") };
    const entitle_flush_options refused[] = {
        { .struct_size = sizeof(refused[0]), .in_flight = ENTITLE_CALLS_LIMIT + 1 },
        { .struct_size = sizeof(refused[0]), .customer = "c", .zero_records = true },
        { .struct_size = sizeof(refused[0]), .customer = "c", .has_heartbeat = true },
    };
    const entitle_flush_options taken = { .struct_size = sizeof(taken),
                                          .customer = "c",
                                          .in_flight = ENTITLE_CALLS_LIMIT };
    (void)state;
    metering_start(answers, 1);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_int_equal(flush_with(&refused[i]), ENTITLE_INVALID_ARGUMENT);
    }
    assert_int_equal(flush_with(&taken), ENTITLE_OK);
    assert_int_equal(fixture.script.request_count, 0);
}

/* --- Without memory --------------------------------------------------------------- */

static void
open_another_ledger(void)
{
    static const char *const endings[] = { "", "-wal", "-shm", ".sender" };
    char path[128];
    meter_close(path, sizeof(path));
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char name[160];
        (void)snprintf(name, sizeof(name), "%s%s", path, endings[i]);
        (void)unlink(name);
    }
    meter_open(0, false);
}

/* Flushes while the allocation with that number fails, and all after it. */
static entitle_status
flush_without_memory(const entitle_flush_options *options, int64_t number)
{
    fixture.fake.fail_allocation = fixture.fake.allocations + number;
    entitle_status status = flush_with(options);
    fixture.fake.fail_allocation = -1;
    return status;
}

/* Whatever is to be done next, and however often. */
static void
assert_flush_bears_it(const entitle_flush_options *options)
{
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    int64_t number = 0;
    for (; status != ENTITLE_OK; number++) {
        assert_true(number < 1000);
        open_another_ledger();
        add_of("cust-1", -1, 5);
        add_of("cust-2", -1, 7);
        status = flush_without_memory(options, number);
        if (status != ENTITLE_OK) {
            assert_int_equal(status, ENTITLE_OUT_OF_MEMORY);
        }
        assert_int_equal(flush_with(NULL), ENTITLE_OK);
        meter_assert_account("accepted=12");
    }
    assert_true(number > 20);
}

static void
no_memory_loses_nothing(void **state)
{
    static const scripted_answer answers[] = { ANSWER(
        RESULT("cust-1", "5", SUCCESS("id-1")) "," RESULT(
            "cust-2", "7", SUCCESS("id-2")),
        "") };
    const entitle_flush_options zero = { .struct_size = sizeof(zero),
                                         .zero_records = true };
    (void)state;
    metering_start(answers, 1);
    assert_flush_bears_it(NULL);
    assert_flush_bears_it(&zero);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FLUSH(a_request_names_its_product_and_each_customer),
        FLUSH(by_licence_a_request_names_no_product),
        FLUSH(what_may_have_arrived_goes_out_in_the_same_bytes),
        FLUSH(each_status_does_its_own),
        FLUSH(what_no_answer_tells_of_is_asked_for_three_times),
        FLUSH(what_is_no_answer_ends_the_flush),
        FLUSH(an_interrupted_flush_gives_back_what_it_took),
        FLUSH(what_may_have_arrived_is_never_taken_back),
        FLUSH(an_hour_that_is_still_to_come_is_asked_for_twice),
        FLUSH(an_old_hour_that_is_left_undecided_is_asked_for_again),
        FLUSH(batches_are_under_way_together),
        FLUSH(batches_are_under_way_as_few_as_is_said),
        FLUSH(what_is_leased_no_longer_than_a_call_is_taken_anew),
        FLUSH(what_is_leased_longer_goes_out_as_it_is),
        FLUSH(what_another_has_taken_over_is_its_to_count),
        FLUSH(a_month_that_closes_is_warned_of),
        FLUSH(a_month_without_customers_closes_silently),
        FLUSH(who_may_not_meter_the_instance_may_meter_customers),
        FLUSH(a_service_that_is_away_is_so_for_customers_too),
        FLUSH(what_contradicts_itself_is_refused),
        FLUSH(no_memory_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
