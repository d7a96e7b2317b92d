/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_METER_STAGE_H
#define TEST_FLOW_METER_STAGE_H

#include "support/http_client.h"
#include "support/sandbox_process.h"

#include <entitle/meter.h>

/*
 * A meter with a ledger of its own, a sandbox in the place of AWS, and clocks that the
 * test moves. One for each test program.
 */
typedef struct meter_stage {
    sandbox_process sandbox;
    const char *endpoint; /* NULL: the sandbox's own */
    int64_t deadline_ms;  /* 0: 20 s */
    entitle_metering *metering;
    entitle_meter *meter;
    char directory[64];
    char ledger[96];
    bool by_event;
    int64_t buffer_ms;
    int64_t now_s;     /* of the meter's machine */
    int64_t service_s; /* of the sandbox */
    entitle_flush_report report;
    entitle_error error;
    http_reply reply;
} meter_stage;

extern meter_stage stage;

enum { STAGE_NOON_S = 1794312000 /* 2026-11-10T12:00:00Z */, STAGE_HOUR_S = 3600 };

/* cmocka's set-ups and tear-downs, of a group and of each test, which begins at noon.
 */
int stage_start(void **state);
int stage_start_with(const char *const *arguments); /* of the sandbox */
int stage_stop(void **state);
int stage_begin(void **state);
int stage_end(void **state);

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown(name, stage_begin, stage_end)

/* Another meter on the ledger. */
void stage_open_meter(const char *instance);

/* Another client of the service, which has no connection yet. */
void stage_open_metering(void);

/* Removes the ledger and what stands beside it. */
void stage_remove_ledger(void);

/* A control request that has to succeed. */
void stage_control(const char *method, const char *name, const char *json);
void stage_set_faults(const char *faults);

/* Moves both clocks, or one of them. */
void stage_set_clock(int64_t to_s);
void stage_set_machine_clock(int64_t to_s);
void stage_set_service_clock(int64_t to_s);

void stage_use_at(int64_t at_s, int64_t quantity);

/* The report is in the stage. */
void stage_flush(const entitle_flush_options *options, entitle_status want);

/*
 * "open=5 accepted=7 | 7": the ledger's units by state, and those that the sandbox has.
 */
void stage_assert_account(const char *want);

#endif
