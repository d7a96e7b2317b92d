/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_RAW_CALL_H
#define ENT_METERING_RAW_CALL_H

#include "base/json.h"
#include "metering/perform.h"

/* An operation with its JSON as the caller wrote it. */
typedef struct ent_raw_call {
    ent_metering_request request;
    ent_json *parsed; /* keeps what is confidential in the request */
} ent_raw_call;

/*
 * ENTITLE_INVALID_INPUT where the service would not understand it at all. After
 * ENTITLE_OK, ent_raw_call_clear(); `json` must stay until then.
 */
ENTITLE_CHECKED entitle_status ent_raw_call_read(
    const char *operation,
    const char *json,
    size_t json_length,
    ent_raw_call *out,
    entitle_error *error);
void ent_raw_call_clear(ent_raw_call *call);

#endif
