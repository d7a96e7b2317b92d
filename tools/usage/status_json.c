/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/status_json.h"

/* What is told, while the sums come one after the other. */
typedef struct status_writing {
    json_output *json;
    cJSON *by;
    entitle_usage_sums total;
} status_writing;

void
status_add_sums(const entitle_usage_sums *sums, entitle_usage_sums *total)
{
    total->added += sums->added;
    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        total->by_state[i] += sums->by_state[i];
    }
}

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
write_key(void *context, const entitle_usage_sums *sums)
{
    status_writing *writing = context;
    json_output *json = writing->json;
    cJSON *object = json_add_object(json, writing->by, NULL);

    json_add_text(json, object, "product_code", sums->product_code);
    json_add_text(json, object, "dimension", sums->dimension);
    json_add_text(json, object, "customer", sums->customer);
    json_add_text(json, object, "license_arn", sums->license_arn);
    write_states(json, object, sums);
    status_add_sums(sums, &writing->total);
    return true;
}

entitle_status
status_json_write(entitle_meter *meter, json_output *out, entitle_error *error)
{
    status_writing writing = { .json = out, .by = cJSON_CreateArray() };
    bool any_unsent = false;
    int64_t oldest_s = 0;

    *out = json_output_object();
    entitle_status status =
        entitle_meter_oldest_unsent(meter, &any_unsent, &oldest_s, error);
    if (status == ENTITLE_OK) {
        status = entitle_meter_sums(meter, write_key, &writing, error);
    }
    if (status != ENTITLE_OK) {
        cJSON_Delete(writing.by);
        cJSON_Delete(out->root);
        *out = (json_output){ .failed = true };
        return status;
    }
    write_states(out, out->root, &writing.total);
    json_add_time(out, out->root, "oldest_unsent_at", any_unsent, oldest_s);
    if (!cJSON_AddItemToObject(out->root, "by", writing.by)) {
        cJSON_Delete(writing.by);
        out->failed = true;
    }
    return ENTITLE_OK;
}
