/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LICENCE_JUDGEMENT_H
#define ENT_LICENCE_JUDGEMENT_H

#include "licence/claims.h"

#include <entitle/licence.h>

/*
 * An authentic licence held against what is expected: sets the steps from
 * ENTITLE_LICENCE_PRODUCT_CODE on, up to the first that fails. The clock's mark is
 * moved before the time is judged: that a licence has expired here is remembered, too.
 */
ENTITLE_CHECKED entitle_status ent_licence_judge(
    const entitle_runtime *runtime,
    const entitle_licence *licence,
    const entitle_licence_expectation *expected,
    entitle_check_result steps[ENTITLE_LICENCE_STEP_COUNT],
    entitle_error *error);

#endif
