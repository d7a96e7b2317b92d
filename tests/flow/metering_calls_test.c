/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Several calls at once over real HTTP: that they are, on how many connections, and
 * what becomes of them among faults.
 */
#include "service_client.h"
#include "support/cmocka.h"

#include <entitle.h>

#include <cjson/cJSON.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    LIMIT = 8,
    CALL_COUNT = 64,
    RECORD_COUNT = 16,   /* what the calls are about, again and again */
    NOON_S = 1794312000, /* 2026-11-10T12:00:00Z, when each test begins */
    HOUR_S = 3600,
    DESCRIPTOR_LIMIT = 256
};

static entitle_metering *metering;
static entitle_calls *calls;
static bool is_interrupted;
static char requests[RECORD_COUNT][512];

static const char *
environment(void *context, const char *name)
{
    return strcmp(name, "AWS_MAX_ATTEMPTS") == 0 ? "10"
                                                 : aws_environment(context, name);
}

static bool
interrupted(void *context)
{
    (void)context;
    return is_interrupted;
}

/* How many members the list of that name has, in what the sandbox says of itself. */
static int
count_of(const char *name)
{
    service_control("GET", name, NULL);
    cJSON *answer = cJSON_Parse(service_reply.body);
    assert_non_null(answer);
    int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(answer, name));
    cJSON_Delete(answer);
    return count;
}

static void
write_requests(void)
{
    for (int i = 0; i < RECORD_COUNT; i++) {
        (void)snprintf(
            requests[i],
            sizeof(requests[i]),
            "{\"ProductCode\":\"%s\",\"UsageRecords\":[{\"CustomerIdentifier\":\"cust-"
            "0001\",\"Dimension\":\"requests\",\"Timestamp\":%d,\"Quantity\":%d}]}",
            service_sandbox.product_code,
            NOON_S - (i + 1) * HOUR_S,
            i + 1);
    }
}

static int
begin(void **state)
{
    static const entitle_runtime runtime = { .struct_size = sizeof(runtime),
                                             .environment = environment,
                                             .interrupted = interrupted };
    const entitle_metering_options options = { .struct_size = sizeof(options),
                                               .runtime = &runtime,
                                               .endpoint = service_sandbox.url,
                                               .deadline_ms = 60000 };

    (void)state;
    is_interrupted = false;
    service_control("POST", "reset", NULL);
    service_control("POST", "clock", "{\"set\":\"2026-11-10T12:00:00Z\"}");
    write_requests();
    return entitle_metering_new(&options, &metering, NULL) == ENTITLE_OK &&
                   entitle_calls_new(metering, LIMIT, &calls, NULL) == ENTITLE_OK
               ? 0
               : -1;
}

static int
end(void **state)
{
    (void)state;
    entitle_calls_free(calls);
    entitle_metering_free(metering);
    return 0;
}

static void
start(size_t number)
{
    const char *json = requests[number % RECORD_COUNT];

    assert_int_equal(
        entitle_calls_start(
            calls, "BatchMeterUsage", json, strlen(json), requests[0], NULL),
        ENTITLE_OK);
}

/* The next one that ends, accepted. How often it was sent. */
static uint32_t
finish_one(void)
{
    entitle_finished_call finished;

    assert_int_equal(entitle_calls_next(calls, &finished, NULL), ENTITLE_OK);
    assert_ptr_equal(finished.context, requests[0]);
    if (finished.status != ENTITLE_OK) {
        fail_msg("%s", finished.error.message);
    }
    assert_non_null(strstr(entitle_answer_json(finished.answer), "\"Success\""));
    assert_string_not_equal(entitle_answer_request_id(finished.answer), "");
    entitle_answer_free(finished.answer);
    return finished.attempts;
}

/* Makes calls with `LIMIT` of them under way; how often they were sent in all. */
static uint32_t
make_calls(size_t count)
{
    uint32_t attempts = 0;
    size_t started = 0;

    while (started < count || entitle_calls_running(calls) > 0) {
        while (started < count && entitle_calls_running(calls) < LIMIT) {
            start(started++);
        }
        attempts += finish_one();
    }
    return attempts;
}

/* The sockets of this process, by what the kernel numbers them with. */
static size_t
list_sockets(unsigned long long out[DESCRIPTOR_LIMIT])
{
    DIR *folder = opendir("/proc/self/fd");
    const struct dirent *entry;
    size_t count = 0;

    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        char path[300];
        char target[64] = "";

        (void)snprintf(path, sizeof(path), "/proc/self/fd/%s", entry->d_name);
        if (readlink(path, target, sizeof(target) - 1) > 0 &&
            strncmp(target, "socket:[", 8) == 0) {
            assert_true(count < DESCRIPTOR_LIMIT);
            out[count++] = strtoull(target + 8, NULL, 10);
        }
    }
    (void)closedir(folder);
    return count;
}

static int64_t
now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
assert_calls_arrive(int count)
{
    int64_t patience_ms = now_ms() + 5000;

    while (count_of("calls") < count) {
        assert_true(now_ms() < patience_ms);
    }
}

/*
 * A call that is answered late is in the journal before. When the first of them ends,
 * the others have arrived: nothing is sent while nobody waits.
 */
static void
calls_arrive_before_the_first_is_answered(void **state)
{
    (void)state;
    service_control(
        "PUT", "faults", "{\"faults\":[{\"operation\":\"*\",\"delay_ms\":300}]}");
    for (size_t i = 0; i < LIMIT; i++) {
        start(i);
    }
    (void)finish_one();
    assert_int_equal(count_of("calls"), LIMIT);
    while (entitle_calls_running(calls) > 0) {
        (void)finish_one();
    }
    assert_int_equal(count_of("calls"), LIMIT);
    assert_int_equal(count_of("records"), LIMIT);
}

static void
connections_are_kept(void **state)
{
    unsigned long long none[DESCRIPTOR_LIMIT];
    unsigned long long first[DESCRIPTOR_LIMIT];
    unsigned long long last[DESCRIPTOR_LIMIT];

    (void)state;
    service_control(
        "PUT", "faults", "{\"faults\":[{\"operation\":\"*\",\"delay_ms\":50}]}");
    size_t before = list_sockets(none);
    assert_int_equal(make_calls(LIMIT), LIMIT);
    size_t count = list_sockets(first);
    assert_in_range(count - before, 1, LIMIT);
    assert_int_equal(make_calls(CALL_COUNT), CALL_COUNT);
    /* The same, and no other. */
    assert_int_equal(list_sockets(last), count);
    assert_memory_equal(first, last, count * sizeof(first[0]));
    assert_int_equal(count_of("calls"), LIMIT + CALL_COUNT);
}

/* Whatever happens to some of them, all are accepted in the end, and nothing twice. */
static void
faults_hit_calls_one_by_one(void **state)
{
    /* libcurl repeats by itself what a kept connection ended without an answer. */
    static const struct {
        const char *fault;
        uint32_t fewest_repeated;
    } cases[] = {
        { "\"error\":\"ThrottlingException\",\"retry_after_ms\":200,\"times\":5", 5 },
        { "\"status\":503,\"times\":5", 5 },
        { "\"reset\":true,\"times\":5", 0 },
        { "\"drop_reply\":true,\"times\":5", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char json[160];

        print_message("  %s\n", cases[i].fault);
        (void)snprintf(
            json,
            sizeof(json),
            "{\"faults\":[{\"operation\":\"*\",%s}]}",
            cases[i].fault);
        service_control("PUT", "faults", json);
        assert_in_range(
            make_calls(CALL_COUNT) - CALL_COUNT, cases[i].fewest_repeated, 5);
        assert_int_equal(count_of("records"), RECORD_COUNT);
    }
}

/*
 * Long before their answers, and the service has done them all the same: on connections
 * that were kept they are sent without waiting.
 */
static void
interruption_ends_all(void **state)
{
    entitle_finished_call finished;

    (void)state;
    service_control(
        "PUT", "faults", "{\"faults\":[{\"operation\":\"*\",\"delay_ms\":200}]}");
    (void)make_calls(LIMIT);
    service_control(
        "PUT", "faults", "{\"faults\":[{\"operation\":\"*\",\"delay_ms\":9000}]}");
    for (size_t i = 0; i < LIMIT; i++) {
        start(LIMIT + i);
    }
    assert_calls_arrive(2 * LIMIT);
    is_interrupted = true;
    int64_t begun_ms = now_ms();
    for (size_t i = 0; i < LIMIT; i++) {
        assert_int_equal(entitle_calls_next(calls, &finished, NULL), ENTITLE_OK);
        assert_int_equal(finished.status, ENTITLE_INTERRUPTED);
        assert_int_equal(finished.attempts, 1);
        assert_false(finished.error.is_certainly_undone);
    }
    assert_in_range(now_ms() - begun_ms, 0, 5000);
    assert_int_equal(count_of("records"), 2 * LIMIT);
}

int
main(void)
{
#define FLOW(name_) cmocka_unit_test_setup_teardown(name_, begin, end)
    const struct CMUnitTest tests[] = {
        FLOW(calls_arrive_before_the_first_is_answered),
        FLOW(connections_are_kept),
        FLOW(faults_hit_calls_one_by_one),
        FLOW(interruption_ends_all),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
