/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "metering/answer.h"
#include "metering/raw_call.h"

#include <stddef.h>

entitle_status
entitle_metering_call(
    entitle_metering *metering,
    const char *operation,
    const char *json,
    size_t json_length,
    entitle_answer **out,
    entitle_error *error)
{
    ent_raw_call call;
    ent_json_answer answer;
    entitle_status status;
    entitle_status made;

    *out = NULL;
    if (metering != NULL) {
        metering->service.attempts = 0;
    }
    if (metering == NULL || operation == NULL || json == NULL) {
        ent_fail(error, ENTITLE_INVALID_ARGUMENT, "client, operation or JSON is NULL");
        return ent_metering_unsent(error, ENTITLE_INVALID_ARGUMENT);
    }
    status = ent_raw_call_read(operation, json, json_length, &call, error);
    if (status != ENTITLE_OK) {
        return ent_metering_unsent(error, status);
    }
    status = ent_metering_perform(metering, &call.request, &answer, error);
    ent_raw_call_clear(&call);
    if (entitle_status_category(status) != ENTITLE_CATEGORY_DONE) {
        return status;
    }
    made = ent_answer_make(&metering->runtime, &answer, out, error);
    return made == ENTITLE_OK ? status : made;
}
