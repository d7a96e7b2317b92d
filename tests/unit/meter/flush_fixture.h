/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_METER_FLUSH_FIXTURE_H
#define TEST_UNIT_METER_FLUSH_FIXTURE_H

#include "meter_fixture.h"

/* Answers to a record; the second never comes. */
#define FLUSH_RECORD_ID "0b1c6c5e-1c1b-4f5c-9d56-000000000001"
#define FLUSH_ACCEPTED                                                                 \
    {                                                                                  \
        .http_status = 200, .body = "{\"MeteringRecordId\":\"" FLUSH_RECORD_ID "\"}"   \
    }
#define FLUSH_LOST_REPLY                                                               \
    {                                                                                  \
        .failure = ENTITLE_UNREACHABLE                                                 \
    }

/* `meter` flushed by a client that attempts each call once. */
extern entitle_flush_report flush_report; /* of the last flush */

/* For cmocka; afterwards meter_tear_down(). */
int flush_set_up(void **state);

#define FLUSH(name) cmocka_unit_test_setup_teardown(name, flush_set_up, meter_tear_down)

/* A unit for each of so many dimensions. */
void flush_add_dimensions(int64_t hour, int count);

/* The error is in `fixture`. */
entitle_status flush_with(const entitle_flush_options *options);

/* Of the request of that number; fails the test when there was none. */
const char *flush_body(size_t index);

#endif
