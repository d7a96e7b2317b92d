/* SPDX-License-Identifier: Apache-2.0 */
#include "contract.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

/*
 * A store may do with many at once what it does with one: it comes to the same,
 * whatever the number, and each keeps what is its own.
 */
enum { MOST = 60 };

static const char *const tags_a = "[{\"Key\":\"team\",\"Value\":\"a\"}]";

/* Usage of so many hours that are over, the earliest first: in the n-th, n units. */
static void
add_hours(int count)
{
    for (int i = 1; i <= count; i++) {
        ent_usage_event event = bench_event(i - count - 1, i);
        event.key.dimension = i % 3 == 0 ? "rows" : "requests";
        bench_add(&event);
    }
}

/* Units of 1 to `count`. */
static int
units_of(int count)
{
    return count * (count + 1) / 2;
}

static void
expect_own_bytes(int count)
{
    for (int i = 1; i <= count; i++) {
        char want[64];
        (void)snprintf(
            want,
            sizeof(want),
            "%s %d=%d",
            i % 3 == 0 ? "rows" : "requests",
            i - count - 1,
            i);
        assert_string_equal(bench.taken[i - 1].request, want);
    }
}

/* "AWS has it" for all that was taken, in the order of the taking. */
static void
list_verdicts(ent_ledger_verdict verdicts[MOST], char names[MOST][16], int count)
{
    for (int i = 0; i < count; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "name-%d", i + 1);
        verdicts[i] = (ent_ledger_verdict){ .record = bench.taken[i].id,
                                            .settlement = ENT_SETTLED_ACCEPTED,
                                            .text = names[i],
                                            .is_settled = true /* to be told anew */ };
    }
}

static void
settle(ent_ledger_verdict *verdicts, int count)
{
    entitle_error error = { 0 };

    if (ent_ledger_settle(
            bench.ledger, "a", verdicts, (size_t)count, bench.now_s, &error) !=
        ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
}

typedef struct looked_at {
    int count;
    int misnamed;
} looked_at;

/* The n-th has n units, and its name. */
static bool
look_at_name(void *context, const ent_ledger_record *record)
{
    looked_at *seen = context;
    char want[32];

    (void)snprintf(want, sizeof(want), "name-%d", (int)record->quantity);
    seen->count++;
    seen->misnamed += strcmp(record->metering_record_id, want) != 0 ||
                      record->reason[0] != '\0' || record->request != NULL;
    return true;
}

static void
expect_names(int count)
{
    looked_at seen = { 0 };

    assert_int_equal(
        ent_ledger_list(
            bench.ledger, ENT_USAGE_ACCEPTED, bench.now_s, look_at_name, &seen, NULL),
        ENTITLE_OK);
    assert_int_equal(seen.count, count);
    assert_int_equal(seen.misnamed, 0);
}

static void
many_are_taken_and_settled_as_one_is(void **state)
{
    static const int counts[] = { 1, 2, 24, 25, 26, 49, 50, 51, MOST };
    (void)state;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        int count = counts[i];
        ent_ledger_verdict verdicts[MOST];
        char names[MOST][16];
        char want[64];
        bench_teardown(NULL);
        bench_setup(NULL);
        add_hours(count);
        assert_int_equal(bench_take("dead"), count);
        expect_own_bytes(count);
        bench_reopen();
        bench.now_s += 60;
        assert_int_equal(bench_take("a"), count);
        expect_own_bytes(count);
        assert_true(bench.taken[count - 1].is_doubtful);

        list_verdicts(verdicts, names, count);
        settle(verdicts, count);
        for (int n = 0; n < count; n++) {
            assert_true(verdicts[n].is_settled);
        }
        (void)snprintf(want, sizeof(want), "accepted=%d", units_of(count));
        assert_string_equal(bench_state(), want);
        expect_names(count);
    }
}

/* Each of these in the midst of others, and at the ends of what may be a group. */
static void
among_many_each_keeps_its_own_verdict(void **state)
{
    static const int places[] = { 0, 1, 23, 24, 25, 26, MOST - 1 };
    (void)state;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        int place = places[i];
        ent_ledger_verdict verdicts[MOST];
        char names[MOST][16];
        char want[64];
        bench_teardown(NULL);
        bench_setup(NULL);
        add_hours(MOST);
        assert_int_equal(bench_take("a"), MOST);
        list_verdicts(verdicts, names, MOST);
        verdicts[place].settlement = ENT_SETTLED_REJECTED;
        settle(verdicts, MOST);
        (void)snprintf(
            want,
            sizeof(want),
            "accepted=%d rejected=%d",
            units_of(MOST) - place - 1,
            place + 1);
        assert_string_equal(bench_state(), want);
        expect_names(MOST - 1);
    }
}

/* Nobody settles the same twice; what is another's is left to it. */
static void
among_many_the_first_verdict_of_the_owner_counts(void **state)
{
    ent_ledger_verdict verdicts[MOST];
    char names[MOST][16];
    char want[64];
    (void)state;
    add_hours(MOST);
    assert_int_equal(bench_take("a"), MOST);
    list_verdicts(verdicts, names, MOST);
    bench_settle(9, "a", ENT_SETTLED_UNKNOWN); /* lets it go */
    assert_int_equal(bench_take("b"), 1);
    verdicts[20].record = verdicts[12].record;
    verdicts[22].record = verdicts[21].record;
    verdicts[22].settlement = ENT_SETTLED_REJECTED;
    verdicts[30].record = verdicts[31].record;
    verdicts[30].settlement = ENT_SETTLED_REJECTED; /* after what was accepted */

    settle(verdicts, MOST);
    for (int n = 0; n < MOST; n++) {
        assert_int_equal(
            verdicts[n].is_settled, n != 9 && n != 20 && n != 22 && n != 30);
    }
    (void)snprintf(
        want,
        sizeof(want),
        "sending=%d accepted=%d",
        10 + 21 + 23 + 31,
        units_of(MOST) - 10 - 21 - 23 - 31);
    assert_string_equal(bench_state(), want);
    expect_names(MOST - 4);
}

/* The rest goes to the next hour, which is taken with it. */
static void
what_is_too_much_is_split_among_many(void **state)
{
    static const int excesses[] = { 0, 1, 13 };
    (void)state;
    for (size_t n = 0; n < sizeof(excesses) / sizeof(excesses[0]); n++) {
        int excess = excesses[n];
        char want[64];
        bench_teardown(NULL);
        bench_setup(NULL);
        add_hours(30);
        /* the 13th has 13 already */
        bench_add_usage(-18, ENT_LEDGER_QUANTITY_MAXIMUM - 13 + excess);
        assert_int_equal(bench_take("a"), 30);
        for (int i = 1; i <= 30; i++) {
            int64_t units = i == 13   ? ENT_LEDGER_QUANTITY_MAXIMUM
                            : i == 14 ? 14 + excess
                                      : i;
            assert_int_equal(bench.taken[i - 1].quantity, units);
        }
        (void)snprintf(
            want,
            sizeof(want),
            "sending=%lld",
            (long long)ENT_LEDGER_QUANTITY_MAXIMUM + excess + units_of(30) - 13);
        assert_string_equal(bench_state(), want);
    }
}

static void
tags_stay_with_their_record_among_many(void **state)
{
    static const int places[] = { 4, 25, 30 };
    ent_ledger_verdict verdicts[MOST];
    char names[MOST][16];
    (void)state;
    add_hours(30);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        ent_usage_event event = bench_event(places[i] - 31, 100);
        event.key.dimension = places[i] % 3 == 0 ? "rows" : "requests";
        event.tags = tags_a;
        bench_add(&event);
    }
    assert_int_equal(bench_take("a"), 30);
    for (int i = 1; i <= 30; i++) {
        bool is_tagged = i == 4 || i == 25 || i == 30;
        assert_int_equal(strstr(bench.taken[i - 1].request, tags_a) != NULL, is_tagged);
    }
    list_verdicts(verdicts, names, 30);
    settle(verdicts, 30);
    assert_string_equal(bench_state(), "accepted=765");
}

int
contract_of_many(void)
{
    const struct CMUnitTest clauses[] = {
        CLAUSE(many_are_taken_and_settled_as_one_is),
        CLAUSE(among_many_each_keeps_its_own_verdict),
        CLAUSE(among_many_the_first_verdict_of_the_owner_counts),
        CLAUSE(what_is_too_much_is_split_among_many),
        CLAUSE(tags_stay_with_their_record_among_many),
    };
    return cmocka_run_group_tests(clauses, NULL, NULL);
}
