/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/status.h"

#include "usage/status_json.h"

#include <stdlib.h>

void
status_answer(usage_agent *agent, agent_answer *answer)
{
    entitle_error error = { .status = ENTITLE_OK };
    json_output json;
    entitle_status status = status_json_write(agent->meter, &json, &error);

    if (status != ENTITLE_OK) {
        answer_refuse(answer, 503, entitle_status_name(status), error.message, -1);
        return;
    }
    char *text = json_output_text(&json);
    if (text == NULL) {
        answer_refuse(answer, 503, "out_of_memory", "out of memory", -1);
        return;
    }
    answer->status = 200;
    (void)ent_buffer_append_text(&answer->body, text);
    (void)ent_buffer_append_text(&answer->body, "\n");
    free(text);
}
