/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/answer.h"

#include "base/error.h"
#include "base/memory.h"

#include <stddef.h>

struct entitle_answer {
    entitle_runtime runtime;
    ent_json_answer said;
};

/* The client may go before the answer: what was its own is told of the other runtime.
 */
static void
adopt(entitle_answer *answer, const ent_json_answer *from)
{
    answer->said = *from;
    answer->said.response.headers.runtime = &answer->runtime;
    answer->said.response.body.runtime = &answer->runtime;
}

entitle_status
ent_answer_make(
    const entitle_runtime *runtime,
    ent_json_answer *from,
    entitle_answer **out,
    entitle_error *error)
{
    *out = ent_allocate(runtime, sizeof(**out));
    if (*out == NULL) {
        ent_json_answer_clear(from);
        return ent_fail_memory(error);
    }
    (*out)->runtime = *runtime;
    adopt(*out, from);
    return ENTITLE_OK;
}

const ent_json_answer *
ent_answer_said(const entitle_answer *answer)
{
    return &answer->said;
}

const entitle_runtime *
ent_answer_runtime(const entitle_answer *answer)
{
    return &answer->runtime;
}

void
entitle_answer_free(entitle_answer *answer)
{
    if (answer == NULL) {
        return;
    }
    entitle_runtime runtime = answer->runtime;

    ent_json_answer_clear(&answer->said);
    ent_release(&runtime, answer);
}

const char *
entitle_answer_json(const entitle_answer *answer)
{
    return answer != NULL ? ent_buffer_text(&answer->said.response.body) : "";
}

const char *
entitle_answer_request_id(const entitle_answer *answer)
{
    return answer != NULL ? answer->said.request_id : "";
}
