/* SPDX-License-Identifier: Apache-2.0 */

/*
 * `entitle-usage reconcile`: the events are those of records that the sandbox has
 * honoured, altered in one way each.
 */
#include "cli/ledger.h"
#include "cli/market.h"
#include "cli/trail.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

/* Three hours that are over, with 3, 5 and 7 units. */
enum { HOURS = 3 };

static int64_t first_s;
static char log_path[SCRATCH_PATH_SIZE];
static cJSON *trail;

static void
write_time(int64_t at_s, char out[32])
{
    time_t time = (time_t)at_s;
    struct tm parts;

    assert_non_null(gmtime_r(&time, &parts));
    (void)strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static void
run_quietly(int want_status, const char *const *arguments)
{
    child_result result = ledger_expect(want_status, arguments, NULL);

    child_result_clear(&result);
}

static void
flush(int want_status)
{
    run_quietly(
        want_status, LEDGER_ARGUMENTS("flush", "--instance=task-1", "--deadline=2"));
}

static int
set_up(void **state)
{
    static const char *const quantities[HOURS] = { "--quantity=3",
                                                   "--quantity=5",
                                                   "--quantity=7" };
    (void)state;
    market_reset(&the_market);
    ledger_make(the_market.environment);
    first_s = (int64_t)time(NULL) / 3600 * 3600 - HOURS * 3600;
    for (int i = 0; i < HOURS; i++) {
        char at[32];
        (void)snprintf(at, sizeof(at), "--at=%lld", (long long)first_s + 3600 * i + 60);
        run_quietly(
            0,
            LEDGER_ARGUMENTS(
                "add", "--dimension=requests", "--instance=task-1", quantities[i], at));
    }
    flush(0);
    trail = trail_of(&the_market);
    assert_int_equal(cJSON_GetArraySize(trail), HOURS);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    cJSON_Delete(trail);
    ledger_remove();
    return 0;
}

static void
write_log(void)
{
    char *text = trail_delivered(trail);

    scratch_write_text(&the_ledger.folder, "trail.json", text, 0600, log_path);
    free(text);
}

/* "hour+1 requests task-1 6:5 | ...": what differs, by hours after the first. */
static void
write_differences(const cJSON *json, char *out, size_t size)
{
    static const char *const whose[] = { "instance",
                                         "customer_id",
                                         "customer_account" };
    const cJSON *row = NULL;

    out[0] = '\0';
    cJSON_ArrayForEach(row, cJSON_GetObjectItem(json, "differences"))
    {
        const char *name = "-";
        const char *state = cJSON_GetObjectItem(row, "ledger_state")->valuestring;
        char hour[32] = "";
        int ahead = 0;
        size_t used = strlen(out);

        for (size_t i = 0; i < 3; i++) {
            const char *text = cJSON_GetObjectItem(row, whose[i])->valuestring;
            name = text != NULL ? text : name;
        }
        while (ahead < 24 &&
               strcmp(hour, cJSON_GetObjectItem(row, "hour")->valuestring) != 0) {
            write_time(first_s + 3600 * ahead++, hour);
        }
        (void)snprintf(
            out + used,
            size - used,
            "%s%d %s %s %d:%d%s%s",
            used > 0 ? " | " : "",
            ahead,
            cJSON_GetObjectItem(row, "dimension")->valuestring,
            name,
            cJSON_GetObjectItem(row, "aws")->valueint,
            cJSON_GetObjectItem(row, "ledger")->valueint,
            state != NULL ? " " : "",
            state != NULL ? state : "");
    }
}

static void
assert_outcome(child_result *result, const char *want)
{
    char got[512] = "";
    cJSON *json = cJSON_Parse(result->out);

    write_differences(json, got, sizeof(got));
    cJSON_Delete(json);
    if (strcmp(got, want) != 0 || result->err[0] != '\0' ||
        result->exit_status != (want[0] != '\0' ? EX_DATAERR : 0)) {
        fail_msg(
            "wanted '%s', got %d and '%s' (%s%s)",
            want,
            result->exit_status,
            got,
            result->out,
            result->err);
    }
    child_result_clear(result);
}

/* Of the events as they are now; `first` and `second` are further arguments. */
static void
assert_differences_with(const char *first, const char *second, const char *want)
{
    write_log();
    child_result result = ledger_run(
        LEDGER_ARGUMENTS("reconcile", "--json", log_path, first, second), NULL);
    assert_outcome(&result, want);
}

static void
assert_differences(const char *want)
{
    assert_differences_with(NULL, NULL, want);
}

static cJSON *
event(int index)
{
    return cJSON_GetArrayItem(trail, index);
}

static void
set_number(cJSON *object, const char *name, double value)
{
    assert_true(cJSON_ReplaceItemInObjectCaseSensitive(
        object, name, cJSON_CreateNumber(value)));
}

static void
set_text(cJSON *object, const char *name, const char *value)
{
    assert_true(cJSON_ReplaceItemInObjectCaseSensitive(
        object, name, cJSON_CreateString(value)));
}

/* A copy of an event, another as far as CloudTrail is concerned. */
static cJSON *
add_copy(int index, const char *event_id)
{
    cJSON *copy = cJSON_Duplicate(event(index), cJSON_True);

    set_text(copy, "eventID", event_id);
    assert_true(cJSON_AddItemToArray(trail, copy));
    return copy;
}

static void
set_record_id(cJSON *one, const char *id)
{
    set_text(cJSON_GetObjectItem(one, "responseElements"), "meteringRecordId", id);
}

/* --- Equal ------------------------------------------------------------------------ */

static void
honoured_records_are_those_of_the_ledger(void **state)
{
    char from[32];
    char to[32];
    char want[512];

    (void)state;
    write_log();
    child_result result =
        ledger_expect(0, LEDGER_ARGUMENTS("reconcile", "--json", log_path), NULL);
    write_time(first_s, from);
    write_time(first_s + HOURS * 3600, to);
    (void)snprintf(
        want,
        sizeof(want),
        "{\"summary\":{\"aws\":15,\"ledger\":15,\"aws_only\":0,\"ledger_only\":0,"
        "\"meter_usage\":{\"from\":\"%s\",\"to\":\"%s\",\"calls\":3},"
        "\"batch_meter_usage\":null},\"differences\":[]}\n",
        from,
        to);
    assert_string_equal(result.out, want);
    child_result_clear(&result);

    result = ledger_expect(0, LEDGER_ARGUMENTS("reconcile", log_path), NULL);
    assert_memory_equal(
        result.out,
        "units: AWS has 15, the ledger 15; 0 only AWS has, 0 only the ledger\n",
        68);
    assert_non_null(strstr(result.out, "BatchMeterUsage was not compared"));
    child_result_clear(&result);
}

static void
gzip(const char *path, char out[SCRATCH_PATH_SIZE + 4])
{
    char command[SCRATCH_PATH_SIZE + 32];

    (void)snprintf(command, sizeof(command), "gzip -nkf '%s'", path);
    assert_int_equal(system(command), 0);
    (void)snprintf(out, SCRATCH_PATH_SIZE + 4, "%s.gz", path);
}

static void
log_comes_in_several_forms(void **state)
{
    char packed[SCRATCH_PATH_SIZE + 4];
    char lines_path[SCRATCH_PATH_SIZE];
    char *lines = trail_lines(trail);
    child_result result;

    (void)state;
    write_log();
    gzip(log_path, packed);
    scratch_write_text(&the_ledger.folder, "trail.jsonl", lines, 0600, lines_path);

    result = ledger_run(LEDGER_ARGUMENTS("reconcile", "--json", packed), NULL);
    assert_outcome(&result, "");
    result = ledger_run(LEDGER_ARGUMENTS("reconcile", "--json", "-"), lines);
    assert_outcome(&result, "");
    /* The same thrice is the same. */
    result = ledger_run(
        LEDGER_ARGUMENTS("reconcile", "--json", packed, lines_path, log_path), NULL);
    assert_outcome(&result, "");
    free(lines);
}

static void
event_counts_once(void **state)
{
    (void)state;
    assert_true(cJSON_AddItemToArray(trail, cJSON_Duplicate(event(0), cJSON_True)));
    assert_differences("");
    /* AWS gives the same record the same id, however often it is sent. */
    add_copy(1, "another-event");
    assert_differences("");
    /* The neighbour: a record of its own. */
    set_record_id(add_copy(1, "a-third-event"), "another-record");
    assert_differences("2 requests - 5:0");
}

static void
what_aws_refused_is_no_usage(void **state)
{
    (void)state;
    cJSON *refused = add_copy(0, "refused");
    set_record_id(refused, "another-record");
    assert_non_null(
        cJSON_AddStringToObject(refused, "errorCode", "ThrottlingException"));
    assert_differences("");
    cJSON_DeleteItemFromObject(refused, "errorCode");
    assert_differences("1 requests - 3:0");
}

static void
other_services_are_passed_over(void **state)
{
    (void)state;
    cJSON *other = add_copy(0, "other");
    set_record_id(other, "another-record");
    set_text(other, "eventSource", "s3.amazonaws.com");
    assert_differences("");
}

/* --- Different -------------------------------------------------------------------- */

static void
other_quantity_is_found(void **state)
{
    (void)state;
    set_number(trail_record(event(1)), "usageQuantity", 6);
    assert_differences("2 requests task-1 6:5");
    set_number(trail_record(event(1)), "usageQuantity", 4);
    assert_differences("2 requests task-1 4:5");
}

static void
other_dimension_is_found(void **state)
{
    (void)state;
    set_text(trail_record(event(1)), "usageDimension", "gigabytes");
    assert_differences("2 gigabytes - 5:0 | 2 requests task-1 0:5");
}

static void
what_the_ledger_does_not_have_is_found(void **state)
{
    (void)state;
    set_record_id(event(1), "another-record");
    assert_differences("2 requests - 5:0 | 2 requests task-1 0:5");
}

static void
what_aws_does_not_have_is_found(void **state)
{
    (void)state;
    cJSON_DeleteItemFromArray(trail, 1);
    assert_differences("2 requests task-1 0:5");
}

/* A person reads the same. */
static void
difference_is_told_to_people(void **state)
{
    char hour[32];
    char want[128];

    (void)state;
    set_number(trail_record(event(1)), "usageQuantity", 6);
    write_log();
    child_result result =
        ledger_expect(EX_DATAERR, LEDGER_ARGUMENTS("reconcile", log_path), NULL);
    write_time(first_s + 3600, hour);
    (void)snprintf(want, sizeof(want), "\n%s           6           5  requests", hour);
    assert_memory_equal(result.out, "HOUR  ", 6);
    assert_non_null(strstr(result.out, want));
    assert_non_null(strstr(result.out, "; 1 only AWS has, 0 only the ledger\n"));
    child_result_clear(&result);
}

/* A flush that was not answered: AWS has the units, the ledger is in doubt. */
static void
doubt_of_the_ledger_is_found(void **state)
{
    char at[32];

    (void)state;
    (void)snprintf(at, sizeof(at), "--at=%lld", (long long)first_s + 3600);
    run_quietly(
        0,
        LEDGER_ARGUMENTS(
            "add", "--dimension=gigabytes", "--instance=task-1", "--quantity=2", at));
    market_control(
        &the_market,
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"MeterUsage\",\"drop_reply\":true}]}");
    flush(EX_UNAVAILABLE);
    market_control(&the_market, "PUT", "faults", "{\"faults\":[]}");
    cJSON_Delete(trail);
    trail = trail_of(&the_market);
    assert_differences("2 gigabytes - 2:0");

    flush(0);
    assert_differences("");
}

/* --- What is compared ------------------------------------------------------------- */

/* Of hours behind the last event nobody can say what AWS has. */
static void
hours_are_those_of_the_files(void **state)
{
    char from[48];
    char to[48];

    (void)state;
    cJSON_DeleteItemFromArray(trail, 2);
    assert_differences("");
    (void)snprintf(from, sizeof(from), "--from=%lld", (long long)first_s);
    (void)snprintf(to, sizeof(to), "--to=%lld", (long long)first_s + 3 * 3600);
    assert_differences_with(to, NULL, "3 requests task-1 0:7");
    assert_differences_with(from, to, "3 requests task-1 0:7");
    (void)snprintf(to, sizeof(to), "--to=%lld", (long long)first_s + 2 * 3600);
    assert_differences_with(from, to, "");

    /* An hour is left out on both sides. */
    set_number(trail_record(event(0)), "usageQuantity", 4);
    assert_differences("1 requests task-1 4:3");
    (void)snprintf(from, sizeof(from), "--from=%lld", (long long)first_s + 1);
    assert_differences_with(from, NULL, "");
}

static void
files_of_nothing_prove_nothing(void **state)
{
    char from[48];
    char to[48];

    (void)state;
    (void)snprintf(from, sizeof(from), "--from=%lld", (long long)first_s);
    (void)snprintf(to, sizeof(to), "--to=%lld", (long long)first_s + 3600);
    cJSON_Delete(trail);
    trail = cJSON_CreateArray();
    write_log();
    child_result result =
        ledger_expect(EX_IOERR, LEDGER_ARGUMENTS("reconcile", log_path), NULL);
    assert_non_null(strstr(result.err, "there is nothing to compare"));
    child_result_clear(&result);
    assert_differences_with(from, to, "1 requests task-1 0:3");
}

static void
product_is_chosen(void **state)
{
    (void)state;
    set_text(trail_record(event(0)), "productCode", "another");
    assert_differences("1 requests - 3:0 | 1 requests task-1 0:3");
    assert_differences_with("--product-code=another", NULL, "1 requests - 3:0");
    set_text(trail_record(event(0)), "productCode", LEDGER_PRODUCT);
    assert_differences_with("--product-code=" LEDGER_PRODUCT, NULL, "");
}

/* --- Customers -------------------------------------------------------------------- */

static void
send_batch(const char *customer, const char *product)
{
    char json[512];
    const char *const arguments[] = { CLI_PATH, "call", "BatchMeterUsage", json, NULL };
    const child_plan plan = { .arguments = arguments,
                              .environment = the_market.environment };

    (void)snprintf(
        json,
        sizeof(json),
        "{%s\"UsageRecords\":[{%s,\"Dimension\":\"requests\",\"Quantity\":9,"
        "\"Timestamp\":%lld}]}",
        product,
        customer,
        (long long)first_s + 60);
    child_result result = child_run(&plan);
    assert_int_equal(result.exit_status, 0);
    assert_non_null(strstr(result.out, "\"Status\":\"Success\""));
    child_result_clear(&result);
}

/* What somebody sent past the ledger. */
static void
customers_usage_is_compared_by_name(void **state)
{
    (void)state;
    send_batch(
        "\"CustomerIdentifier\":\"cust-0001\"",
        "\"ProductCode\":\"" LEDGER_PRODUCT "\",");
    cJSON_Delete(trail);
    trail = trail_of(&the_market);
    assert_differences("1 requests cust-0001 9:0");
    set_text(
        cJSON_GetArrayItem(
            cJSON_GetObjectItem(
                cJSON_GetObjectItem(event(3), "responseElements"), "results"),
            0),
        "status",
        "DuplicateRecord");
    assert_differences("");
}

static void
customers_usage_is_compared_by_licence(void **state)
{
    (void)state;
    send_batch(
        "\"CustomerAWSAccountId\":\"123456789012\",\"LicenseArn\":"
        "\"arn:aws:license-manager::294406891311:license:"
        "l-0123456789abcdef0123456789abcdef\"",
        "");
    cJSON_Delete(trail);
    trail = trail_of(&the_market);
    assert_differences("1 requests 123456789012 9:0");
}

/* A use of a customer in the first hour, sent by the ledger itself; then its event. */
static cJSON *
send_for(const char *first, const char *second)
{
    char at[32];

    (void)snprintf(at, sizeof(at), "--at=%lld", (long long)first_s + 60);
    run_quietly(
        0,
        LEDGER_ARGUMENTS(
            "add", "--dimension=requests", "--quantity=9", at, first, second));
    flush(0);
    cJSON_Delete(trail);
    trail = trail_of(&the_market);
    assert_int_equal(cJSON_GetArraySize(trail), HOURS + 1);
    return event(HOURS);
}

static void
identifiers_usage_is_the_ledgers(void **state)
{
    (void)state;
    cJSON *one = send_for("--customer-id=cust-0001", "--quiet");
    assert_differences("");
    /* AWS's own example names the account beside it. */
    assert_non_null(cJSON_AddStringToObject(
        trail_record(one), "customerAWSAccountID", "123456789012"));
    assert_differences("");
    set_number(trail_record(one), "quantity", 8);
    assert_differences("1 requests cust-0001 8:9");
    set_number(trail_record(one), "quantity", 9);
    set_text(trail_record(one), "customerIdentifier", "cust-0002");
    assert_differences("1 requests cust-0001 0:9 | 1 requests cust-0002 9:0");
}

#define ACCOUNT "--customer-account=123456789012"
#define LICENSE                                                                        \
    "aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef"

/* Whose product no event tells, and whose ARN is printed in two ways. */
static void
licences_usage_is_the_ledgers(void **state)
{
    (void)state;
    cJSON *one = send_for(ACCOUNT, "--license-arn=" LICENSE);
    assert_null(cJSON_GetObjectItem(
        cJSON_GetObjectItem(one, "requestParameters"), "productCode"));
    assert_differences("");
    set_text(trail_record(one), "licenseArn", LICENSE);
    assert_differences("");
    set_number(trail_record(one), "quantity", 10);
    assert_differences("1 requests 123456789012 10:9");
    assert_differences_with("--product-code=another", NULL, "");
    assert_differences_with(
        "--product-code=" LEDGER_PRODUCT, NULL, "1 requests 123456789012 10:9");

    /* By its name it is found, too. */
    set_number(trail_record(one), "quantity", 9);
    set_text(
        cJSON_GetArrayItem(
            cJSON_GetObjectItem(
                cJSON_GetObjectItem(one, "responseElements"), "results"),
            0),
        "meteringRecordId",
        "another-record");
    assert_differences("");
}

/* Each operation is logged in another account: one's silence is not the other's. */
static void
operations_are_compared_by_themselves(void **state)
{
    (void)state;
    cJSON *one =
        cJSON_Duplicate(send_for(ACCOUNT, "--license-arn=" LICENSE), cJSON_True);
    cJSON_Delete(trail);
    trail = cJSON_CreateArray();
    assert_true(cJSON_AddItemToArray(trail, one));
    assert_differences("");
    cJSON_DeleteItemFromArray(trail, 0);
    assert_differences_with("--from=1", "--to=2", "");
}

/* --- Files that are none ---------------------------------------------------------- */

static void
assert_unreadable(const char *path, const char *input, const char *want)
{
    child_result result =
        ledger_expect(EX_IOERR, LEDGER_ARGUMENTS("reconcile", path), input);

    assert_memory_equal(result.err, "entitle: error: ", 16);
    if (strstr(result.err, want) == NULL) {
        fail_msg("'%s' has no '%s'", result.err, want);
    }
    assert_string_equal(result.out, "");
    child_result_clear(&result);
}

/* An event is up to 4 MiB long, and a text in it may be. */
static void
text_longer_than_any_of_aws_is_refused(void **state)
{
    char text[2048 + 2] = "";
    (void)state;
    cJSON *one = send_for("--customer-id=cust-0001", "--quiet");

    memset(text, 'x', 2048);
    set_text(trail_record(one), "dimension", text);
    write_log();
    child_result result = ledger_expect(
        EX_DATAERR, LEDGER_ARGUMENTS("reconcile", "--quiet", log_path), NULL);
    child_result_clear(&result);
    text[2048] = 'x';
    set_text(trail_record(one), "dimension", text);
    write_log();
    assert_unreadable(log_path, NULL, "names no dimension");
}

static void
unreadable_file_is_told(void **state)
{
    char packed[SCRATCH_PATH_SIZE + 4];
    char *text = trail_delivered(trail);

    (void)state;
    write_log();
    gzip(log_path, packed);
    assert_int_equal(truncate(packed, 100), 0);
    assert_unreadable(packed, NULL, "it ends too early for gzip");
    assert_unreadable("/does/not/exist", NULL, "/does/not/exist cannot be read: ");
    assert_unreadable("-", "", "standard input cannot be read: event 1 is empty");
    assert_unreadable("-", "garbage", "event 1 is not a log of CloudTrail");
    assert_unreadable("-", "\x1f\x8bgarbage", "it is damaged, says gzip");
    text[strlen(text) - 20] = '\0';
    assert_unreadable("-", text, "event 3 is cut off");
    set_text(trail_record(event(1)), "timestamp", "yesterday");
    free(text);
    text = trail_delivered(trail);
    assert_unreadable("-", text, "event 2 has no timestamp of a known form");
    free(text);
}

static void
command_line_is_judged(void **state)
{
    (void)state;
    run_quietly(EX_USAGE, LEDGER_ARGUMENTS("reconcile"));
    run_quietly(EX_USAGE, LEDGER_ARGUMENTS("reconcile", "-", "--from=5", "--to=5"));
    run_quietly(EX_USAGE, LEDGER_ARGUMENTS("reconcile", "-", "--from=never"));
    run_quietly(0, LEDGER_ARGUMENTS("reconcile", "-", "--help"));
}

#define RECONCILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RECONCILE_TEST(honoured_records_are_those_of_the_ledger),
        RECONCILE_TEST(log_comes_in_several_forms),
        RECONCILE_TEST(event_counts_once),
        RECONCILE_TEST(what_aws_refused_is_no_usage),
        RECONCILE_TEST(other_services_are_passed_over),
        RECONCILE_TEST(other_quantity_is_found),
        RECONCILE_TEST(other_dimension_is_found),
        RECONCILE_TEST(what_the_ledger_does_not_have_is_found),
        RECONCILE_TEST(what_aws_does_not_have_is_found),
        RECONCILE_TEST(difference_is_told_to_people),
        RECONCILE_TEST(doubt_of_the_ledger_is_found),
        RECONCILE_TEST(hours_are_those_of_the_files),
        RECONCILE_TEST(files_of_nothing_prove_nothing),
        RECONCILE_TEST(product_is_chosen),
        RECONCILE_TEST(customers_usage_is_compared_by_name),
        RECONCILE_TEST(customers_usage_is_compared_by_licence),
        RECONCILE_TEST(identifiers_usage_is_the_ledgers),
        RECONCILE_TEST(licences_usage_is_the_ledgers),
        RECONCILE_TEST(text_longer_than_any_of_aws_is_refused),
        RECONCILE_TEST(operations_are_compared_by_themselves),
        RECONCILE_TEST(unreadable_file_is_told),
        RECONCILE_TEST(command_line_is_judged),
    };

    return cmocka_run_group_tests(tests, market_set_up_group, market_tear_down_group);
}
