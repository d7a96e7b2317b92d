/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/usage.h>

#include <stdio.h>
#include <string.h>

/*
 * One batch for all cases: 20:00:00 is 1795291200.
 *   0 to 2: customer cust-0, cust-1, cust-2, at 20:00:00, with 1, 2, 3 units
 *   3: cust-2 again, at 20:30:00 of the same hour, with 3 units
 *   4: equal to 0
 *   5: cust-0, another dimension, allocated
 *   6: as 5, allocated otherwise
 */
enum { COUNT = 7 };

static entitle_usage_batch_result *result;

static entitle_status
meter_with(const scripted_answer *answers, size_t answer_count)
{
    static const entitle_tag tags[] = { { "k", "a" }, { "k", "b" } };
    static const entitle_allocation one[] = { { 4, &tags[0], 1 }, { 5, NULL, 0 } };
    static const entitle_allocation other[] = { { 4, &tags[1], 1 }, { 5, NULL, 0 } };
    static const struct {
        const char *customer;
        const char *dimension;
        int64_t at_s;
        uint32_t quantity;
        const entitle_allocation *allocations;
    } rows[COUNT] = {
        { "cust-0", "requests", FAKE_NOW_S, 1, NULL },
        { "cust-1", "requests", FAKE_NOW_S, 2, NULL },
        { "cust-2", "requests", FAKE_NOW_S, 3, NULL },
        { "cust-2", "requests", FAKE_NOW_S + 1800, 3, NULL },
        { "cust-0", "requests", FAKE_NOW_S, 1, NULL },
        { "cust-0", "gigabytes", FAKE_NOW_S, 9, one },
        { "cust-0", "gigabytes", FAKE_NOW_S, 9, other },
    };
    entitle_customer_usage records[COUNT];
    const entitle_customer_usage *pointers[COUNT];
    const entitle_usage_batch batch = { .struct_size = sizeof(batch),
                                        .product_code = METERING_PRODUCT,
                                        .records = pointers,
                                        .record_count = COUNT };

    for (size_t i = 0; i < COUNT; i++) {
        records[i] = (entitle_customer_usage){
            .struct_size = sizeof(records[i]),
            .customer_identifier = rows[i].customer,
            .dimension = rows[i].dimension,
            .at_s = rows[i].at_s,
            .quantity = rows[i].quantity,
            .allocations = rows[i].allocations,
            .allocation_count = rows[i].allocations != NULL ? 2 : 0,
        };
        pointers[i] = &records[i];
    }
    metering_start(answers, answer_count);
    return entitle_metering_batch_meter_usage(
        fixture.metering, &batch, &result, &fixture.error);
}

static entitle_status
meter(const char *answer)
{
    const scripted_answer with = { .http_status = 200, .body = answer };

    return meter_with(&with, 1);
}

/* A record as the answer repeats it; `more` is further members, each after a comma. */
#define ECHO(customer, time, dimension, quantity, more)                                \
    "{\"CustomerIdentifier\":\"" customer "\",\"Timestamp\":" time                     \
    ",\"Dimension\":\"" dimension "\",\"Quantity\":" quantity more "}"
#define DONE(status, id, echo)                                                         \
    "{\"Status\":\"" status "\",\"MeteringRecordId\":\"" id "\",\"UsageRecord\":" echo \
    "}"
#define TAGGED(value)                                                                  \
    ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":4,\"Tags\":[{\"Key\":\"k\","   \
    "\"Value\":\"" value "\"}]},{\"AllocatedUsageQuantity\":5}]"

#define AT "1795291200"
#define E0 ECHO("cust-0", AT, "requests", "1", "")
#define E1 ECHO("cust-1", AT, "requests", "2", "")
#define E2 ECHO("cust-2", AT, "requests", "3", "")
#define E3 ECHO("cust-2", "1795293000", "requests", "3", "")
#define E5 ECHO("cust-0", AT, "gigabytes", "9", TAGGED("a"))
#define E6 ECHO("cust-0", AT, "gigabytes", "9", TAGGED("b"))

/* One letter a record: S D N P for the outcomes, - for unknown. */
typedef struct answer_case {
    const char *name;
    const char *results;
    const char *unprocessed;
    const char *want;
    const char *want_ids; /* of each record, its first letter, - for none */
    size_t want_strays;
} answer_case;

static const answer_case cases[] = {
    { "nothing", "", "", "-------", "-------", 0 },
    { "in order",
      DONE("Success", "a", E0) "," DONE("Success", "b", E1) "," DONE("Success", "c", E2) "," DONE(
          "Success",
          "d",
          E3) "," DONE("Success", "e", E0) "," DONE("Success", "f", E5) "," DONE("Success", "g", E6),
      "",
      "SSSSSSS",
      "abcdefg",
      0 },
    { "in any order",
      DONE("Success", "g", E6) "," DONE("Success", "d", E3) "," DONE(
          "Success", "f", E5) "," DONE("Success", "c", E2) "," DONE("Success", "b", E1),
      E0 "," E0,
      "PSSSPSS",
      "-bcd-fg",
      0 },
    { "each with its own outcome",
      DONE("DuplicateRecord", "a", E0) ",{\"Status\":\"CustomerNotSubscribed\","
                                       "\"UsageRecord\":" E1 "}",
      E2,
      "DNP----",
      "a------",
      0 },
    { "equal records, one answer",
      DONE("Success", "a", E0),
      "",
      "S------",
      "a------",
      0 },
    { "equal records, two answers",
      DONE("Success", "a", E0) "," DONE("DuplicateRecord", "b", E0),
      "",
      "S---D--",
      "a---b--",
      0 },
    { "equal records, processed and not",
      DONE("Success", "a", E0),
      E0,
      "S---P--",
      "a------",
      0 },
    { "one answer too many that agrees",
      DONE("Success", "b", E1) "," DONE("Success", "x", E1),
      "",
      "-S-----",
      "-b-----",
      1 },
    { "one answer too many that does not",
      DONE("Success", "b", E1) "," DONE("DuplicateRecord", "x", E1),
      "",
      "-------",
      "-------",
      1 },
    { "processed and not", DONE("Success", "b", E1), E1, "-------", "-------", 1 },
    { "another customer",
      DONE("Success", "x", ECHO("cust-9", AT, "requests", "2", "")),
      "",
      "-------",
      "-------",
      1 },
    { "another dimension",
      DONE("Success", "x", ECHO("cust-1", AT, "Requests", "2", "")),
      "",
      "-------",
      "-------",
      1 },
    { "another quantity",
      DONE("Success", "x", ECHO("cust-1", AT, "requests", "3", "")),
      "",
      "-------",
      "-------",
      1 },
    { "another hour",
      DONE("Success", "x", ECHO("cust-1", "1795294800", "requests", "2", "")),
      "",
      "-------",
      "-------",
      1 },
    { "no echo",
      "{\"Status\":\"Success\",\"MeteringRecordId\":\"x\"}",
      "",
      "-------",
      "-------",
      1 },
    { "not an object", "7,null,\"Success\",[]", "", "-------", "-------", 4 },
    { "no status",
      "{\"MeteringRecordId\":\"x\",\"UsageRecord\":" E1 "}",
      "",
      "-------",
      "-x-----",
      0 },
    { "a new status", DONE("Accepted", "x", E1), "", "-------", "-x-----", 0 },
    { "a status in another case",
      DONE("success", "x", E1),
      "",
      "-------",
      "-x-----",
      0 },
    { "success without an id",
      "{\"Status\":\"Success\",\"UsageRecord\":" E1 "}",
      "",
      "-------",
      "-------",
      0 },
    { "success with an id that is none",
      DONE("Success", "\\u001b[2J", E1),
      "",
      "-------",
      "-------",
      0 },
    { "times as fraction, text and ISO",
      DONE("Success", "b", ECHO("cust-1", "1795291200.0", "requests", "2", "")) "," DONE(
          "Success",
          "c",
          ECHO(
              "cust-2",
              "\"1795291200\"",
              "requests",
              "3",
              "")) "," DONE("Success", "d", ECHO("cust-2", "\"2026-11-21T20:30:00Z\"", "requests", "3", "")),
      "",
      "-SSS---",
      "-bcd---",
      0 },
    { "a time rounded to the hour",
      DONE("Success", "c", E2) "," DONE("Success", "d", E2),
      "",
      "--SS---",
      "--cd---",
      0 },
    { "a name added",
      DONE(
          "Success",
          "b",
          ECHO("cust-1", AT, "requests", "2", ",\"CustomerAWSAccountId\":\"1\"")),
      "",
      "-S-----",
      "-b-----",
      0 },
    { "unknown members",
      DONE(
          "Success", "b", ECHO("cust-1", AT, "requests", "2.0", ",\"New\":{\"a\":[]}")),
      "",
      "-S-----",
      "-b-----",
      0 },
    { "null where nothing is",
      DONE(
          "Success",
          "b",
          ECHO(
              "cust-1",
              AT,
              "requests",
              "2",
              ",\"LicenseArn\":null,\"UsageAllocations\":null")),
      "",
      "-S-----",
      "-b-----",
      0 },
    { "allocations left out, so that two records are meant",
      DONE("Success", "x", ECHO("cust-0", AT, "gigabytes", "9", "")),
      "",
      "-------",
      "-------",
      1 },
    { "allocations left out, and one record left",
      DONE("Success", "f", E5) "," DONE(
          "Success", "g", ECHO("cust-0", AT, "gigabytes", "9", "")),
      "",
      "-----SS",
      "-----fg",
      0 },
    { "allocations of nobody",
      DONE("Success", "x", ECHO("cust-0", AT, "gigabytes", "9", TAGGED("c"))),
      "",
      "-------",
      "-------",
      1 },
};

static char
letter_of(entitle_usage_outcome outcome)
{
    switch (outcome) {
    case ENTITLE_USAGE_SUCCESS:
        return 'S';
    case ENTITLE_USAGE_DUPLICATE_RECORD:
        return 'D';
    case ENTITLE_USAGE_CUSTOMER_NOT_SUBSCRIBED:
        return 'N';
    case ENTITLE_USAGE_UNPROCESSED:
        return 'P';
    case ENTITLE_USAGE_UNKNOWN:
        break;
    }
    return '-';
}

static void
check_answer(const answer_case *each, const char *body)
{
    char got[COUNT + 1] = "";
    char ids[COUNT + 1] = "";

    print_message("  %s\n", each->name);
    assert_int_equal(meter(body), ENTITLE_OK);
    for (size_t i = 0; i < COUNT; i++) {
        const char *id = entitle_usage_batch_result_record_id(result, i);
        got[i] = letter_of(entitle_usage_batch_result_outcome(result, i));
        ids[i] = id[0] != '\0' ? id[0] : '-';
    }
    assert_string_equal(got, each->want);
    assert_string_equal(ids, each->want_ids);
    assert_int_equal(entitle_usage_batch_result_stray_count(result), each->want_strays);
    assert_int_equal(
        strstr(fixture.fake.log, "no clear answer") != NULL,
        strchr(each->want, '-') != NULL || each->want_strays > 0);
    entitle_usage_batch_result_free(result);
}

static void
results_find_their_records(void **state)
{
    static char body[8192];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        metering_set_up(state);
        (void)snprintf(
            body,
            sizeof(body),
            "{\"Results\":[%s],\"UnprocessedRecords\":[%s]}",
            cases[i].results,
            cases[i].unprocessed);
        check_answer(&cases[i], body);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

/*
 * What this answer leaves unprocessed, the attempt before it may have processed: AWS
 * may hold the record, and with another quantity it would be refused.
 */
static void
unprocessed_is_in_doubt_behind_an_attempt_that_may_have_been_done(void **state)
{
    static const scripted_answer left_over = {
        .http_status = 200,
        .body = "{\"Results\":[" DONE(
            "Success", "b", E1) "],\"UnprocessedRecords\":[" E2 "]}",
    };
    static const struct {
        const char *name;
        scripted_answer before;
        entitle_usage_outcome want;
    } attempts[] = {
        { "cut off", { .failure = ENTITLE_UNREACHABLE }, ENTITLE_USAGE_UNKNOWN },
        { "a failure of the service's", { .http_status = 503 }, ENTITLE_USAGE_UNKNOWN },
        { "never sent",
          { .failure = ENTITLE_UNREACHABLE, .is_unsent = true },
          ENTITLE_USAGE_UNPROCESSED },
        { "throttled",
          METERING_ERROR("ThrottlingException"),
          ENTITLE_USAGE_UNPROCESSED },
    };

    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        const scripted_answer answers[] = { attempts[i].before, left_over };

        print_message("  %s\n", attempts[i].name);
        metering_set_up(state);
        assert_int_equal(meter_with(answers, 2), ENTITLE_OK);
        assert_int_equal(
            entitle_usage_batch_result_outcome(result, 1), ENTITLE_USAGE_SUCCESS);
        assert_int_equal(
            entitle_usage_batch_result_outcome(result, 2), attempts[i].want);
        entitle_usage_batch_result_free(result);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
answer_needs_a_list(void **state)
{
    static const struct {
        const char *body;
        entitle_status want;
    } lists[] = {
        { "{\"Results\":[]}", ENTITLE_OK },
        { "{\"UnprocessedRecords\":[]}", ENTITLE_OK },
        { "{\"Results\":{},\"UnprocessedRecords\":null}", ENTITLE_BAD_RESPONSE },
        { "{\"results\":[]}", ENTITLE_BAD_RESPONSE },
        { "{}", ENTITLE_BAD_RESPONSE },
        { "[]", ENTITLE_BAD_RESPONSE },
    };

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        print_message("  %s\n", lists[i].body);
        metering_set_up(state);
        assert_int_equal(meter(lists[i].body), lists[i].want);
        assert_int_equal(result != NULL, lists[i].want == ENTITLE_OK);
        entitle_usage_batch_result_free(result);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

/* More results than records: none of them may take a record's place. */
static void
flood_of_results_is_borne(void **state)
{
    static char body[1024 * 1024];
    size_t used = (size_t)snprintf(
        body, sizeof(body), "{\"Results\":[%s", DONE("Success", "b", E1));

    (void)state;
    for (size_t i = 0; i < 4000; i++) {
        used += (size_t)snprintf(
            body + used,
            sizeof(body) - used,
            ",%s",
            DONE("Success", "x", ECHO("cust-9", AT, "requests", "2", "")));
    }
    (void)snprintf(body + used, sizeof(body) - used, ",%s]}", DONE("Success", "c", E2));
    assert_int_equal(meter(body), ENTITLE_OK);
    assert_int_equal(
        entitle_usage_batch_result_outcome(result, 1), ENTITLE_USAGE_SUCCESS);
    assert_int_equal(
        entitle_usage_batch_result_outcome(result, 2), ENTITLE_USAGE_SUCCESS);
    assert_int_equal(entitle_usage_batch_result_stray_count(result), 4000);
    entitle_usage_batch_result_free(result);
}

#define LICENSE(name) "aws:license-manager::294406891311:license:l-" name
/* A record of an account as the answer repeats it; `more` after a comma. */
#define OF_ACCOUNT(account, more)                                                      \
    "{\"Timestamp\":" AT ",\"Dimension\":\"d\",\"CustomerAWSAccountId\":\"" account    \
    "\"" more "}"
#define OF_LICENSE(account, arn) OF_ACCOUNT(account, ",\"LicenseArn\":\"" arn "\"")

/* Meters licences 1 to 4 of account 1, each with 0 units. */
static void
meter_licences(const char *results)
{
    static const char *const arns[] = { "arn:" LICENSE("1"),
                                        "arn:" LICENSE("2"),
                                        "arn:" LICENSE("3"),
                                        "arn:" LICENSE("4") };
    entitle_customer_usage records[4];
    const entitle_customer_usage *pointers[4];
    const entitle_usage_batch batch = { sizeof(batch), NULL, pointers, 4 };
    char body[2048];
    const scripted_answer answer = { .http_status = 200, .body = body };

    (void)snprintf(body, sizeof(body), "{\"Results\":[%s]}", results);
    for (size_t i = 0; i < 4; i++) {
        records[i] = (entitle_customer_usage){ .struct_size = sizeof(records[i]),
                                               .customer_account = "1",
                                               .license_arn = arns[i],
                                               .dimension = "d",
                                               .at_s = FAKE_NOW_S };
        pointers[i] = &records[i];
    }
    metering_start(&answer, 1);
    assert_int_equal(
        entitle_metering_batch_meter_usage(fixture.metering, &batch, &result, NULL),
        ENTITLE_OK);
}

typedef struct licence_case {
    const char *name;
    const char *results;
    const char *want; /* a letter a licence, as above */
    size_t want_strays;
} licence_case;

/* AWS prints a licence in two ways, and one customer may have several. */
static void
licences_are_told_apart(void **state)
{
    static const licence_case licences[] = {
        { "with and without a scheme",
          DONE("DuplicateRecord", "a", OF_LICENSE("1", LICENSE("2"))) "," DONE(
              "Success", "b", OF_LICENSE("1", "arn:" LICENSE("1"))),
          "SD--",
          0 },
        { "a licence of nobody",
          DONE("Success", "a", OF_LICENSE("1", LICENSE("9"))),
          "----",
          1 },
        { "another account's licence",
          DONE("Success", "a", OF_LICENSE("2", LICENSE("1"))),
          "----",
          1 },
        { "no licence, so that four records are meant",
          DONE("Success", "a", OF_ACCOUNT("1", "")),
          "----",
          1 },
        { "no licence, where a record was told something else",
          DONE("Success", "a", OF_LICENSE("1", LICENSE("1"))) "," DONE(
              "DuplicateRecord",
              "b",
              OF_LICENSE(
                  "1", LICENSE("2"))) "," DONE("Success", "c", OF_ACCOUNT("1", "")),
          "S---",
          1 },
        { "an identifier added",
          DONE(
              "Success",
              "a",
              OF_ACCOUNT(
                  "1",
                  ",\"CustomerIdentifier\":\"c\",\"LicenseArn\":\"" LICENSE("3") "\"")),
          "--S-",
          0 },
    };

    for (size_t i = 0; i < sizeof(licences) / sizeof(licences[0]); i++) {
        char got[5] = "";

        print_message("  %s\n", licences[i].name);
        metering_set_up(state);
        meter_licences(licences[i].results);
        for (size_t r = 0; r < 4; r++) {
            got[r] = letter_of(entitle_usage_batch_result_outcome(result, r));
        }
        assert_string_equal(got, licences[i].want);
        assert_int_equal(
            entitle_usage_batch_result_stray_count(result), licences[i].want_strays);
        entitle_usage_batch_result_free(result);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
no_result_is_no_success(void **state)
{
    (void)state;
    entitle_usage_batch_result_free(NULL);
    assert_int_equal(entitle_usage_batch_result_count(NULL), 0);
    assert_int_equal(
        entitle_usage_batch_result_outcome(NULL, 0), ENTITLE_USAGE_UNKNOWN);
    assert_string_equal(entitle_usage_batch_result_record_id(NULL, 0), "");
    assert_string_equal(entitle_usage_batch_result_request_id(NULL), "");
    assert_int_equal(entitle_usage_batch_result_stray_count(NULL), 0);

    assert_int_equal(meter("{\"Results\":[" DONE("Success", "a", E0) "]}"), ENTITLE_OK);
    assert_int_equal(
        entitle_usage_batch_result_outcome(result, 0), ENTITLE_USAGE_SUCCESS);
    assert_int_equal(
        entitle_usage_batch_result_outcome(result, COUNT), ENTITLE_USAGE_UNKNOWN);
    assert_string_equal(entitle_usage_batch_result_record_id(result, COUNT), "");
    assert_int_equal(
        entitle_usage_batch_result_outcome(result, SIZE_MAX), ENTITLE_USAGE_UNKNOWN);
    entitle_usage_batch_result_free(result);
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(results_find_their_records),
        TEST(unprocessed_is_in_doubt_behind_an_attempt_that_may_have_been_done),
        TEST(answer_needs_a_list),
        TEST(flood_of_results_is_borne),
        TEST(licences_are_told_apart),
        TEST(no_result_is_no_success),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
