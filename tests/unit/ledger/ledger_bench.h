/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_LEDGER_BENCH_H
#define TEST_UNIT_LEDGER_BENCH_H

#include "ledger_store.h"

/*
 * A ledger on the table before a test: one of the store under test, a clock that only
 * the test moves, and what was last taken from it.
 */
enum { BENCH_HOUR = 1795291200 /* 2026-11-21T20:00:00Z */, BENCH_TAKEN_LIMIT = 64 };
enum { BENCH_KEY_SIZE = 64 };

typedef struct bench_taken {
    int64_t id;
    char key[BENCH_KEY_SIZE]; /* by bench_name_key() */
    int64_t hour_s;
    int64_t quantity;
    bool is_doubtful;
    char request[512];
} bench_taken;

typedef struct ledger_bench {
    fake_runtime fake;
    ent_ledger *ledger;
    int64_t now_s;
    bench_taken taken[BENCH_TAKEN_LIMIT];
    size_t taken_count;
    size_t rejected_count; /* for their customer's other name */
} ledger_bench;

extern ledger_bench bench;

/* For cmocka: a new store; and the identity is checked once more at the end. */
int bench_setup(void **state);
int bench_teardown(void **state);

/* The first half of that: a new store, which nobody has opened yet. */
void bench_begin(void);

/* Opens the store for somebody else; fails the test where that fails. */
ent_ledger *bench_open(fake_runtime *fake);

/* As another process finds it. */
void bench_reopen(void);

/* Moves the clock to the start of an hour relative to BENCH_HOUR. */
void bench_move_to_hour(int64_t hour);

/* Usage of the dimension "requests" by "pod-1", in hours relative to BENCH_HOUR. */
ent_usage_event bench_event(int64_t hour, int64_t quantity);

/* "requests cust-1 ", "requests 123456789012 l-1": as the sums tell keys apart. */
void bench_name_key(const ent_usage_key *key, char name[BENCH_KEY_SIZE]);

/* Adds one event, and expects it to count. */
void bench_add(const ent_usage_event *event);
void bench_add_usage(int64_t hour, int64_t quantity);

/* Takes all that is due for "pod-1" and customers, as `owner`; the bytes tell the
 * record. */
size_t bench_take(const char *owner);
size_t bench_take_as(const ent_ledger_claim *claim);
ent_ledger_claim bench_claim(const char *owner);

/* The same where it may fail. */
entitle_status bench_try_to_take(const ent_ledger_claim *claim, entitle_error *error);

/* False: it was not the owner's to settle. */
bool bench_try_to_settle(size_t taken, const char *owner, ent_settlement settlement);
void bench_settle(size_t taken, const char *owner, ent_settlement settlement);

/* Sums over all keys; fails where they do not add up. */
ent_usage_sums bench_sums(void);

/* "open=5 closed=0 …" of what is not zero, for comparing at a glance. */
const char *bench_state(void);

/*
 * Records in that state (ENT_USAGE_STATE_COUNT: any), as "-2:3 -1:1 ": the hour, the
 * units, and where they were carried from.
 */
const char *bench_list(ent_usage_state which);

#endif
