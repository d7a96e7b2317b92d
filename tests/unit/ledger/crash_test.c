/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "faulty_vfs.h"
#include "ledger_bench.h"
#include "support/cmocka.h"
#include "support/effort.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A program of adds, sends and moves meets trouble at its n-th call to the file system,
 * for every n: it is killed, or the disk fails or is full. What it reported as durable
 * before is there afterwards, and a service that honours each record once has in the
 * end what was added: nothing is lost, nothing is there twice.
 */
enum {
    RECORDS_LIMIT = 64,
    CALLS_AT_LEAST = 50,
    CALLS_LIMIT = 5000,
    CHILD_FAILED = 99,
    CHILD_SURVIVED = 1,
    MAXIMUM = ENT_LEDGER_QUANTITY_MAXIMUM
};

/* What a child tells before and after each step. */
typedef enum report_kind { REPORT_ADDING, REPORT_ADDED, REPORT_HONOURED } report_kind;

typedef struct report {
    report_kind kind;
    int64_t record;
    int64_t quantity;
    char request[512];
} report;

static struct {
    int64_t adding; /* begun, and not known to be durable */
    int64_t added;
    report honoured[RECORDS_LIMIT];
    size_t honoured_count;
} seen;

static const int64_t quantities[] = { 1, 20, MAXIMUM, 300, 4000, MAXIMUM, 50000 };
enum { ADDS = sizeof(quantities) / sizeof(quantities[0]) };

/* --- The program ----------------------------------------------------------------- */

static struct {
    int pipe;
    fake_runtime fake;
    ent_ledger *ledger;
    int64_t now_s;
    report taken[RECORDS_LIMIT];
    size_t taken_count;
    entitle_error error;
} child;

static void
need(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "%s: %s\n", what, child.error.message);
        _exit(CHILD_FAILED);
    }
}

static void
tell(const report *one)
{
    need(write(child.pipe, one, sizeof(*one)) == (ssize_t)sizeof(*one), "report");
}

/* The first failure has to be a clean one, and the second attempt to hold. */
static bool
has_failed(entitle_status status, const char *what)
{
    if (status == ENTITLE_OK) {
        return false;
    }
    need(status == ENTITLE_IO_ERROR || status == ENTITLE_OUT_OF_MEMORY, what);
    need(child.error.message[0] != '\0', what);
    faulty_vfs_set(FAULTY_NOTHING, 0);
    return true;
}

#define TWICE(call, what)                                                              \
    do {                                                                               \
        if (has_failed((call), (what))) {                                              \
            need((call) == ENTITLE_OK, what);                                          \
        }                                                                              \
    } while (false)

static void
add(int number)
{
    char id[16];
    (void)snprintf(id, sizeof(id), "use-%d", number);
    ent_usage_event event = bench_event(-1 - number % 2, quantities[number]);
    event.id = id;
    event.tags = number % 3 == 0 ? "{\"t\":\"1\"}" : "";
    ent_usage_group group = { .events = &event, .count = 1 };
    report one = { .kind = REPORT_ADDING, .quantity = event.quantity };
    tell(&one);
    TWICE(ent_ledger_add(child.ledger, &group, 1, child.now_s, &child.error), "add");
    one.kind = REPORT_ADDED;
    tell(&one);
}

static bool
freeze(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    ent_buffer *request)
{
    (void)context;
    ent_buffer_append_format(
        request,
        "%lld=%lld/%zu/%lld",
        (long long)record->hour_s,
        (long long)record->quantity,
        tag_count,
        (long long)(tag_count > 0 ? tags[0].quantity : 0));
    return true;
}

static void
keep(void *context, const ent_ledger_record *record)
{
    (void)context;
    report *one = &child.taken[child.taken_count++];
    *one = (report){ .kind = REPORT_HONOURED,
                     .record = record->id,
                     .quantity = record->quantity };
    memcpy(one->request, record->request, record->request_length);
}

static entitle_status
take_once(void)
{
    const ent_ledger_claim claim = {
        .instance = "pod-1", .owner = "child", .now_s = child.now_s, .lease_s = 60
    };
    child.taken_count = 0;
    return ent_ledger_take(
        child.ledger, &claim, RECORDS_LIMIT, freeze, keep, NULL, &child.error);
}

static void
settle(size_t which, ent_settlement settlement)
{
    if (settlement == ENT_SETTLED_ACCEPTED || settlement == ENT_SETTLED_UNKNOWN) {
        tell(&child.taken[which]);
    }
    ent_ledger_verdict verdict = {
        .record = child.taken[which].record,
        .settlement = settlement,
        .text = "id",
    };
    TWICE(
        ent_ledger_settle(
            child.ledger, "child", &verdict, 1, child.now_s, &child.error),
        "settle");
}

static void
send_all(void)
{
    static const ent_settlement endings[] = {
        ENT_SETTLED_UNKNOWN, ENT_SETTLED_CARRY, ENT_SETTLED_UNSENT, ENT_SETTLED_ACCEPTED
    };
    TWICE(take_once(), "take");
    for (size_t i = 0; i < child.taken_count; i++) {
        settle(i, endings[i < 4 ? i : 3]);
    }
}

static void
move_all(void)
{
    size_t count = 0;
    TWICE(
        ent_ledger_expire(
            child.ledger,
            false,
            child.now_s - ENT_LEDGER_HOUR_S,
            false,
            child.now_s,
            &count,
            &child.error),
        "expire");
    TWICE(
        ent_ledger_adopt(child.ledger, "pod-1", child.now_s, 900, &count, &child.error),
        "adopt");
    TWICE(
        ent_ledger_prune(
            child.ledger, BENCH_HOUR - 9 * ENT_LEDGER_HOUR_S, &count, &child.error),
        "prune");
}

static entitle_status
open_once(void)
{
    return store_under_test.open(&child.fake, &child.ledger, &child.error);
}

static void
run_program(int pipe, faulty_trouble trouble, long at)
{
    faulty_vfs_install();
    fake_runtime_init(&child.fake);
    child.pipe = pipe;
    child.now_s = BENCH_HOUR;
    faulty_vfs_set(trouble, at);
    TWICE(open_once(), "open");
    for (int i = 0; i < ADDS - 2; i++) {
        add(i);
    }
    send_all();
    add(ADDS - 2);
    child.now_s += ENT_LEDGER_HOUR_S;
    send_all();
    move_all();
    add(ADDS - 1);
    ent_ledger_close(child.ledger);
    _exit(faulty_vfs_was_met() ? CHILD_SURVIVED : 0);
}

/* --- What is left of it ---------------------------------------------------------- */

static report *
find_honoured(int64_t record)
{
    for (size_t i = 0; i < seen.honoured_count; i++) {
        if (seen.honoured[i].record == record) {
            return &seen.honoured[i];
        }
    }
    return NULL;
}

/* Again it has to be the same to the byte. */
static void
honour(const report *one)
{
    const report *before = find_honoured(one->record);
    if (before != NULL) {
        assert_string_equal(before->request, one->request);
        return;
    }
    assert_in_range(seen.honoured_count, 0, RECORDS_LIMIT - 1);
    seen.honoured[seen.honoured_count++] = *one;
}

static void
read_reports(int pipe)
{
    report one;
    memset(&seen, 0, sizeof(seen));
    while (read(pipe, &one, sizeof(one)) == (ssize_t)sizeof(one)) {
        switch (one.kind) {
        case REPORT_ADDING:
            seen.adding = one.quantity;
            break;
        case REPORT_ADDED:
            seen.adding = 0;
            seen.added += one.quantity;
            break;
        case REPORT_HONOURED:
            honour(&one);
            break;
        }
    }
}

/* The exit status; 128 + n where a signal ended it. */
static int
run_child(faulty_trouble trouble, long at)
{
    int ends[2];
    int status = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        run_program(ends[1], trouble, at);
    }
    close(ends[1]);
    read_reports(ends[0]);
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* What the program had still to add: an id that is known does not count again. */
static void
add_the_rest(void)
{
    for (int i = 0; i < ADDS; i++) {
        char id[16];
        (void)snprintf(id, sizeof(id), "use-%d", i);
        ent_usage_event event = bench_event(-1 - i % 2, quantities[i]);
        event.id = id;
        ent_usage_group group = { .events = &event, .count = 1 };
        assert_int_equal(
            ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    }
}

static void
send_the_rest(void)
{
    ent_ledger_claim claim = bench_claim("next");
    claim.is_only_sender = true;
    for (int hours = 0; hours < 8; hours++) {
        bench.now_s += ENT_LEDGER_HOUR_S;
        claim.now_s = bench.now_s;
        (void)bench_take_as(&claim);
        for (size_t i = 0; i < bench.taken_count; i++) {
            report one = { .record = bench.taken[i].id,
                           .quantity = bench.taken[i].quantity };
            (void)snprintf(
                one.request, sizeof(one.request), "%s", bench.taken[i].request);
            honour(&one);
            bench_settle(i, "next", ENT_SETTLED_ACCEPTED);
        }
    }
}

static void
compare(void)
{
    bench.ledger = bench_open(&bench.fake);
    ent_usage_sums sums = bench_sums();
    if (sums.added != seen.added && sums.added != seen.added + seen.adding) {
        fail_msg("added %lld, not %lld", (long long)sums.added, (long long)seen.added);
    }
    add_the_rest();
    send_the_rest();
    int64_t honoured = 0;
    for (size_t i = 0; i < seen.honoured_count; i++) {
        honoured += seen.honoured[i].quantity;
    }
    int64_t total = 0;
    for (int i = 0; i < ADDS; i++) {
        total += quantities[i];
    }
    sums = bench_sums();
    assert_int_equal(sums.added, total);
    /* Only what the program sent, without an answer, until it was too old is lost. */
    assert_int_equal(
        sums.by_state[ENT_USAGE_ACCEPTED] + sums.by_state[ENT_USAGE_LOST], total);
    assert_int_equal(honoured, total);
    ent_ledger_close(bench.ledger);
}

/* For every n, or every so manyeth, until the program ends before it. */
static void
meet_everywhere(faulty_trouble trouble, int want_status, long stride)
{
    long at = 0;
    for (int status = want_status; status != 0; at += stride) {
        bench_begin();
        status = run_child(trouble, at);
        if (status != want_status && status != 0) {
            fail_msg("call %ld: status %d", at, status);
        }
        compare();
        store_under_test.remove();
    }
    assert_in_range(at, CALLS_AT_LEAST, CALLS_LIMIT);
}

static void
killed_at_any_call_nothing_is_lost_or_doubled(void **state)
{
    (void)state;
    meet_everywhere(FAULTY_KILL, 128 + SIGKILL, number_by_effort(41, 1, 1));
}

static void
a_call_that_fails_changes_nothing_and_holds_when_repeated(void **state)
{
    (void)state;
    meet_everywhere(FAULTY_ERROR, CHILD_SURVIVED, number_by_effort(61, 5, 1));
}

static void
a_disk_that_fails_for_a_while_loses_nothing(void **state)
{
    (void)state;
    meet_everywhere(FAULTY_ERRORS, CHILD_SURVIVED, number_by_effort(61, 5, 1));
}

static void
a_full_disk_loses_nothing(void **state)
{
    (void)state;
    meet_everywhere(FAULTY_NO_ROOM, CHILD_SURVIVED, number_by_effort(61, 5, 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_any_call_nothing_is_lost_or_doubled),
        cmocka_unit_test(a_call_that_fails_changes_nothing_and_holds_when_repeated),
        cmocka_unit_test(a_disk_that_fails_for_a_while_loses_nothing),
        cmocka_unit_test(a_full_disk_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
