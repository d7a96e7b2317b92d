/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_METER_FIXTURE_H
#define TEST_UNIT_METER_FIXTURE_H

#include "support/metering_fixture.h"

#include <entitle/meter.h>

#include <stddef.h>

/* A meter of "pod-1" on a ledger of its own; clock and heap are those of `fixture`. */
extern entitle_meter *meter;

/* For cmocka; the meter is not open yet. Afterwards nothing may be left on the heap. */
int meter_set_up(void **state);
int meter_tear_down(void **state);

/* Opens `meter`, in place of the one before. */
void meter_open(int64_t buffer_ms, bool by_event);

/* Frees it, and tells its ledger. */
void meter_close(char *path, size_t path_size);

/* The same as another instance. */
void meter_open_as(const char *instance);

/* A use of "requests" in an hour relative to the fake clock's first. */
entitle_use meter_use(int64_t hour, int64_t quantity);
void meter_add_use(int64_t hour, int64_t quantity);

/* Fails unless the ledger, as another process sees it, holds "open=5 closed=3". */
void meter_assert_account(const char *want);

#endif
