/* SPDX-License-Identifier: Apache-2.0 */
#include "state_folder.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <inttypes.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static http_reply reply;
static char output[65536];

/* 2026-11-10T12:00:00Z */
enum { NOON_S = 1794312000 };

static void
meter(int64_t at_s, int quantity)
{
    char body[512];
    (void)snprintf(
        body,
        sizeof(body),
        "{\"ProductCode\":\"" SERVICE_PRODUCT "\",\"UsageRecords\":["
        "{\"CustomerIdentifier\":\"cust-0001\",\"Dimension\":\"requests\","
        "\"Quantity\":%d,\"Timestamp\":%" PRId64 "}]}",
        quantity,
        at_s);
    service_call(&service_sandbox, "BatchMeterUsage", body, &reply);
    service_assert_error(&reply, NULL);
}

/* Three hours: 2 of one, 3 of the next, 4 of this. */
static void
meter_three_hours(void)
{
    state_start();
    service_control("POST", "clock", "{\"set\":\"2026-11-10T12:30:00Z\"}");
    for (int i = 0; i < 3; i++) {
        meter(NOON_S - (2 - i) * 3600 + 60, 2 + i);
    }
}

static cJSON *
get(const char *query)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "records%s", query);
    service_control("GET", name, NULL);
    cJSON *json = cJSON_Parse(service_reply.body);
    assert_non_null(json);
    return json;
}

static const char *
text(const cJSON *object, const char *name)
{
    const char *value =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return value != NULL ? value : "";
}

static int
number(const cJSON *object, const char *name)
{
    return (int)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void
records_tell_what_was_honoured(void **state)
{
    (void)state;
    meter_three_hours();
    cJSON *json = get("");
    const cJSON *records = cJSON_GetObjectItemCaseSensitive(json, "records");
    const cJSON *last = cJSON_GetArrayItem(records, 2);
    assert_int_equal(cJSON_GetArraySize(records), 3);
    assert_int_equal(strlen(text(last, "metering_record_id")), 36);
    assert_non_null(strstr(reply.body, text(last, "metering_record_id")));
    assert_string_equal(text(last, "operation"), "BatchMeterUsage");
    assert_string_equal(text(last, "product_code"), SERVICE_PRODUCT);
    assert_string_equal(text(last, "identity"), "ecs-task/1");
    assert_string_equal(text(last, "customer"), "123456789012");
    assert_string_equal(text(last, "customer_identifier"), "cust-0001");
    assert_string_equal(text(last, "dimension"), "requests");
    assert_string_equal(text(last, "timestamp"), "2026-11-10T12:01:00Z");
    assert_int_equal(number(last, "quantity"), 4);
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(last, "license_arn")));
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(last, "allocations")));

    const cJSON *totals = cJSON_GetObjectItemCaseSensitive(json, "totals");
    const cJSON *total = cJSON_GetArrayItem(totals, 2);
    assert_int_equal(cJSON_GetArraySize(totals), 3);
    assert_string_equal(text(total, "hour"), "2026-11-10T12:00:00Z");
    assert_string_equal(text(total, "customer"), "123456789012");
    assert_int_equal(number(total, "quantity"), 4);
    assert_int_equal(number(total, "records"), 1);
    cJSON_Delete(json);
}

typedef struct range_case {
    const char *query;
    int want_records;
    int want_next;
    int want_totals;
} range_case;

static const range_case range_cases[] = {
    { "", 3, 3, 3 },
    { "?after=0", 3, 3, 3 },
    { "?after=1", 2, 3, 3 },
    { "?after=3", 0, 3, 3 },
    { "?limit=2", 2, 2, 3 },
    { "?after=1&limit=1", 1, 2, 3 },
    { "?hours=1", 1, 3, 1 },
    { "?hours=2", 2, 3, 2 },
    { "?hours=1000000", 3, 3, 3 },
    { "?hours=2&after=2", 1, 3, 2 },
};

static void
records_can_be_asked_for_in_part(void **state)
{
    (void)state;
    meter_three_hours();
    for (size_t i = 0; i < sizeof(range_cases) / sizeof(range_cases[0]); i++) {
        const range_case *row = &range_cases[i];
        print_message("%s\n", row->query);
        cJSON *json = get(row->query);
        assert_int_equal(
            cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "records")),
            row->want_records);
        assert_int_equal(number(json, "next"), row->want_next);
        assert_int_equal(
            cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "totals")),
            row->want_totals);
        cJSON_Delete(json);
    }
}

static void
faulty_ranges_are_refused(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "?after=-1", "?after=x",       "?limit=0",         "?hours=0",
        "?hours=",   "?hours=1000001", "?hours=1&hours=2", "?before=1",
    };
    state_start();
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        char name[64];
        (void)snprintf(name, sizeof(name), "records%s", queries[i]);
        print_message("%s\n", name);
        assert_int_equal(
            sandbox_process_control(&service_sandbox, "GET", name, NULL, &reply), 400);
        assert_non_null(strstr(reply.body, "{\"error\":"));
    }
}

typedef struct export_case {
    const char *arguments[6];
    int want_exit;
    const char *want;
} export_case;

static const export_case export_cases[] = {
    { { "export", "--state", state_folder, NULL },
      0,
      "{\"records\":[{\"sequence\":1," },
    { { "export", "--state", state_folder, "--format=json" }, 0, "\"totals\":[{" },
    { { "export", "--state", state_folder, "--format", "csv" },
      0,
      "sequence,metering" },
    { { "export", "--state", state_folder, "--format", "xml" },
      64,
      "'xml' is neither" },
    { { "export", NULL }, 64, "export wants --state" },
    { { "export", "--state", "/tmp", NULL }, 74, "is not the state of a sandbox" },
    { { "export", "--seed", "1", NULL }, 64, "no option '--seed'" },
    { { "--format", "csv", NULL }, 64, "no option '--format'" },
};

static void
try_exports(void)
{
    for (size_t i = 0; i < sizeof(export_cases) / sizeof(export_cases[0]); i++) {
        const export_case *row = &export_cases[i];
        int status = sandbox_program_run(row->arguments, output, sizeof(output));
        if (status != row->want_exit || strstr(output, row->want) == NULL) {
            fail_msg("not \"%s\": %d, %s", row->want, status, output);
        }
    }
}

/*
 * While it runs, after it was killed, and after it ended well: the same, byte by byte.
 */
static void
export_is_the_same_with_and_without_a_sandbox(void **state)
{
    (void)state;
    const char *const arguments[] = { "export", "--state", state_folder, NULL };
    static const int endings[] = { SIGKILL, SIGTERM };
    static char want[32768];
    meter_three_hours();
    state_read_records(want, sizeof(want));
    try_exports();
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 0);
        assert_string_equal(output, want);
        state_stop(endings[i]);
        try_exports();
        assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 0);
        assert_string_equal(output, want);
        state_start();
    }
}

/* AddressSanitizer keeps what was freed for a while, and has memory of its own. */
#if defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define HAS_OWN_MEMORY 1
#    endif
#endif
#if defined(HAS_OWN_MEMORY) || defined(__SANITIZE_ADDRESS__)
enum { ALLOWED_KIB = 64 * 1024 };
#else
enum { ALLOWED_KIB = 24 * 1024 };
#endif

/* Straight into the file: nobody wants to wait for as many calls. */
static void
insert_records(int count)
{
    static const char format[] =
        "WITH RECURSIVE row(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM row"
        " WHERE n < %d) INSERT INTO record(metering_record_id, style, operation,"
        " product_code, who, identity_name, account, customer_identifier, dimension,"
        " timestamp_s, hour, quantity) SELECT"
        " printf('00000000-0000-4000-8000-%%012d', n), 2, 'BatchMeterUsage',"
        " 'cqcvf9f0ugw8rkbgmf1c9dxyz', printf('%%012d', n / 20), 'ecs-task/1',"
        " printf('%%012d', n / 20), printf('c%%d', n / 20), 'requests',"
        " (498412 - n %% 20) * 3600, 498412 - n %% 20, 1 FROM row";
    char path[128];
    char statement[1024];
    char *fault = NULL;
    sqlite3 *database = NULL;
    state_path("state.db", path, sizeof(path));
    (void)snprintf(statement, sizeof(statement), format, count);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    int rc = sqlite3_exec(database, statement, NULL, NULL, &fault);
    if (rc != SQLITE_OK) {
        fail_msg("%s", fault);
    }
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

/* The most memory that it ever had, in KiB. */
static long
peak_memory(void)
{
    char path[64];
    char line[256];
    long peak = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)service_sandbox.pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    while (peak == 0 && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            peak = strtol(line + 6, NULL, 10);
        }
    }
    (void)fclose(file);
    assert_true(peak > 0);
    return peak;
}

typedef struct body_sum {
    int64_t objects;
    char last;
} body_sum;

static size_t
sum_up(const char *bytes, size_t size, size_t count, void *context)
{
    body_sum *sum = context;
    for (size_t i = 0; i < size * count; i++) {
        sum->objects += bytes[i] == '{' ? 1 : 0;
        sum->last = bytes[i];
    }
    return size * count;
}

static void
read_all(body_sum *sum)
{
    char url[256];
    CURL *handle = curl_easy_init();
    assert_non_null(handle);
    (void)snprintf(url, sizeof(url), "%s/_sandbox/records", service_sandbox.url);
    (void)curl_easy_setopt(handle, CURLOPT_URL, url);
    (void)curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, sum_up);
    (void)curl_easy_setopt(handle, CURLOPT_WRITEDATA, (void *)sum);
    assert_int_equal(curl_easy_perform(handle), CURLE_OK);
    curl_easy_cleanup(handle);
}

/*
 * Reading all of them, metering on top of them and forgetting them takes the page cache
 * that SQLite may have, and no more.
 */
static void
memory_stays_flat(void **state)
{
    (void)state;
    enum { ORDINARY = 30000, FULL = 1000000 };
    int count = state_wants_full() ? FULL : ORDINARY;
    state_start();
    state_stop(SIGTERM);
    insert_records(count);
    state_start();
    long before = peak_memory();

    body_sum sum = { 0 };
    read_all(&sum);
    assert_int_equal(sum.objects, 2 * (int64_t)count + 1); /* each is a total of one */
    assert_int_equal(sum.last, '\n');
    meter((int64_t)time(NULL), 7);
    meter((int64_t)time(NULL), 7);
    cJSON *json = get("?after=1&limit=1&hours=1");
    cJSON_Delete(json);
    service_control("POST", "reset", NULL);
    read_all(&sum);

    long grown = peak_memory() - before;
    print_message("%d records: %ld KiB on top of %ld\n", count, grown, before);
    assert_true(grown < ALLOWED_KIB);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            records_tell_what_was_honoured, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            records_can_be_asked_for_in_part, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            faulty_ranges_are_refused, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            export_is_the_same_with_and_without_a_sandbox, state_make, state_remove),
        cmocka_unit_test_setup_teardown(memory_stays_flat, state_make, state_remove),
    };
    return cmocka_run_group_tests_name("sandbox_records", tests, NULL, NULL);
}
