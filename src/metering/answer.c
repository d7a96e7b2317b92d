/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "metering/raw_call.h"

#include <stddef.h>
#include <stdio.h>

struct entitle_answer {
    entitle_runtime runtime;
    char *json;
    char request_id[64];
};

static entitle_answer *
copy(const entitle_runtime *runtime, const ent_json_answer *from)
{
    const ent_buffer *body = &from->response.body;
    entitle_answer *answer = ent_allocate(runtime, sizeof(*answer));

    if (answer == NULL) {
        return NULL;
    }
    answer->runtime = *runtime;
    answer->json = ent_duplicate(runtime, ent_buffer_text(body), body->length);
    if (answer->json == NULL) {
        entitle_answer_free(answer);
        return NULL;
    }
    (void)snprintf(
        answer->request_id, sizeof(answer->request_id), "%s", from->request_id);
    return answer;
}

entitle_status
ent_answer_make(
    const entitle_runtime *runtime,
    ent_json_answer *from,
    entitle_answer **out,
    entitle_error *error)
{
    *out = copy(runtime, from);
    ent_json_answer_clear(from);
    return *out != NULL ? ENTITLE_OK : ent_fail_memory(error);
}

void
entitle_answer_free(entitle_answer *answer)
{
    if (answer == NULL) {
        return;
    }
    entitle_runtime runtime = answer->runtime;

    ent_release_secret(&runtime, answer->json);
    ent_release(&runtime, answer);
}

const char *
entitle_answer_json(const entitle_answer *answer)
{
    return answer != NULL ? answer->json : "";
}

const char *
entitle_answer_request_id(const entitle_answer *answer)
{
    return answer != NULL ? answer->request_id : "";
}
