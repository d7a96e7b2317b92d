/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/status.h"

#include "console/json_output.h"

#include <stdlib.h>

typedef struct status_writing {
    json_output json;
    cJSON *by;
    entitle_usage_sums total;
} status_writing;

static void
write_states(json_output *json, cJSON *object, const entitle_usage_sums *sums)
{
    json_add_number(json, object, "added", sums->added);
    for (int i = 0; i < ENTITLE_USAGE_STATES; i++) {
        json_add_number(
            json,
            object,
            entitle_usage_state_name((entitle_usage_state)i),
            sums->by_state[i]);
    }
}

static bool
write_sums(void *context, const entitle_usage_sums *sums)
{
    status_writing *writing = context;
    json_output *json = &writing->json;
    cJSON *object = json_add_object(json, writing->by, NULL);

    json_add_text(json, object, "product_code", sums->product_code);
    json_add_text(json, object, "dimension", sums->dimension);
    json_add_text(json, object, "customer", sums->customer);
    json_add_text(json, object, "license_arn", sums->license_arn);
    write_states(json, object, sums);
    writing->total.added += sums->added;
    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        writing->total.by_state[i] += sums->by_state[i];
    }
    return true;
}

static entitle_status
write_all(usage_agent *agent, status_writing *writing, entitle_error *error)
{
    json_output *json = &writing->json;
    bool any = false;
    int64_t hour_s = 0;
    entitle_status status =
        entitle_meter_oldest_unsent(agent->meter, &any, &hour_s, error);

    if (status == ENTITLE_OK) {
        status = entitle_meter_sums(agent->meter, write_sums, writing, error);
    }
    write_states(json, json->root, &writing->total);
    json_add_time(json, json->root, "oldest_unsent_at", any, hour_s);
    if (!cJSON_AddItemToObject(json->root, "by", writing->by)) {
        cJSON_Delete(writing->by);
        json->failed = true;
    }
    return status;
}

void
status_answer(usage_agent *agent, agent_answer *answer)
{
    status_writing writing = { .json = json_output_object(),
                               .by = cJSON_CreateArray() };
    entitle_error error = { .status = ENTITLE_OK };
    entitle_status status = write_all(agent, &writing, &error);
    char *text = json_output_text(&writing.json);

    if (status != ENTITLE_OK) {
        answer_refuse(answer, 503, entitle_status_name(status), error.message, -1);
    } else if (text == NULL) {
        answer_refuse(answer, 503, "out_of_memory", "out of memory", -1);
    } else {
        answer->status = 200;
        (void)ent_buffer_append_text(&answer->body, text);
        (void)ent_buffer_append_text(&answer->body, "\n");
    }
    free(text);
}
