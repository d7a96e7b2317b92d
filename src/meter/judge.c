/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/judge.h"

#include "base/text.h"

/* As the status was chosen by it: in any case. */
static bool
is_code(const entitle_error *error, const char *code)
{
    return ent_text_equal_ignoring_case(error->service_code, code);
}

static bool
is_one_of(const entitle_error *error, const char *const codes[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_code(error, codes[i])) {
            return true;
        }
    }
    return false;
}

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
    return is_one_of(error, codes, sizeof(codes) / sizeof(codes[0]));
}

static bool
is_about_the_customer(const entitle_error *error)
{
    static const char *const codes[] = {
        "InvalidCustomerIdentifierException",
        "InvalidLicenseException",
    };
    return is_one_of(error, codes, sizeof(codes) / sizeof(codes[0]));
}

/* Such as more bytes than a request holds. */
static bool
was_refused_here(const entitle_error *error)
{
    return error->status == ENTITLE_INVALID_INPUT && error->service_code[0] == '\0';
}

/* The service, or something between, may fail for what this one record holds. */
static bool
may_be_its_own(const entitle_error *error)
{
    return error->status == ENTITLE_SERVICE_ERROR ||
           error->status == ENTITLE_BAD_RESPONSE ||
           error->status == ENTITLE_INVALID_INPUT;
}

ent_meter_judgement
ent_meter_judge(const entitle_error *error)
{
    if (is_code(error, "TimestampOutOfBoundsException")) {
        return (ent_meter_judgement){
            .settlement = ENT_SETTLED_CARRY,
            .is_too_late = true,
        };
    }
    if (is_code(error, "DuplicateRequestException")) {
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
        .may_be_its_own = may_be_its_own(error),
    };
}

ent_meter_judgement
ent_meter_judge_batch(const entitle_error *error)
{
    if (is_code(error, "InvalidProductCodeException")) {
        return (ent_meter_judgement){
            .settlement = ENT_SETTLED_UNSENT,
            .is_of_product = true,
        };
    }
    if (is_about_the_customer(error)) {
        return (ent_meter_judgement){
            .settlement = ENT_SETTLED_REJECTED,
            .is_of_customer = true,
        };
    }
    if (was_refused_here(error)) {
        return (ent_meter_judgement){ .settlement = ENT_SETTLED_REJECTED };
    }
    return ent_meter_judge(error);
}
