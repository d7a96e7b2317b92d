/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "token/compact.h"

#include <entitle/licence.h>

#include <stdlib.h>
#include <string.h>

/* A part as text, if it is one JSON object that a strict reader takes. */
static entitle_status
copy_object(
    const entitle_runtime *runtime,
    const char *text,
    size_t length,
    entitle_status refusal,
    char **out,
    entitle_error *error)
{
    ent_json_fault fault;
    ent_json *json = ent_json_parse_object(text, length, &fault);

    if (json == NULL) {
        return fault.out_of_memory
                   ? ent_fail_memory(error)
                   : ent_fail(
                         error,
                         refusal,
                         "the %s is not acceptable JSON: %s",
                         refusal == ENTITLE_BAD_HEADER ? "header" : "payload",
                         fault.reason);
    }
    ent_json_free(json);
    *out = ent_duplicate(runtime, text, length);
    return *out != NULL ? ENTITLE_OK : ent_fail_memory(error);
}

entitle_status
entitle_licence_read_unverified(
    const char *licence,
    size_t length,
    char **out_header,
    char **out_payload,
    entitle_error *error)
{
    entitle_runtime runtime;
    ent_compact compact;

    if (licence == NULL || out_header == NULL || out_payload == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "no licence, or no place for its parts");
    }
    *out_header = NULL;
    *out_payload = NULL;
    entitle_status status = ent_runtime_fill(&runtime, NULL, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    status = ent_compact_open(&runtime, licence, length, &compact, error);
    if (status == ENTITLE_OK) {
        status = copy_object(
            &runtime,
            compact.header,
            compact.header_length,
            ENTITLE_BAD_HEADER,
            out_header,
            error);
    }
    if (status == ENTITLE_OK) {
        status = copy_object(
            &runtime,
            compact.payload,
            compact.payload_length,
            ENTITLE_BAD_PAYLOAD,
            out_payload,
            error);
    }
    ent_compact_close(&runtime, &compact);
    if (status != ENTITLE_OK) {
        entitle_licence_text_free(*out_header);
        *out_header = NULL;
    }
    return status;
}

void
entitle_licence_text_free(char *text)
{
    entitle_runtime runtime;

    if (ent_runtime_fill(&runtime, NULL, NULL) == ENTITLE_OK) {
        ent_release(&runtime, text);
    }
}
