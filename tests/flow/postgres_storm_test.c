/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Eight writers and eight flushers on one PostgreSQL. They are killed again and again,
 * the server is restarted and its connections are cut, and the service throttles,
 * leaves records undone, and drops replies. At the end every unit is accepted, once.
 * STORM_RECORDS says how many records there are, STORM_SEED repeats a run.
 */
#include "state_folder.h"
#include "storm.h"
#include "support/cmocka.h"
#include "support/postgres_cluster.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    RECORDS = 4000,
    RECORDS_OF_FULL = 100000,
    RECORDS_OF_A_KILL = 100, /* up to KILLS_LIMIT */
    KILLS_LIMIT = 300,
    PROCESSES = 2 * STORM_WRITERS,
    KILLS_OF_A_CUT = 5,
    KILLS_OF_A_RESTART = 10,
    KILLS_OF_A_LOOK = 4,
    DELAY_MS = 80,
    STORM_S = 3600, /* that everybody's clock goes on meanwhile, and twice at most */
    LEASES_S = 20 * 60,
    LAST_FLUSHES = 5,
    SKIPPED = 77
};

static const char troubles[] =
    "{\"faults\":["
    "{\"operation\":\"BatchMeterUsage\",\"rate\":0.1,\"error\":\"ThrottlingException\"}"
    ","
    "{\"operation\":\"BatchMeterUsage\",\"rate\":0.1,\"drop_reply\":true},"
    "{\"operation\":\"BatchMeterUsage\",\"rate\":0.05,\"reset\":true},"
    "{\"operation\":\"BatchMeterUsage\",\"rate\":0.05,\"unprocessed\":3}]}";

static postgres_cluster cluster;

static struct {
    uint64_t dice;
    pid_t processes[PROCESSES]; /* the writers first; 0: has done its work */
    int wanted_kills;
    int kills;
    int cuts;
    int restarts;
} run;

/* --- Processes -------------------------------------------------------------------- */

/* What fails in a child is not for cmocka to catch. */
static void
leave_the_test(pid_t parent)
{
    static const int signals[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        (void)signal(signals[i], SIG_DFL);
    }
    (void)close(cluster.leash);
}

static void
start(int place)
{
    uint64_t dice = storm_roll(&run.dice, UINT64_MAX);
    pid_t parent = getpid();
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid != 0) {
        run.processes[place] = pid;
        return;
    }
    leave_the_test(parent);
    _exit(
        place < STORM_WRITERS ? storm_be_writer(place, dice)
                              : storm_be_flusher(place - STORM_WRITERS));
}

static void
fail_unless_good(int place, int status)
{
    bool is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;

    if (!is_killed && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
        fail_msg("process %d ended with status %#x", place, (unsigned)status);
    }
}

/* Notices who has ended by itself. */
static bool
is_running(int place)
{
    int status = 0;

    if (run.processes[place] != 0 &&
        waitpid(run.processes[place], &status, WNOHANG) == run.processes[place]) {
        fail_unless_good(place, status);
        run.processes[place] = 0;
    }
    return run.processes[place] != 0;
}

static void
kill_one(void)
{
    int place = (int)storm_roll(&run.dice, PROCESSES);
    int status = 0;

    while (!is_running(place)) {
        place = (place + 1) % PROCESSES;
    }
    (void)kill(run.processes[place], SIGKILL);
    assert_int_equal(waitpid(run.processes[place], &status, 0), run.processes[place]);
    fail_unless_good(place, status);
    run.kills += WIFSIGNALED(status) ? 1 : 0;
    run.processes[place] = 0;
    if (WIFSIGNALED(status)) {
        start(place);
    }
}

static bool
has_writers(void)
{
    int running = 0;

    for (int place = 0; place < STORM_WRITERS; place++) {
        running += is_running(place) ? 1 : 0;
    }
    return running > 0;
}

/* --- The server ------------------------------------------------------------------- */

static void
cut_connections(void)
{
    (void)postgres_cluster_ask(
        &cluster,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        " AND random() < 0.7");
    run.cuts++;
}

static void
restart_server(void)
{
    postgres_cluster_restart(
        &cluster, run.restarts % 2 == 0 ? POSTGRES_IMMEDIATE : POSTGRES_FAST);
    run.restarts++;
}

/* --- Time ------------------------------------------------------------------------- */

/* The service's first: it refuses what is still to come. */
static void
move_clock(int64_t to_s)
{
    char json[64];
    int64_t by_s = to_s - atomic_load(&storm->now_ms) / 1000;
    (void)snprintf(json, sizeof(json), "{\"advance_s\":%lld}", (long long)by_s);
    service_control("POST", "clock", json);
    atomic_store(&storm->now_ms, to_s * 1000);
}

/* The further the killing, the more may be added, and the later it is. */
static void
go_on(void)
{
    int kills = run.kills < 2 * run.wanted_kills ? run.kills : 2 * run.wanted_kills;
    int64_t allowed = (int64_t)storm->uses * (run.kills + 1) / run.wanted_kills;

    atomic_store(&storm->allowed, allowed < storm->uses ? (int)allowed : storm->uses);
    move_clock(STORM_NOON_S + (int64_t)STORM_S * kills / run.wanted_kills);
}

/* --- The whole -------------------------------------------------------------------- */

static void
look(void)
{
    entitle_meter *meter = NULL;
    entitle_error error;
    if (storm_open_meter("witness", &meter, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    (void)storm_check_identity(meter);
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
}

static void
rage(void)
{
    while (run.kills < run.wanted_kills || has_writers()) {
        go_on();
        storm_wait_ms((int64_t)storm_roll(&run.dice, DELAY_MS));
        kill_one();
        if (run.kills % KILLS_OF_A_CUT == KILLS_OF_A_CUT - 1) {
            cut_connections();
        }
        if (run.kills % KILLS_OF_A_RESTART == KILLS_OF_A_RESTART - 1) {
            restart_server();
        }
        if (run.kills % KILLS_OF_A_LOOK == KILLS_OF_A_LOOK - 1) {
            look();
        }
    }
}

static void
end_flushers(void)
{
    atomic_store(&storm->is_over, true);
    for (int place = STORM_WRITERS; place < PROCESSES; place++) {
        int status = 0;
        assert_int_equal(
            waitpid(run.processes[place], &status, 0), run.processes[place]);
        run.processes[place] = 0;
        fail_unless_good(place, status);
    }
}

/* Without trouble, and once the leases of the killed are over, everything goes out. */
static void
settle_everything(void)
{
    entitle_meter *meter = NULL;
    entitle_error error;
    int64_t now_s = atomic_load(&storm->now_ms) / 1000;
    service_control("PUT", "faults", "{\"faults\":[]}");
    move_clock(now_s + LEASES_S);
    assert_int_equal(storm_open_meter("last", &meter, &error), ENTITLE_OK);
    for (int i = 0; i < LAST_FLUSHES && storm_check_identity(meter) > 0; i++) {
        if (storm_flush(meter, &error) != ENTITLE_OK) {
            fail_msg("%s", error.message);
        }
        move_clock(atomic_load(&storm->now_ms) / 1000 + STORM_HOUR_S);
    }
    size_t records = storm_check_account(meter, state_folder);
    print_message(
        "%d kills, %d restarts, %d cuts; %d adds and %d flushes broken; %d uses in %zu "
        "records, each accepted once\n",
        run.kills,
        run.restarts,
        run.cuts,
        atomic_load(&storm->broken_adds),
        atomic_load(&storm->broken_flushes),
        storm->uses,
        records);
    assert_true(records >= (size_t)storm->customers * STORM_RECORDS_OF_A_CUSTOMER);
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
}

static int
number_from(const char *name, int otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? (int)strtol(text, NULL, 10) : otherwise;
}

static void
set_up_board(int records)
{
    storm = mmap(
        NULL,
        sizeof(*storm),
        PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS,
        -1,
        0);
    assert_true(storm != MAP_FAILED);
    storm->customers = records / STORM_RECORDS_OF_A_CUSTOMER;
    assert_true(storm->customers > 0);
    storm->uses = storm->customers * STORM_RECORDS_OF_A_CUSTOMER / 4 * 5;
    atomic_store(&storm->now_ms, (int64_t)STORM_NOON_S * 1000);
    (void)snprintf(storm->ledger, sizeof(storm->ledger), "%s", cluster.url);
}

static void
set_up_service(void)
{
    char *market = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&market, &size);
    assert_non_null(file);
    storm_write_market(file);
    assert_int_equal(fclose(file), 0);
    state_set_market(market);
    free(market);
    state_start();
    service_control("POST", "clock", "{\"set\":\"2026-11-10T12:00:00Z\"}");
    service_control("PUT", "faults", troubles);
    (void)snprintf(storm->endpoint, sizeof(storm->endpoint), "%s", service_sandbox.url);
}

static void
killed_and_cut_off_nothing_is_lost_or_doubled(void **state)
{
    (void)state;
    int records =
        number_from("STORM_RECORDS", state_wants_full() ? RECORDS_OF_FULL : RECORDS);
    int seed = number_from("STORM_SEED", 1);
    run.dice = (uint64_t)seed;
    run.wanted_kills = records / RECORDS_OF_A_KILL;
    run.wanted_kills = run.wanted_kills < KILLS_LIMIT ? run.wanted_kills : KILLS_LIMIT;
    print_message("%d records, seed %d\n", records, seed);
    set_up_board(records);
    set_up_service();
    for (int place = 0; place < PROCESSES; place++) {
        start(place);
    }
    rage();
    end_flushers();
    settle_everything();
    (void)munmap(storm, sizeof(*storm));
}

static int
end_all(void **state)
{
    for (int place = 0; place < PROCESSES; place++) {
        if (run.processes[place] != 0) {
            (void)kill(run.processes[place], SIGKILL);
            (void)waitpid(run.processes[place], NULL, 0);
        }
    }
    return state_remove(state);
}

static void
remove_cluster(void)
{
    postgres_cluster_remove(&cluster);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            killed_and_cut_off_nothing_is_lost_or_doubled, state_make, end_all),
    };
    if (!postgres_is_installed()) {
        return SKIPPED;
    }
    postgres_cluster_start(&cluster, false);
    (void)atexit(remove_cluster);
    return cmocka_run_group_tests_name("postgres_storm", tests, NULL, NULL);
}
