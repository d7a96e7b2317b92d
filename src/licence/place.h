/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LICENCE_PLACE_H
#define ENT_LICENCE_PLACE_H

#include "licence/claims.h"

#include <entitle/licence.h>

/*
 * Whether the licence may be used at the place that is expected, or on this machine.
 * ENTITLE_BOUND_ELSEWHERE, also where this machine does not say what it is called. The
 * result of a step that asks nothing is ENTITLE_CHECK_NOT_CHECKED.
 */
ENTITLE_CHECKED entitle_status ent_licence_judge_account(
    const entitle_runtime *runtime,
    const entitle_licence *licence,
    const entitle_licence_expectation *expected,
    entitle_check_result *result,
    entitle_error *error);
ENTITLE_CHECKED entitle_status ent_licence_judge_host(
    const entitle_licence *licence,
    const entitle_licence_expectation *expected,
    entitle_check_result *result,
    entitle_error *error);

#endif
