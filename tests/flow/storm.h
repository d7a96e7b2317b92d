/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_STORM_H
#define TEST_FLOW_STORM_H

#include <entitle/meter.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Usage of many customers that writers add and flushers send, each a process of its
 * own, on one database. What is used is settled by its number alone, so that whoever
 * follows a killed writer adds the same again, and the test knows what has to come out.
 */
enum {
    STORM_NOON_S = 1794312000 /* 2026-11-10T12:00:00Z */,
    STORM_HOUR_S = 3600,
    STORM_DIMENSIONS = 10,
    STORM_HOURS = 20,  /* before noon: each is due, and inside AWS's window */
    STORM_WRITERS = 8, /* and as many flushers */
    STORM_RECORDS_OF_A_CUSTOMER = STORM_DIMENSIONS * STORM_HOURS
};

/* In memory that all processes share. */
typedef struct storm_board {
    char ledger[256];
    char endpoint[128];
    int customers;
    int uses;               /* one for each record, and some of the same hours again */
    _Atomic int64_t now_ms; /* of everybody's clock */
    _Atomic int allowed;    /* of all uses, those that may be added so far */
    /* How many of its uses each writer knows to be durable. */
    _Atomic int durable[STORM_WRITERS];
    _Atomic int broken_adds; /* that failed, and were repeated */
    _Atomic int broken_flushes;
    _Atomic bool is_over; /* for the flushers */
} storm_board;

extern storm_board *storm;

/* SplitMix64 */
uint64_t storm_roll(uint64_t *dice, uint64_t sides);
void storm_wait_ms(int64_t duration_ms);

/* --- What is used: storm_usage.c -------------------------------------------------- */

typedef struct storm_names {
    char id[32];
    char dimension[16];
    char customer[32];
    char license_arn[80];
} storm_names;

/* Use `number` of all; every other customer goes by licence. */
entitle_use storm_use(int number, storm_names *names);

/* How many uses a writer has, and the number of its use at `index`. */
int storm_uses_of(int writer);
int storm_number_of(int writer, int index);

/* Which customer an account or an identifier, and which dimension a name is; -1: none.
 */
int storm_customer_of(const char *name);
int storm_dimension_of(const char *name);

/* Adds all units of each customer's dimensions, one customer after the other. */
void storm_fill_units(int64_t *units);

void storm_write_market(FILE *file);

/* --- Processes: storm_worker.c; the result is their exit status ------------------- */

entitle_status
storm_open_meter(const char *instance, entitle_meter **out, entitle_error *error);
entitle_status storm_flush(entitle_meter *meter, entitle_error *error);

int storm_be_writer(int writer, uint64_t dice);
int storm_be_flusher(int flusher);

/* --- What came of it: storm_account.c; they fail the test ------------------------- */

/* The identity holds for each key. Returns the units that are not accepted. */
int64_t storm_check_identity(entitle_meter *meter);

/*
 * Every key of the ledger has the units that were used, all accepted, and what the
 * sandbox exports is the same: by key, and id by id. Returns the number of records.
 */
size_t storm_check_account(entitle_meter *meter, const char *sandbox_state);

#endif
