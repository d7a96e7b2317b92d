/* SPDX-License-Identifier: Apache-2.0 */
#include "answers.h"
#include "failing_calls.h"
#include "licence_scene.h"
#include "support/cmocka.h"
#include "support/licence_forge.h"
#include "surroundings.h"
#include "sweep.h"

#include <entitle/licence.h>

/* The gate by a licence: whatever fails, it opens rightly or not at all. */
static entitle_decision *decision;

static void
clear(void)
{
    entitle_decision_free(decision);
    decision = NULL;
    licence_scene_end();
}

static entitle_licence_options
options(void)
{
    return (entitle_licence_options){
        .struct_size = sizeof(entitle_licence_options),
        .product_code = LICENCE_PRODUCT,
        .licence = scene.licence,
        .keys = scene.keys,
        .state_file = scene.state,
        .runtime = &surroundings.runtime,
        .transport = &answers_transport,
    };
}

static entitle_status
check(entitle_error *error)
{
    entitle_licence_options given = options();
    entitle_status status = entitle_licence_check(&given, &decision, error);

    assert_int_equal(decision != NULL, status == ENTITLE_OK);
    return status;
}

/* The same, in two steps. */
static entitle_status
check_by_route(entitle_error *error)
{
    entitle_licence_options given = options();
    entitle_licence_route route;
    entitle_status status = entitle_licence_route_init(&route, &given, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    const entitle_gate_options gate = {
        .struct_size = sizeof(gate),
        .product_code = LICENCE_PRODUCT,
        .route = ENTITLE_ROUTE_LICENCE_FILE,
        .runtime = &surroundings.runtime,
        .licence = &route.judge,
    };
    return entitle_gate_check(&gate, &decision, error);
}

static void
expect_open(entitle_status status)
{
    if (status != ENTITLE_OK || !entitle_decision_may_start(decision)) {
        licence_scene_expect_state(false);
        if (status == ENTITLE_OK) {
            assert_string_not_equal(entitle_decision_message(decision), "");
        }
        entitle_decision_free(decision);
        assert_int_equal(check(NULL), ENTITLE_OK);
    }
    assert_true(entitle_decision_may_start(decision));
    assert_int_equal(entitle_decision_reason(decision), ENTITLE_VERIFIED);
    licence_scene_expect_state(true);
}

static const fault_scenario scenarios[] = {
    { "check", licence_scene_begin, check, expect_open, clear, 37 },
    { "check_by_route", licence_scene_begin, check_by_route, expect_open, clear, 37 },
};

int
main(void)
{
    failing_inner_memory_install();
    failing_licence_memory_install();
    licence_scene_make();
    /* libjwt 1.10 loses one number of a signature without memory for the other. */
    fault_sweep_let_lose(2, 8);
    int status = FAULT_SWEEP("licence_gate", scenarios);
    licence_scene_remove();
    return status;
}
