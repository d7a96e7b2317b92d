/* SPDX-License-Identifier: Apache-2.0 */
#include "random_model.h"
#include "support/cmocka.h"
#include "support/effort.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Random programs of adds, takes, settlements, crashes, adoptions and clock jumps,
 * compared with a model after each step. LEDGER_SEED repeats a program, LEDGER_PROGRAMS
 * says how many.
 */

enum { STEPS = 120, PROGRAMS = 10, PROGRAMS_IN_BRIEF = 4 };

enum { ADDED_LIMIT = 60, STRAY_LIMIT = 8, VERDICT_LIMIT = 2 * BENCH_TAKEN_LIMIT };

/* What a sender who died has left, to be settled by none but who takes it over. */
typedef struct stray_records {
    int64_t of[STRAY_LIMIT];
    size_t count; /* ever; the latest are kept */
} stray_records;

/* What a sender tells the ledger in one call. */
typedef struct report {
    ent_ledger_verdict verdicts[VERDICT_LIMIT];
    char names[VERDICT_LIMIT][MODEL_NAME_SIZE];
    size_t count;
} report;

static uint64_t dice;
static stray_records strays;
static uint64_t sender;

static uint64_t
roll(uint64_t sides)
{
    /* SplitMix64 */
    uint64_t z = (dice += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31)) % sides;
}

/* --- Usage ------------------------------------------------------------------------ */

enum { CUSTOMERS = 3 };

static const char *const instances[] = { "pod-1", "pod-2" };
static const char *const identifiers[CUSTOMERS] = { "cust-1", "cust-2", "cust-3" };
static const char *const accounts[CUSTOMERS] = { "111111111111",
                                                 "222222222222",
                                                 "333333333333" };

/* Of some the ledger knows both names, and takes an hour under one only. */
static void
keep_customers(void)
{
    for (size_t i = 0; i < CUSTOMERS; i++) {
        const ent_ledger_customer customer = {
            "product", accounts[i], identifiers[i], ""
        };
        if (roll(3) == 0) {
            assert_int_equal(
                ent_ledger_keep_customer(bench.ledger, &customer, bench.now_s, NULL),
                ENTITLE_OK);
        }
    }
}

static void
name_customer(ent_usage_key *key)
{
    size_t customer = (size_t)roll(CUSTOMERS);
    switch (roll(3)) {
    case 0:
        key->instance = instances[roll(2)];
        break;
    case 1:
        key->form = ENT_CUSTOMER_IDENTIFIER;
        key->customer = identifiers[customer];
        key->instance = "";
        break;
    default:
        key->form = ENT_CUSTOMER_LICENSE;
        key->customer = accounts[customer];
        key->license_arn = roll(2) == 0 ? "arn:aws:l:l-1" : "arn:aws:l:l-2";
        key->instance = "";
        break;
    }
}

static ent_usage_event
some_event(char id[MODEL_NAME_SIZE])
{
    static const char *const tags[] = { "", "", "{\"t\":\"1\"}", "{\"t\":\"2\"}" };
    ent_usage_event event = bench_event(0, (int64_t)roll(1000));
    event.at_s = bench.now_s - (int64_t)roll(5 * ENT_LEDGER_HOUR_S);
    event.key.dimension = roll(2) == 0 ? "requests" : "rows";
    name_customer(&event.key);
    event.tags = tags[roll(4)];
    if (roll(200) == 0) {
        event.quantity = ENT_LEDGER_QUANTITY_MAXIMUM;
    }
    if (roll(4) == 0) {
        (void)snprintf(id, MODEL_NAME_SIZE, "%" PRIu64, roll(400));
        event.id = id;
    }
    return event;
}

static void
add_something(void)
{
    static ent_usage_event events[ADDED_LIMIT];
    static ent_usage_group groups[ADDED_LIMIT];
    static char ids[ADDED_LIMIT][MODEL_NAME_SIZE];
    size_t count = 1 + (size_t)roll(roll(3) != 0 ? ADDED_LIMIT : 3);
    for (size_t i = 0; i < count; i++) {
        events[i] = some_event(ids[i]);
        groups[i] = (ent_usage_group){ .events = &events[i], .count = 1 };
    }
    assert_int_equal(
        ent_ledger_add(bench.ledger, groups, count, bench.now_s, NULL), ENTITLE_OK);
    for (size_t i = 0; i < count; i++) {
        /* Only a customer has another name. */
        bool is_refused = events[i].key.form != ENT_CUSTOMER_OF_INSTANCE &&
                          groups[i].refusal == ENT_REFUSED_IDENTITY;
        assert_true(is_refused || groups[i].refusal == ENT_REFUSED_NOT);
        assert_in_range(groups[i].counted, 0, is_refused ? 0 : 1);
        if (groups[i].counted == 1) {
            model_add(&events[i]);
        }
    }
}

/* --- Sending ---------------------------------------------------------------------- */

static void
tell(report *told, int64_t record, ent_settlement settlement)
{
    size_t i = told->count++;
    assert_in_range(i, 0, VERDICT_LIMIT - 1);
    model_name(record, told->names[i]);
    told->verdicts[i] = (ent_ledger_verdict){
        .record = record,
        .settlement = settlement,
        .text = told->names[i],
        .is_of_former_customer = settlement == ENT_SETTLED_REJECTED && roll(2) == 0,
    };
}

/* What becomes of a record: trouble is one time in `sides` for each kind. */
static void
send_one(report *told, const bench_taken *taken, uint64_t sides)
{
    bool is_there = model_has_honoured(taken->id);
    switch (roll(sides)) {
    case 0: /* the request never left */
        tell(told, taken->id, ENT_SETTLED_UNSENT);
        break;
    case 1: /* the answer was lost after the work */
        model_honour(taken);
        tell(told, taken->id, ENT_SETTLED_UNKNOWN);
        break;
    case 2: /* lost before it */
        tell(told, taken->id, ENT_SETTLED_UNKNOWN);
        break;
    case 3: /* died before it could be settled */
        model_honour(taken);
        strays.of[strays.count++ % STRAY_LIMIT] = taken->id;
        break;
    case 4: /* too old, says the service, which has not honoured it */
        tell(told, taken->id, is_there ? ENT_SETTLED_UNKNOWN : ENT_SETTLED_CARRY);
        break;
    case 5: /* refused for good, the same */
        tell(told, taken->id, is_there ? ENT_SETTLED_UNKNOWN : ENT_SETTLED_REJECTED);
        break;
    case 6: /* nobody will know */
        tell(told, taken->id, ENT_SETTLED_LOST);
        break;
    default:
        model_honour(taken);
        tell(told, taken->id, ENT_SETTLED_ACCEPTED);
        break;
    }
}

static const bench_taken *
find_taken(int64_t record)
{
    for (size_t i = 0; i < bench.taken_count; i++) {
        if (bench.taken[i].id == record) {
            return &bench.taken[i];
        }
    }
    return NULL;
}

/* Some twice, and some that another has; in any order. */
static void
confuse(report *told)
{
    size_t own = told->count;
    for (size_t i = 0; i < own; i++) {
        if (roll(16) == 0) {
            tell(told, told->verdicts[i].record, told->verdicts[i].settlement);
        }
    }
    for (size_t i = 0; i < STRAY_LIMIT && i < strays.count; i++) {
        if (roll(2) == 0 && find_taken(strays.of[i]) == NULL) {
            tell(told, strays.of[i], ENT_SETTLED_ACCEPTED);
        }
    }
    for (size_t i = told->count; i > 1; i--) {
        size_t other = (size_t)roll(i);
        ent_ledger_verdict swapped = told->verdicts[i - 1];
        told->verdicts[i - 1] = told->verdicts[other];
        told->verdicts[other] = swapped;
    }
}

/* Of each record that the sender has, one verdict holds; of others none. */
static void
check_settled(const report *told)
{
    for (size_t i = 0; i < told->count; i++) {
        const ent_ledger_verdict *verdict = &told->verdicts[i];
        const bench_taken *taken = find_taken(verdict->record);
        size_t settled = 0;
        for (size_t j = 0; j < told->count; j++) {
            const ent_ledger_verdict *other = &told->verdicts[j];
            settled += other->record == verdict->record && other->is_settled ? 1 : 0;
        }
        assert_int_equal(settled, taken != NULL ? 1 : 0);
        if (verdict->is_settled && verdict->settlement == ENT_SETTLED_ACCEPTED) {
            model_accept(taken);
        }
    }
}

static void
send_something(void)
{
    static report told;
    char owner[MODEL_NAME_SIZE];
    (void)snprintf(owner, sizeof(owner), "sender-%" PRIu64, ++sender);
    ent_ledger_claim claim = bench_claim(owner);
    uint64_t sides = roll(2) == 0 ? 16 : 400;
    claim.instance = instances[roll(2)];
    claim.with_customers = roll(4) != 0;
    claim.customer = roll(8) == 0 ? accounts[roll(CUSTOMERS)] : NULL;
    claim.is_final = roll(6) == 0;
    claim.is_only_sender = roll(2) == 0;
    (void)bench_take_as(&claim);
    told.count = 0;
    for (size_t i = 0; i < bench.taken_count; i++) {
        send_one(&told, &bench.taken[i], sides);
    }
    confuse(&told);
    assert_int_equal(
        ent_ledger_settle(
            bench.ledger, owner, told.verdicts, told.count, bench.now_s, NULL),
        ENTITLE_OK);
    check_settled(&told);
}

/* --- A program -------------------------------------------------------------------- */

static void
do_something(void)
{
    size_t count = 0;
    bool is_either = roll(2) == 0;
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
                bench.ledger, instances[roll(2)], bench.now_s, 900, &count, NULL),
            ENTITLE_OK);
        break;
    case 4:
        assert_int_equal(
            ent_ledger_expire(
                bench.ledger,
                is_either,
                bench.now_s - 7 * ENT_LEDGER_HOUR_S,
                roll(4) == 0,
                bench.now_s,
                &count,
                NULL),
            ENTITLE_OK);
        break;
    case 5:
    case 6:
        send_something();
        break;
    default:
        add_something();
        break;
    }
}

static void
run_program(uint64_t seed)
{
    bench_setup(NULL);
    model_begin();
    dice = seed;
    sender = 0;
    strays.count = 0;
    keep_customers();
    for (int i = 0; i < STEPS; i++) {
        do_something();
        model_compare_sums();
    }
    model_compare_records();
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
