/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_bench.h"
#include "support/cmocka.h"
#include "support/effort.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Random programs of adds, takes, settlements, crashes, adoptions and clock jumps,
 * compared with a model that knows only totals: what was added, and what the service
 * has honoured. LEDGER_SEED repeats a program, LEDGER_PROGRAMS says how many.
 *
 * The service honours a record once. Where the ledger says accepted, it has; where the
 * ledger has units that it may still send, it has not, or has under the same bytes.
 */

enum { STEPS = 120, PROGRAMS = 40, PROGRAMS_IN_BRIEF = 4, HONOURED_LIMIT = 4096 };

typedef struct honoured_record {
    int64_t id;
    int64_t quantity;
    char request[512];
} honoured_record;

typedef struct service_model {
    uint64_t dice;
    int64_t added;
    honoured_record honoured[HONOURED_LIMIT];
    size_t honoured_count;
} service_model;

static service_model model;

static uint64_t
roll(uint64_t sides)
{
    /* SplitMix64 */
    uint64_t z = (model.dice += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31)) % sides;
}

static honoured_record *
find_honoured(int64_t id)
{
    for (size_t i = 0; i < model.honoured_count; i++) {
        if (model.honoured[i].id == id) {
            return &model.honoured[i];
        }
    }
    return NULL;
}

/* The service gets a record; again it must be the same to the byte. */
static void
honour(const bench_taken *taken)
{
    honoured_record *before = find_honoured(taken->id);
    if (before != NULL) {
        assert_string_equal(before->request, taken->request);
        return;
    }
    assert_in_range(model.honoured_count, 0, HONOURED_LIMIT - 1);
    honoured_record *fresh = &model.honoured[model.honoured_count++];
    fresh->id = taken->id;
    fresh->quantity = taken->quantity;
    (void)snprintf(fresh->request, sizeof(fresh->request), "%s", taken->request);
}

static void
add_something(void)
{
    static const char *const instances[] = { "pod-1", "pod-2" };
    static const char *const tags[] = { "", "", "{\"t\":\"1\"}", "{\"t\":\"2\"}" };
    char id[32] = "";
    ent_usage_event event = bench_event(0, (int64_t)roll(1000));
    event.at_s = bench.now_s - (int64_t)roll(3 * ENT_LEDGER_HOUR_S);
    event.key.instance = instances[roll(2)];
    event.tags = tags[roll(4)];
    if (roll(50) == 0) {
        event.quantity = ENT_LEDGER_QUANTITY_MAXIMUM;
    }
    if (roll(4) == 0) {
        (void)snprintf(id, sizeof(id), "%" PRIu64, roll(40));
        event.id = id;
    }
    ent_usage_group group = { .events = &event, .count = 1 };
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(group.refusal, ENT_REFUSED_NOT);
    model.added += group.counted == 1 ? event.quantity : 0;
}

static void
settle_one(size_t i)
{
    switch (roll(8)) {
    case 0: /* the request never left */
        bench_settle(i, "a", ENT_SETTLED_UNSENT);
        break;
    case 1: /* the answer was lost after the work */
        honour(&bench.taken[i]);
        bench_settle(i, "a", ENT_SETTLED_UNKNOWN);
        break;
    case 2: /* lost before it */
        bench_settle(i, "a", ENT_SETTLED_UNKNOWN);
        break;
    case 3: /* died before it could be settled */
        honour(&bench.taken[i]);
        break;
    case 4: /* too old, says the service, which has not honoured it */
        if (find_honoured(bench.taken[i].id) == NULL) {
            bench_settle(i, "a", ENT_SETTLED_CARRY);
        }
        break;
    default:
        honour(&bench.taken[i]);
        bench_settle(i, "a", ENT_SETTLED_ACCEPTED);
        break;
    }
}

static void
send_something(void)
{
    ent_ledger_claim claim = bench_claim("a");
    claim.instance = roll(2) == 0 ? "pod-1" : "pod-2";
    claim.is_final = roll(6) == 0;
    claim.is_only_sender = roll(2) == 0;
    (void)bench_take_as(&claim);
    for (size_t i = 0; i < bench.taken_count; i++) {
        settle_one(i);
    }
}

static void
do_something(void)
{
    size_t count = 0;
    switch (roll(12)) {
    case 0:
        bench_reopen();
        break;
    case 1:
        bench.now_s += (int64_t)roll(2 * ENT_LEDGER_HOUR_S);
        break;
    case 2:
        bench.now_s -= (int64_t)roll(ENT_LEDGER_HOUR_S);
        break;
    case 3:
        assert_int_equal(
            ent_ledger_adopt(
                bench.ledger,
                roll(2) == 0 ? "pod-1" : "pod-2",
                bench.now_s,
                900,
                &count,
                NULL),
            ENTITLE_OK);
        break;
    case 4:
        assert_int_equal(
            ent_ledger_expire(
                bench.ledger,
                false,
                bench.now_s - 7 * ENT_LEDGER_HOUR_S,
                roll(4) == 0,
                bench.now_s,
                &count,
                NULL),
            ENTITLE_OK);
        break;
    case 5:
    case 6:
    case 7:
        send_something();
        break;
    default:
        add_something();
        break;
    }
}

/*
 * What the service has honoured, the ledger has as accepted, sending or lost; no more.
 */
static void
compare(void)
{
    ent_usage_sums sums = bench_sums();
    int64_t honoured = 0;
    for (size_t i = 0; i < model.honoured_count; i++) {
        honoured += model.honoured[i].quantity;
    }
    assert_int_equal(sums.added, model.added);
    assert_true(sums.by_state[ENT_USAGE_ACCEPTED] <= honoured);
    assert_true(
        honoured <= sums.by_state[ENT_USAGE_ACCEPTED] +
                        sums.by_state[ENT_USAGE_SENDING] +
                        sums.by_state[ENT_USAGE_LOST]);
}

static void
run_program(uint64_t seed)
{
    bench_setup(NULL);
    memset(&model, 0, sizeof(model));
    model.dice = seed;
    for (int i = 0; i < STEPS; i++) {
        do_something();
        compare();
    }
    bench_teardown(NULL);
}

static uint64_t
number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void
random_programs_keep_the_account(void **state)
{
    (void)state;
    uint64_t first = number_from("LEDGER_SEED", 1);
    uint64_t count = number_from(
        "LEDGER_PROGRAMS",
        (uint64_t)number_by_effort(PROGRAMS_IN_BRIEF, PROGRAMS, PROGRAMS));
    for (uint64_t seed = first; seed < first + count; seed++) {
        /* The last line before a failure names the program. */
        (void)printf("LEDGER_SEED=%" PRIu64 "\n", seed);
        run_program(seed);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_programs_keep_the_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
