/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_METERING_CALLS_FIXTURE_H
#define TEST_UNIT_METERING_CALLS_FIXTURE_H

#include "support/metering_fixture.h"

#include <entitle/metering.h>

#include <stdbool.h>
#include <stddef.h>

/* What BatchMeterUsage is answered, after so long. */
#define CALLS_ANSWER(takes_ms_)                                                        \
    {                                                                                  \
        .http_status = 200, .body = "{\"Results\":[]}", .takes_ms = takes_ms_          \
    }

/* Calls of BatchMeterUsage by the client of `fixture`, each with its own context. */
enum { CALLS_MOST = 8 };
extern entitle_calls *calls;
extern int calls_contexts[CALLS_MOST];

/* For cmocka, after metering_set_up(). */
int calls_tear_down(void **state);

#define CALLS(name_)                                                                   \
    cmocka_unit_test_setup_teardown(name_, metering_set_up, calls_tear_down)

/* A new client of such a transport, and `count` calls under way. */
void calls_begin(
    entitle_retry retry,
    bool does_several,
    const scripted_answer *answers,
    size_t answer_count,
    size_t count);

/* The next call that ends: its number, from 0. Its answer is looked at and gone. */
size_t calls_next_ended(entitle_finished_call *out);

/* Ends what calls_begin() began, with the checks of the fixture. */
void calls_end(void **state);

#endif
