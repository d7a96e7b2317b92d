/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_METER_FLUSH_FIXTURE_H
#define TEST_UNIT_METER_FLUSH_FIXTURE_H

#include "meter_fixture.h"

/* `meter` flushed by a client that attempts each call once. */
extern entitle_flush_report flush_report; /* of the last flush */

/* For cmocka; afterwards meter_tear_down(). */
int flush_set_up(void **state);

#define FLUSH(name) cmocka_unit_test_setup_teardown(name, flush_set_up, meter_tear_down)

/* The error is in `fixture`. */
entitle_status flush_with(const entitle_flush_options *options);

/* Of the request of that number; fails the test when there was none. */
const char *flush_body(size_t index);

#endif
