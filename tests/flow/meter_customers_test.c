/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage of customers from the ledger to the sandbox, in batches: which requests are
 * made, what becomes of each record, and that nothing is lost or counted twice.
 */
#include "meter_stage.h"
#include "support/cmocka.h"

#include <entitle/customer.h>

#include <cjson/cJSON.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CUSTOMERS = 60, CALLS_LIMIT = 64 };

/* --- The market ------------------------------------------------------------------- */

static void
write_market(FILE *file)
{
    (void)fprintf(
        file,
        "{\"products\":[{\"code\":\"saas-one\",\"kind\":\"any\",\"seller\":"
        "\"294406891311\",\"dimensions\":[\"requests\",\"gigabytes\"]},"
        "{\"code\":\"saas-two\",\"kind\":\"saas\",\"seller\":\"294406891311\","
        "\"dimensions\":[\"requests\"]}],\"customers\":[");
    for (int i = 0; i < CUSTOMERS; i++) {
        (void)fprintf(
            file,
            "%s{\"account\":\"1000000000%02d\",\"identifier\":\"cust-%02d\"}",
            i == 0 ? "" : ",",
            i,
            i);
    }
    (void)fprintf(file, "],\"subscriptions\":[");
    for (int i = 0; i < CUSTOMERS; i++) {
        (void)fprintf(
            file,
            "%s{\"product\":\"saas-one\",\"customer\":\"cust-%02d\",\"license_arn\":"
            "\"arn:aws:license-manager::294406891311:license:l-one%02d\"},"
            "{\"product\":\"saas-two\",\"customer\":\"cust-%02d\",\"license_arn\":"
            "\"arn:aws:license-manager::294406891311:license:l-two%02d\"}",
            i == 0 ? "" : ",",
            i,
            i,
            i,
            i);
    }
    (void)fprintf(file, "]}");
}

static int
start(void **state)
{
    char path[] = "/tmp/entitle-market-XXXXXX";
    const char *const arguments[] = { "--config", path, NULL };
    int descriptor = mkstemp(path);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    (void)state;
    if (file == NULL) {
        return -1;
    }
    write_market(file);
    int result = fclose(file) == 0 ? stage_start_with(arguments) : -1;
    (void)unlink(path);
    return result;
}

/* --- Uses ------------------------------------------------------------------------- */

/* By its identifier, of saas-one. */
static entitle_use
use_of(int customer, int64_t at_s, int64_t quantity)
{
    static char names[CUSTOMERS][32];
    (void)snprintf(names[customer], sizeof(names[0]), "cust-%02d", customer);
    return (entitle_use){ .struct_size = sizeof(entitle_use),
                          .customer_identifier = names[customer],
                          .dimension = "requests",
                          .quantity = quantity,
                          .at_s = at_s };
}

static entitle_use
licensed_use_of(int customer, const char *product, int64_t at_s, int64_t quantity)
{
    static char accounts[CUSTOMERS][32];
    static char licenses[CUSTOMERS][96];
    entitle_use use = use_of(customer, at_s, quantity);
    (void)snprintf(accounts[customer], sizeof(accounts[0]), "1000000000%02d", customer);
    (void)snprintf(
        licenses[customer],
        sizeof(licenses[0]),
        "arn:aws:license-manager::294406891311:license:l-%s%02d",
        product + strlen("saas-"),
        customer);
    use.customer_identifier = NULL;
    use.customer_account = accounts[customer];
    use.license_arn = licenses[customer];
    use.product_code = product;
    return use;
}

static void
add(entitle_use use)
{
    if (entitle_meter_add(stage.meter, &use, NULL, &stage.error) != ENTITLE_OK) {
        fail_msg("%s", stage.error.message);
    }
}

/* Many at once. */
static void
import(size_t count, entitle_use (*use_at)(size_t index))
{
    entitle_meter_import *import = NULL;
    assert_int_equal(
        entitle_meter_import_begin(stage.meter, &import, &stage.error), ENTITLE_OK);
    for (size_t i = 0; i < count; i++) {
        entitle_use use = use_at(i);
        if (entitle_meter_import_add(import, &use, i, NULL, &stage.error) !=
            ENTITLE_OK) {
            fail_msg("%s", stage.error.message);
        }
    }
    assert_int_equal(entitle_meter_import_commit(import, &stage.error), ENTITLE_OK);
    entitle_meter_import_free(import);
}

/* An hour of the customers from that one on, each with so many units. */
static void
add_hour_of(int first, int count, int64_t at_s, int64_t quantity)
{
    for (int i = first; i < first + count; i++) {
        add(use_of(i, at_s, quantity));
    }
}

/* --- What the sandbox saw --------------------------------------------------------- */

static int
compare(const void *left, const void *right)
{
    const double *one = left;
    const double *other = right;
    return (*one > *other) - (*one < *other);
}

/* The records of the batches, the smallest first, with the error of the refused. */
static void
assert_batches(const char *want)
{
    double counts[CALLS_LIMIT];
    char text[512] = "";
    size_t count = 0;
    size_t length = 0;
    stage_control("GET", "calls", NULL);
    cJSON *answer = cJSON_Parse(stage.reply.body);
    const cJSON *call = NULL;
    cJSON_ArrayForEach(call, cJSON_GetObjectItemCaseSensitive(answer, "calls"))
    {
        assert_true(count < CALLS_LIMIT);
        counts[count++] =
            cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(call, "records"));
    }
    cJSON_Delete(answer);
    qsort(counts, count, sizeof(counts[0]), compare);
    for (size_t i = 0; i < count; i++) {
        length += (size_t)snprintf(
            text + length, sizeof(text) - length, i == 0 ? "%.0f" : " %.0f", counts[i]);
    }
    assert_string_equal(text, want);
}

static size_t
count_calls(void)
{
    stage_control("GET", "calls", NULL);
    cJSON *answer = cJSON_Parse(stage.reply.body);
    int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(answer, "calls"));
    cJSON_Delete(answer);
    return (size_t)count;
}

typedef struct found_reason {
    entitle_usage_state state;
    const char *part;
    int found;
} found_reason;

static bool
look_at_reason(void *context, const entitle_ledger_record *record)
{
    found_reason *wanted = context;
    wanted->found += strstr(record->reason, wanted->part) != NULL;
    return true;
}

/* So many records in that state have a reason with that part. */
static void
assert_reasons(entitle_usage_state state, const char *part, int want)
{
    found_reason wanted = { .state = state, .part = part };
    assert_int_equal(
        entitle_meter_list(stage.meter, state, look_at_reason, &wanted, &stage.error),
        ENTITLE_OK);
    assert_int_equal(wanted.found, want);
}

/* --- Full batches ----------------------------------------------------------------- */

static void
sixty_records_are_two_full_batches_and_a_rest(void **state)
{
    (void)state;
    add_hour_of(0, 60, STAGE_NOON_S - STAGE_HOUR_S, 5);
    add_hour_of(0, 60, STAGE_NOON_S, 1); /* not over */
    stage_flush(NULL, ENTITLE_OK);
    assert_batches("10 25 25");
    assert_int_equal(stage.report.sent, 60);
    assert_int_equal(stage.report.accepted, 60);
    assert_int_equal(stage.report.requests, 3);
    assert_int_equal(stage.report.unsent, 0);
    stage_assert_account("open=60 accepted=300 | 300");
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.requests, 0);
}

static void
products_and_ways_of_naming_never_share_a_request(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        entitle_use other = use_of(i, STAGE_NOON_S - STAGE_HOUR_S, 1);
        other.product_code = "saas-two";
        add(other);
    }
    add_hour_of(0, 4, STAGE_NOON_S - STAGE_HOUR_S, 1);
    for (int i = 10; i < 15; i++) {
        add(licensed_use_of(i, "saas-one", STAGE_NOON_S - STAGE_HOUR_S, 1));
    }
    for (int i = 10; i < 16; i++) {
        add(licensed_use_of(i, "saas-two", STAGE_NOON_S - STAGE_HOUR_S, 1));
    }
    stage_use_at(STAGE_NOON_S - STAGE_HOUR_S, 7); /* the instance's own */
    stage_flush(NULL, ENTITLE_OK);
    assert_batches("1 3 4 5 6");
    stage_assert_account("accepted=25 | 25");
}

/* 20 hours of 59 customers, of two dimensions of one product and one of another. */
static entitle_use
use_of_either_product(size_t index)
{
    int64_t hours = 1 + (int64_t)index / (3 * 59);
    entitle_use use =
        use_of((int)(index / 3 % 59), STAGE_NOON_S - hours * STAGE_HOUR_S, 1);
    use.product_code = index % 3 == 0 ? "saas-two" : "saas-one";
    use.dimension = index % 3 == 1 ? "gigabytes" : "requests";
    return use;
}

/* Until there is no more of it: 1,180 records go in 48 requests, and 2,360 in 95. */
static void
left_overs_wait_for_their_like(void **state)
{
    (void)state;
    import(3540, use_of_either_product);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.requests, 143);
    assert_int_equal(stage.report.accepted, 3540);
    assert_int_equal(stage.report.unsent, 0);
}

static void
one_request_at_a_time_does_the_same(void **state)
{
    const entitle_flush_options alone = { .struct_size = sizeof(alone),
                                          .in_flight = 1 };
    const entitle_flush_options too_many = { .struct_size = sizeof(too_many),
                                             .in_flight = ENTITLE_CALLS_LIMIT + 1 };
    (void)state;
    add_hour_of(0, 60, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(&too_many, ENTITLE_INVALID_ARGUMENT);
    stage_flush(&alone, ENTITLE_OK);
    assert_batches("10 25 25");
    stage_assert_account("accepted=300 | 300");
}

/* --- One that spoils the others --------------------------------------------------- */

static void
an_hour_that_is_too_old_is_asked_for_alone(void **state)
{
    (void)state;
    add_hour_of(0, 24, STAGE_NOON_S - STAGE_HOUR_S, 1);
    add_hour_of(24, 1, STAGE_NOON_S - 26 * STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    assert_batches("1 24");
    assert_int_equal(stage.report.accepted, 24);
    assert_int_equal(stage.report.carried, 1);
    stage_assert_account("open=1 accepted=24 | 24");
}

static void
of_many_that_are_too_old_one_is_asked_for(void **state)
{
    const entitle_flush_options drop = { .struct_size = sizeof(drop),
                                         .past_window = ENTITLE_PAST_WINDOW_DROP };
    (void)state;
    add_hour_of(0, 40, STAGE_NOON_S - 26 * STAGE_HOUR_S, 1);
    add_hour_of(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(&drop, ENTITLE_OK);
    assert_batches("1 10");
    assert_int_equal(stage.report.lost, 40);
    stage_assert_account("accepted=10 lost=40 | 10");
}

/* This machine takes all hours for young. */
static void
aws_alone_knows_the_culprit_and_six_calls_find_it(void **state)
{
    (void)state;
    for (int position = 0; position < 25; position += 6) {
        stage_control("POST", "reset", NULL);
        stage_set_service_clock(STAGE_NOON_S + 13 * STAGE_HOUR_S);
        stage_set_machine_clock(STAGE_NOON_S);
        (void)position;
        for (int i = 0; i < 25; i++) {
            int64_t back_h = i == position ? 14 : 2;
            entitle_use use = use_of(i, STAGE_NOON_S - back_h * STAGE_HOUR_S, 1);
            add(use);
        }
        entitle_flush_options drop = { .struct_size = sizeof(drop),
                                       .past_window = ENTITLE_PAST_WINDOW_DROP };
        stage_flush(&drop, ENTITLE_OK);
        assert_int_equal(stage.report.accepted, 24);
        assert_int_equal(stage.report.lost, 1);
        assert_in_range(count_calls(), 2, 7);
        stage_set_clock(STAGE_NOON_S);
        assert_int_equal(entitle_meter_free(stage.meter), ENTITLE_OK);
        stage_remove_ledger();
        stage_open_meter("task-1");
    }
}

static void
a_dimension_that_the_product_lacks_is_rejected_alone(void **state)
{
    entitle_use odd = use_of(30, STAGE_NOON_S - STAGE_HOUR_S, 1);
    (void)state;
    odd.dimension = "miles";
    add_hour_of(0, 24, STAGE_NOON_S - STAGE_HOUR_S, 1);
    add(odd);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.rejected, 1);
    assert_in_range(count_calls(), 2, 7);
    assert_reasons(ENTITLE_USAGE_REJECTED, "InvalidUsageDimensionException: ", 1);
    stage_assert_account("accepted=24 rejected=1 | 24");
}

/* What AWS did not know a moment ago it may know now: nobody is condemned for others.
 */
static void
a_refusal_that_passes_rejects_nobody(void **state)
{
    (void)state;
    stage_set_faults("{\"operation\":\"BatchMeterUsage\",\"error\":"
                     "\"InvalidCustomerIdentifierException\",\"times\":1}");
    add_hour_of(0, 25, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    assert_in_range(count_calls(), 2, 7);
    stage_assert_account("accepted=25 | 25");
}

static void
customers_that_aws_does_not_know_are_rejected_alone(void **state)
{
    entitle_use unknown = use_of(0, STAGE_NOON_S - STAGE_HOUR_S, 1);
    entitle_use foreign = licensed_use_of(40, "saas-one", unknown.at_s, 1);
    (void)state;
    unknown.customer_identifier = "nobody";
    foreign.license_arn = "arn:aws:license-manager::294406891311:license:l-nobody";
    add_hour_of(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 1);
    add(unknown);
    unknown.customer_identifier = "nobody-else";
    add(unknown);
    add(foreign);
    add(licensed_use_of(41, "saas-one", unknown.at_s, 1));
    stage_flush(NULL, ENTITLE_OK);
    assert_reasons(ENTITLE_USAGE_REJECTED, "InvalidCustomerIdentifierException: ", 2);
    assert_reasons(ENTITLE_USAGE_REJECTED, "InvalidLicenseException: ", 1);
    stage_assert_account("accepted=31 rejected=3 | 31");
}

static void
each_culprit_is_rejected_for_its_own_reason(void **state)
{
    entitle_use unknown = use_of(0, STAGE_NOON_S - STAGE_HOUR_S, 1);
    entitle_use odd = use_of(1, unknown.at_s, 1);
    (void)state;
    unknown.customer_identifier = "nobody";
    odd.dimension = "miles";
    add(odd);
    add_hour_of(2, 20, unknown.at_s, 1);
    add(unknown);
    stage_flush(NULL, ENTITLE_OK);
    assert_reasons(ENTITLE_USAGE_REJECTED, "InvalidUsageDimensionException: ", 1);
    assert_reasons(ENTITLE_USAGE_REJECTED, "InvalidCustomerIdentifierException: ", 1);
    stage_assert_account("accepted=20 rejected=2 | 20");
}

/* The credentials may be those of another seller: nothing is rejected for good. */
static void
a_product_that_aws_does_not_know_keeps_its_usage(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++) {
        entitle_use use = use_of(i, STAGE_NOON_S - 2 * STAGE_HOUR_S, 1);
        use.product_code = "saas-three";
        add(use);
    }
    add_hour_of(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_INVALID_PRODUCT_CODE);
    assert_int_equal(stage.report.unsent, 30);
    stage_assert_account("closed=30 accepted=30 | 30");
}

static entitle_use
use_of_one_of_200_products(size_t index)
{
    static char product[32];
    entitle_use use = use_of((int)(index % 60), STAGE_NOON_S - STAGE_HOUR_S, 1);
    (void)snprintf(product, sizeof(product), "p-%zu", index / 22);
    use.product_code = product;
    return use;
}

/* None of them fills a batch, and all of them wait at once. */
static void
many_products_that_fill_no_batch_go_all_the_same(void **state)
{
    (void)state;
    import(4400, use_of_one_of_200_products);
    stage_flush(NULL, ENTITLE_INVALID_PRODUCT_CODE);
    assert_int_equal(stage.report.requests, 200);
    assert_int_equal(stage.report.unsent, 4400);
    stage_assert_account("closed=4400 | 0");
}

/* --- Statuses --------------------------------------------------------------------- */

static void
each_record_has_its_own_status(void **state)
{
    (void)state;
    stage_control(
        "PUT", "subscription", "{\"subscribed\":false,\"customer\":\"cust-03\"}");
    add_hour_of(0, 5, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    assert_batches("5");
    assert_int_equal(stage.report.accepted, 4);
    assert_int_equal(stage.report.lost, 1);
    assert_reasons(ENTITLE_USAGE_LOST, "CustomerNotSubscribed: ", 1);
    stage_assert_account("accepted=4 lost=1 | 4");
}

static void
what_is_left_unprocessed_is_sent_again(void **state)
{
    (void)state;
    stage_set_faults(
        "{\"operation\":\"BatchMeterUsage\",\"unprocessed\":3,\"times\":1}");
    add_hour_of(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    assert_batches("3 10");
    stage_assert_account("accepted=10 | 10");
}

static void
what_is_never_processed_waits_for_the_next_flush(void **state)
{
    (void)state;
    stage_set_faults("{\"operation\":\"BatchMeterUsage\",\"unprocessed\":3}");
    add_hour_of(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_SERVICE_ERROR);
    assert_batches("3 3 10");
    assert_int_equal(stage.report.unsent, 3);
    stage_assert_account("closed=3 accepted=7 | 7");
    stage_set_faults("");
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=10 | 10");
}

/* The attempt whose reply was lost has been carried out: AWS holds all ten. */
static void
what_a_second_attempt_leaves_unprocessed_does_not_grow(void **state)
{
    (void)state;
    stage_set_faults(
        "{\"operation\":\"BatchMeterUsage\",\"drop_reply\":true,\"times\":1},"
        "{\"operation\":\"BatchMeterUsage\",\"unprocessed\":3}");
    add_hour_of(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_SERVICE_ERROR);
    stage_assert_account("sending=15 accepted=35 | 50");
    stage_set_faults("");
    add_hour_of(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 2);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("open=20 accepted=50 | 50");
}

static void
another_quantity_of_somebody_else_is_rejected(void **state)
{
    (void)state;
    add_hour_of(0, 3, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(entitle_meter_free(stage.meter), ENTITLE_OK);
    stage_remove_ledger();
    stage_open_meter("task-1");
    add_hour_of(0, 1, STAGE_NOON_S - STAGE_HOUR_S, 5);
    add_hour_of(1, 2, STAGE_NOON_S - STAGE_HOUR_S, 7);
    stage_flush(NULL, ENTITLE_OK);
    assert_reasons(ENTITLE_USAGE_REJECTED, "DuplicateRecord: ", 2);
    stage_assert_account("accepted=5 rejected=14 | 15");
}

static void
change_ledger(const char *sql)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(stage.ledger, &database), SQLITE_OK);
    assert_int_equal(sqlite3_busy_timeout(database, 5000), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(database), 1);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

/*
 * A ledger makes no second record of an hour; should there be one all the same, AWS has
 * the first, and what it refuses is still to be billed.
 */
static void
another_quantity_of_this_ledger_joins_the_open_hour(void **state)
{
    char move[96];
    (void)state;
    add_hour_of(0, 2, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_OK);
    add_hour_of(0, 1, STAGE_NOON_S - STAGE_HOUR_S, 7);
    (void)snprintf(
        move,
        sizeof(move),
        "UPDATE record SET hour = %d WHERE state = 0",
        STAGE_NOON_S - STAGE_HOUR_S);
    change_ledger(move);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.carried, 1);
    assert_int_equal(stage.report.rejected, 0);
    stage_assert_account("open=7 accepted=10 | 10");
    stage_set_clock(STAGE_NOON_S + STAGE_HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=17 | 17");
}

/* --- Trouble ---------------------------------------------------------------------- */

static void
a_lost_reply_is_told_again_to_the_same_bytes(void **state)
{
    (void)state;
    stage_set_faults("{\"operation\":\"BatchMeterUsage\",\"drop_reply\":true}");
    add_hour_of(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_UNREACHABLE);
    assert_int_equal(stage.report.unsent, 30);
    stage_set_faults("");
    add_hour_of(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 2); /* changes nothing */
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("open=60 accepted=150 | 150");
}

static void
what_aws_surely_lacks_may_still_grow(void **state)
{
    (void)state;
    stage_set_faults(
        "{\"operation\":\"BatchMeterUsage\",\"error\":\"AccessDeniedException\"}");
    add_hour_of(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_ACCESS_DENIED);
    stage_assert_account("closed=150 | 0");
    stage_set_faults("");
    add_hour_of(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 2);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=210 | 210");
}

static void
throttling_loses_nothing(void **state)
{
    (void)state;
    stage_set_faults("{\"operation\":\"BatchMeterUsage\",\"error\":"
                     "\"ThrottlingException\",\"times\":2}");
    add_hour_of(0, 60, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.requests, 5);
    stage_assert_account("accepted=300 | 300");
}

static void
an_answer_without_results_ends_the_flush(void **state)
{
    (void)state;
    stage_set_faults(
        "{\"operation\":\"BatchMeterUsage\",\"status\":200,\"body\":\"{}\"}");
    add_hour_of(0, 3, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_BAD_RESPONSE);
    stage_assert_account("sending=15 | 0");
    stage_set_faults("");
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=15 | 15");
}

/* No permission for the one operation does not keep the other. */
static void
trouble_of_the_instance_does_not_keep_customers(void **state)
{
    (void)state;
    stage_set_faults(
        "{\"operation\":\"MeterUsage\",\"error\":\"AccessDeniedException\"}");
    stage_use_at(STAGE_NOON_S - STAGE_HOUR_S, 7);
    add_hour_of(0, 3, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_ACCESS_DENIED);
    stage_assert_account("closed=7 accepted=15 | 15");
}

/* --- A month ends ----------------------------------------------------------------- */

enum { FIRST_OF_MONTH_S = 1796083200 /* 2026-12-01T00:00:00Z */ };

static void
at_05_59_last_month_is_taken(void **state)
{
    (void)state;
    stage_set_clock(FIRST_OF_MONTH_S + 6 * STAGE_HOUR_S - 60);
    add_hour_of(0, 5, FIRST_OF_MONTH_S - STAGE_HOUR_S, 5);
    add_hour_of(0, 5, FIRST_OF_MONTH_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    assert_batches("10");
    stage_assert_account("accepted=30 | 30");
}

static void
at_06_01_last_month_is_over(void **state)
{
    (void)state;
    stage_set_clock(FIRST_OF_MONTH_S + 6 * STAGE_HOUR_S + 60);
    add_hour_of(0, 5, FIRST_OF_MONTH_S - STAGE_HOUR_S, 5);
    add_hour_of(0, 5, FIRST_OF_MONTH_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    assert_batches("1 5");
    assert_int_equal(stage.report.carried, 5);
    stage_assert_account("open=25 accepted=5 | 5");
}

/* --- Clocks ----------------------------------------------------------------------- */

/* The first refusal tells the time, and by that hours are taken again. */
static void
a_machine_that_is_ahead_sends_what_is_over(void **state)
{
    (void)state;
    add_hour_of(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_set_machine_clock(STAGE_NOON_S + 5 * STAGE_HOUR_S);
    add_hour_of(0, 30, STAGE_NOON_S + STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 30);
    stage_set_clock(STAGE_NOON_S);
    stage_assert_account("open=30 accepted=150 | 150");
}

static void
a_machine_that_is_days_ahead_carries_nothing(void **state)
{
    (void)state;
    add_hour_of(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_set_machine_clock(STAGE_NOON_S + 50 * STAGE_HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.carried, 0);
    assert_in_range(count_calls(), 3, 4); /* and one that was dated wrongly */
    stage_set_clock(STAGE_NOON_S);
    stage_assert_account("accepted=150 | 150");
}

/* --- A subscription ends ---------------------------------------------------------- */

static void
a_last_flush_sends_all_of_one_customer_and_nothing_else(void **state)
{
    const entitle_flush_options last = { .struct_size = sizeof(last),
                                         .final = true,
                                         .customer = "cust-03" };
    (void)state;
    stage_set_clock(STAGE_NOON_S + 60);
    add_hour_of(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 5);
    add_hour_of(0, 10, STAGE_NOON_S, 1);
    stage_use_at(STAGE_NOON_S - STAGE_HOUR_S, 7);
    stage_control(
        "PUT",
        "subscription",
        "{\"subscribed\":false,\"customer\":\"cust-03\",\"ends_in_s\":3600}");
    stage_flush(&last, ENTITLE_OK);
    assert_batches("2");
    assert_int_equal(stage.report.accepted, 2);
    assert_int_equal(stage.report.unsent, 0);
    stage_assert_account("open=9 closed=52 accepted=6 | 6");

    /* What comes after its end is lost, and told of. */
    add(use_of(3, STAGE_NOON_S + 60, 4));
    stage_set_clock(STAGE_NOON_S + 3 * STAGE_HOUR_S);
    stage_flush(&last, ENTITLE_OK);
    assert_int_equal(stage.report.lost, 1);
    assert_reasons(ENTITLE_USAGE_LOST, "CustomerNotSubscribed: ", 1);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=67 lost=4 | 67");
}

/* A kept customer's usage is found under both of its names. */
static void
a_last_flush_knows_both_names(void **state)
{
    const entitle_flush_options last = { .struct_size = sizeof(last),
                                         .final = true,
                                         .customer = "cust-00" };
    entitle_customer *customer = NULL;
    (void)state;
    add(use_of(0, STAGE_NOON_S - 2 * STAGE_HOUR_S, 5));
    add(licensed_use_of(0, "saas-one", STAGE_NOON_S - STAGE_HOUR_S, 2));
    add_hour_of(1, 1, STAGE_NOON_S - STAGE_HOUR_S, 1);
    assert_int_equal(
        entitle_metering_resolve_customer(
            stage.metering, "sandbox-registration-token", &customer, &stage.error),
        ENTITLE_OK);
    assert_string_equal(entitle_customer_account(customer), "100000000000");
    assert_int_equal(
        entitle_meter_keep_customer(stage.meter, customer, &stage.error), ENTITLE_OK);
    entitle_customer_free(customer);
    stage_flush(&last, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 2);
    stage_assert_account("closed=1 accepted=7 | 7");
}

/* --- Hours without usage ---------------------------------------------------------- */

static void
customers_get_zero_records_while_they_are_subscribed(void **state)
{
    const entitle_flush_options zero = { .struct_size = sizeof(zero),
                                         .zero_records = true };
    (void)state;
    add_hour_of(0, 2, STAGE_NOON_S - 3 * STAGE_HOUR_S, 5);
    stage_flush(&zero, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 6);
    stage_flush(&zero, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 0);
    stage_control(
        "PUT", "subscription", "{\"subscribed\":false,\"customer\":\"cust-01\"}");
    stage_set_clock(STAGE_NOON_S + STAGE_HOUR_S);
    stage_flush(&zero, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 1);
    assert_int_equal(stage.report.lost, 1);
    stage_set_clock(STAGE_NOON_S + 2 * STAGE_HOUR_S);
    stage_flush(&zero, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 1);
    assert_int_equal(stage.report.lost, 0);
    stage_assert_account("accepted=10 | 10");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STAGE_TEST(sixty_records_are_two_full_batches_and_a_rest),
        STAGE_TEST(products_and_ways_of_naming_never_share_a_request),
        STAGE_TEST(left_overs_wait_for_their_like),
        STAGE_TEST(one_request_at_a_time_does_the_same),
        STAGE_TEST(an_hour_that_is_too_old_is_asked_for_alone),
        STAGE_TEST(of_many_that_are_too_old_one_is_asked_for),
        STAGE_TEST(aws_alone_knows_the_culprit_and_six_calls_find_it),
        STAGE_TEST(a_dimension_that_the_product_lacks_is_rejected_alone),
        STAGE_TEST(a_refusal_that_passes_rejects_nobody),
        STAGE_TEST(customers_that_aws_does_not_know_are_rejected_alone),
        STAGE_TEST(each_culprit_is_rejected_for_its_own_reason),
        STAGE_TEST(a_product_that_aws_does_not_know_keeps_its_usage),
        STAGE_TEST(many_products_that_fill_no_batch_go_all_the_same),
        STAGE_TEST(each_record_has_its_own_status),
        STAGE_TEST(what_is_left_unprocessed_is_sent_again),
        STAGE_TEST(what_a_second_attempt_leaves_unprocessed_does_not_grow),
        STAGE_TEST(what_is_never_processed_waits_for_the_next_flush),
        STAGE_TEST(another_quantity_of_somebody_else_is_rejected),
        STAGE_TEST(another_quantity_of_this_ledger_joins_the_open_hour),
        STAGE_TEST(a_lost_reply_is_told_again_to_the_same_bytes),
        STAGE_TEST(what_aws_surely_lacks_may_still_grow),
        STAGE_TEST(throttling_loses_nothing),
        STAGE_TEST(an_answer_without_results_ends_the_flush),
        STAGE_TEST(trouble_of_the_instance_does_not_keep_customers),
        STAGE_TEST(at_05_59_last_month_is_taken),
        STAGE_TEST(at_06_01_last_month_is_over),
        STAGE_TEST(a_machine_that_is_ahead_sends_what_is_over),
        STAGE_TEST(a_machine_that_is_days_ahead_carries_nothing),
        STAGE_TEST(a_last_flush_sends_all_of_one_customer_and_nothing_else),
        STAGE_TEST(a_last_flush_knows_both_names),
        STAGE_TEST(customers_get_zero_records_while_they_are_subscribed),
    };
    return cmocka_run_group_tests(tests, start, stage_stop);
}
