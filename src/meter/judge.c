/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/judge.h"

#include <string.h>

/* Of this record alone: the next one may be accepted. */
static bool
is_about_the_record(const entitle_error *error)
{
    static const char *const codes[] = {
        "InvalidTagException",
        "InvalidUsageAllocationsException",
        "InvalidUsageDimensionException",
        "IdempotencyConflictException",
        "ValidationException",
        "InvalidProductCodeException",
    };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (strcmp(error->service_code, codes[i]) == 0) {
            return true;
        }
    }
    return false;
}

ent_meter_judgement
ent_meter_judge(const entitle_error *error)
{
    if (strcmp(error->service_code, "TimestampOutOfBoundsException") == 0) {
        return (ent_meter_judgement){
            .settlement = ENT_SETTLED_CARRY,
            .is_too_late = true,
        };
    }
    if (strcmp(error->service_code, "DuplicateRequestException") == 0) {
        return (ent_meter_judgement){
            .settlement = ENT_SETTLED_REJECTED,
            .is_duplicate = true,
        };
    }
    if (is_about_the_record(error)) {
        return (ent_meter_judgement){ .settlement = ENT_SETTLED_REJECTED };
    }
    return (ent_meter_judgement){
        .settlement =
            error->is_certainly_undone ? ENT_SETTLED_UNSENT : ENT_SETTLED_UNKNOWN,
        .ends_flush = true,
    };
}
