/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A meter is killed again and again while it adds, imports and flushes: at a random
 * call to its disk, or at a random moment. The service drops replies, and is itself
 * killed and started again on its state. METER_KILLS says how often, METER_SEED repeats
 * a run.
 */
#include "faulty_vfs.h"
#include "state_folder.h"
#include "support/cmocka.h"
#include "support/meter_account.h"

#include <entitle/meter.h>

#include <cjson/cJSON.h>

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    NOON_S = 1794312000 /* 2026-11-10T12:00:00Z */,
    HOUR_S = 3600,
    KILLS = 40,
    KILLS_OF_FULL = 2000,
    USES = 3, /* of a round */
    DISK_CALLS = 150,
    DELAY_MS = 120,
    ROUNDS_OF_AN_HOUR = 3,
    LAST_FLUSHES = 10,
    RECORDS_LIMIT = 100000,
    ID_SIZE = 40
};

/* What the child tells: so many units are being added, or are durable. */
typedef struct told {
    bool is_durable;
    int64_t units;
} told;

static struct {
    uint64_t dice;
    int64_t now_s;
    int64_t added;
    int kills;
} run;

static char ledger[128];
static entitle_error error;

static uint64_t
roll(uint64_t sides)
{
    /* SplitMix64 */
    uint64_t z = (run.dice += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31)) % sides;
}

/* --- The meter -------------------------------------------------------------------- */

static int64_t
wall_ms(void *context)
{
    (void)context;
    return run.now_s * 1000;
}

static const entitle_runtime meter_runtime = { .struct_size = sizeof(meter_runtime),
                                               .wall_ms = wall_ms };
static const entitle_runtime aws_runtime = { .struct_size = sizeof(aws_runtime),
                                             .environment = aws_environment };

static entitle_status
open_meter(entitle_meter **out)
{
    const entitle_meter_options options = { .struct_size = sizeof(options),
                                            .runtime = &meter_runtime,
                                            .ledger = ledger,
                                            .product_code = SERVICE_PRODUCT,
                                            .instance = "task-1" };
    return entitle_meter_new(&options, out, &error);
}

static entitle_status
flush(entitle_meter *meter, bool is_final)
{
    const entitle_metering_options options = { .struct_size = sizeof(options),
                                               .runtime = &aws_runtime,
                                               .endpoint = service_sandbox.url,
                                               .deadline_ms = 5000 };
    const entitle_flush_options how = { .struct_size = sizeof(how), .final = is_final };
    entitle_metering *metering = NULL;
    entitle_status status = entitle_metering_new(&options, &metering, &error);
    if (status == ENTITLE_OK) {
        status = entitle_meter_flush(meter, metering, &how, NULL, &error);
    }
    entitle_metering_free(metering);
    return status;
}

/* --- The child -------------------------------------------------------------------- */

static int report_pipe;

static void
tell(bool is_durable, int64_t units)
{
    const told one = { is_durable, units };
    if (write(report_pipe, &one, sizeof(one)) != (ssize_t)sizeof(one)) {
        _exit(1);
    }
}

static entitle_use
use_of(int round, int index, char id[32])
{
    (void)snprintf(id, 32, "use-%d-%d", round, index);
    return (entitle_use){
        .struct_size = sizeof(entitle_use),
        .dimension = index % 2 == 0 ? "requests" : "gigabytes",
        .quantity = 1 + round * USES + index,
        .at_s = run.now_s - index * HOUR_S,
        .id = id,
    };
}

static void
add_each(entitle_meter *meter, int round)
{
    for (int i = 0; i < USES; i++) {
        char id[32];
        entitle_use use = use_of(round, i, id);
        tell(false, use.quantity);
        if (entitle_meter_add(meter, &use, NULL, &error) != ENTITLE_OK) {
            _exit(2);
        }
        tell(true, use.quantity);
    }
}

static void
import_all(entitle_meter *meter, int round)
{
    entitle_meter_import *import = NULL;
    int64_t units = 0;
    if (entitle_meter_import_begin(meter, &import, &error) != ENTITLE_OK) {
        _exit(3);
    }
    for (int i = 0; i < USES; i++) {
        char id[32];
        entitle_use use = use_of(round, i, id);
        units += use.quantity;
        if (entitle_meter_import_add(import, &use, (uint64_t)i, NULL, &error) !=
            ENTITLE_OK) {
            _exit(4);
        }
    }
    tell(false, units);
    if (entitle_meter_import_commit(import, &error) != ENTITLE_OK) {
        _exit(5);
    }
    tell(true, units);
    entitle_meter_import_free(import);
}

static void
be_killed(int round, bool by_disk, long at)
{
    entitle_meter *meter = NULL;
    if (by_disk) {
        faulty_vfs_install();
        faulty_vfs_set(FAULTY_KILL, at);
    }
    if (open_meter(&meter) != ENTITLE_OK) {
        (void)fprintf(stderr, "open: %s\n", error.message);
        _exit(6);
    }
    if (round % 4 == 0) {
        import_all(meter, round);
    } else {
        add_each(meter, round);
    }
    (void)flush(meter, round % 5 == 0); /* replies are dropped: it may fail */
    (void)entitle_meter_free(meter);
    _exit(0);
}

/* --- What is there afterwards ----------------------------------------------------- */

/* What was told as durable, and at most the one on its way, is in the ledger. */
static void
check_ledger(int pipe)
{
    told one;
    int64_t on_its_way = 0;
    entitle_meter *meter = NULL;
    while (read(pipe, &one, sizeof(one)) == (ssize_t)sizeof(one)) {
        on_its_way = one.is_durable ? 0 : one.units;
        run.added += one.is_durable ? one.units : 0;
    }
    if (open_meter(&meter) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    entitle_usage_sums sums = meter_account_total(meter);
    if (sums.added != run.added) {
        assert_int_equal(sums.added, run.added + on_its_way);
        run.added = sums.added;
    }
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
}

static void
wait_ms(int64_t duration_ms)
{
    const struct timespec duration = { duration_ms / 1000,
                                       duration_ms % 1000 * 1000000 };
    (void)nanosleep(&duration, NULL);
}

static void
trouble_service(void)
{
    service_control(
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"MeterUsage\",\"rate\":0.2,\"drop_reply\":true},"
        "{\"operation\":\"MeterUsage\",\"rate\":0.1,\"reset\":true}]}");
}

static void
kill_once(int round)
{
    int ends[2];
    int status = 0;
    bool by_disk = round % 2 == 0;
    bool with_service = round % 10 == 9;
    long at = (long)roll(DISK_CALLS);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        report_pipe = ends[1];
        be_killed(round, by_disk, at);
    }
    close(ends[1]);
    if (!by_disk) {
        wait_ms((int64_t)roll(DELAY_MS));
    }
    if (with_service) {
        state_restart(SIGKILL);
        trouble_service();
    }
    if (!by_disk) {
        (void)kill(pid, SIGKILL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
        fail_msg("the child ended with %d", WEXITSTATUS(status));
    }
    run.kills += WIFSIGNALED(status) ? 1 : 0;
    check_ledger(ends[0]);
    close(ends[0]);
}

static void
pass_an_hour(void)
{
    service_control("POST", "clock", "{\"advance_s\":3600}");
    run.now_s += HOUR_S;
}

static struct {
    char (*ids)[ID_SIZE];
    size_t count;
    int64_t units;
    int64_t last; /* sequence number */
} honoured;

/* Each MeteringRecordId once. */
static void
note_record(const cJSON *record)
{
    const char *id = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(record, "metering_record_id"));
    assert_non_null(id);
    for (size_t i = 0; i < honoured.count; i++) {
        assert_string_not_equal(id, honoured.ids[i]);
    }
    assert_in_range(honoured.count, 0, RECORDS_LIMIT - 1);
    (void)snprintf(honoured.ids[honoured.count++], ID_SIZE, "%s", id);
    honoured.units += (int64_t)cJSON_GetNumberValue(
        cJSON_GetObjectItemCaseSensitive(record, "quantity"));
    honoured.last = (int64_t)cJSON_GetNumberValue(
        cJSON_GetObjectItemCaseSensitive(record, "sequence"));
}

/* Behind the page stand the totals of everything, which may be cut off. */
static cJSON *
parse_without_totals(char *body)
{
    char *totals = strstr(body, ",\"totals\":");
    assert_non_null(totals);
    totals[0] = '}';
    totals[1] = '\0';
    return cJSON_Parse(body);
}

/* False: there are no more. */
static bool
read_page(void)
{
    char name[64];
    size_t before = honoured.count;
    (void)snprintf(
        name, sizeof(name), "records?after=%" PRId64 "&limit=50", honoured.last);
    service_control("GET", name, NULL);
    cJSON *answer = parse_without_totals(service_reply.body);
    const cJSON *records = cJSON_GetObjectItemCaseSensitive(answer, "records");
    const cJSON *one = NULL;
    assert_true(cJSON_IsArray(records));
    cJSON_ArrayForEach(one, records)
    {
        note_record(one);
    }
    cJSON_Delete(answer);
    return honoured.count > before;
}

static int64_t
honoured_units(void)
{
    honoured.ids = calloc(RECORDS_LIMIT, sizeof(*honoured.ids));
    assert_non_null(honoured.ids);
    while (read_page()) {
    }
    free(honoured.ids);
    return honoured.units;
}

/* Without trouble everything goes out, but for what was too old and in doubt. */
static void
settle_everything(void)
{
    entitle_meter *meter = NULL;
    service_control("PUT", "faults", "{\"faults\":[]}");
    assert_int_equal(open_meter(&meter), ENTITLE_OK);
    for (int i = 0; i < LAST_FLUSHES; i++) {
        if (flush(meter, true) != ENTITLE_OK) {
            fail_msg("%s", error.message);
        }
        pass_an_hour();
    }
    entitle_usage_sums sums = meter_account_total(meter);
    int64_t accepted = sums.by_state[ENTITLE_USAGE_ACCEPTED];
    int64_t lost = sums.by_state[ENTITLE_USAGE_LOST];
    int64_t units = honoured_units();
    print_message(
        "%d kills: %" PRId64 " units added, %" PRId64 " accepted, %" PRId64
        " honoured, %" PRId64 " in doubt until too late\n",
        run.kills,
        sums.added,
        accepted,
        units,
        lost);
    assert_int_equal(sums.added, run.added);
    assert_int_equal(accepted + lost, sums.added);
    assert_in_range(units, accepted, accepted + lost);
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
}

static int
number_from(const char *name, int otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? (int)strtol(text, NULL, 10) : otherwise;
}

static void
killed_at_random_nothing_is_lost_or_doubled(void **state)
{
    (void)state;
    int kills = number_from("METER_KILLS", state_wants_full() ? KILLS_OF_FULL : KILLS);
    run.dice = (uint64_t)number_from("METER_SEED", 1);
    run.now_s = NOON_S;
    state_path("usage.db", ledger, sizeof(ledger));
    state_start();
    service_control("POST", "clock", "{\"set\":\"2026-11-10T12:00:00Z\"}");
    trouble_service();
    for (int round = 1; run.kills < kills; round++) {
        assert_true(round < 4 * kills + 40);
        kill_once(round);
        if (round % ROUNDS_OF_AN_HOUR == 0) {
            pass_an_hour();
        }
    }
    settle_everything();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            killed_at_random_nothing_is_lost_or_doubled, state_make, state_remove),
    };
    return cmocka_run_group_tests_name("meter_kill", tests, NULL, NULL);
}
