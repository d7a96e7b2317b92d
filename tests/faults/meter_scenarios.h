/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FAULTS_METER_SCENARIOS_H
#define TEST_FAULTS_METER_SCENARIOS_H

#include "sweep.h"

#include <entitle/meter.h>

/* Where the ledger of the scenarios stands. */
typedef struct fault_store {
    const char *ledger;  /* as entitle_meter_options has it */
    void (*empty)(void); /* there is none yet */
    void (*fill)(void);  /* as it was kept */
    void (*keep)(void);  /* what there is now is what fill() brings back */
    void (*remove)(void);
    /* Returns when what a broken connection had begun is over; NULL: at once. */
    void (*calm)(void);
    bool may_doubt; /* the answer to a commit may be lost, for good */
} fault_store;

/* Which the scenarios use. */
extern fault_store fault_store_in_use;

/* Of every ledger; after meter_scenarios_begin() only. */
extern const fault_scenario meter_scenarios[];
extern const size_t meter_scenario_count;
extern const fault_scenario flush_scenarios[];
extern const size_t flush_scenario_count;

void meter_scenarios_begin(void);

/* What the ledger of the scenarios holds, in another meter's eyes. */
void meter_scenarios_expect(const char *account);

/* The same of one that may refuse to open. */
void meter_scenarios_expect_if_open(const char *account);
#define METER_BEFORE "open=7 closed=16"

/* For scenarios of one store. */
entitle_meter *meter_scenarios_open(int64_t buffer_ms);

/* What a scenario has made, and one that sends: a meter on the filled ledger. */
extern entitle_meter *scenario_meter;
extern entitle_metering *scenario_client;
void meter_scenarios_prepare_buffer(void);
void meter_scenarios_prepare_client(void);
void meter_scenarios_make_client(void);
void meter_scenarios_clear(void);

#endif
