/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_ANSWER_H
#define ENT_METERING_ANSWER_H

#include "aws/json_call.h"

#include <entitle/metering.h>

/*
 * Hands what the service said to the caller, for entitle_answer_free(). Takes it over,
 * also where it fails.
 */
ENTITLE_CHECKED entitle_status ent_answer_make(
    const entitle_runtime *runtime,
    ent_json_answer *from,
    entitle_answer **out,
    entitle_error *error);

/* Both live as long as the answer. */
const ent_json_answer *ent_answer_said(const entitle_answer *answer);
const entitle_runtime *ent_answer_runtime(const entitle_answer *answer);

#endif
