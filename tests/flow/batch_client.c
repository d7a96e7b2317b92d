/* SPDX-License-Identifier: Apache-2.0 */
#include "batch_client.h"

#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

http_reply batch_reply;

void
batch_send_as(const service_signer *signer, const char *product, const char *records)
{
    static char body[64 * 1024];
    char code[128] = "";
    if (product != NULL) {
        (void)snprintf(code, sizeof(code), "\"ProductCode\":\"%s\",", product);
    }
    (void)snprintf(body, sizeof(body), "{%s\"UsageRecords\":[%s]}", code, records);
    service_call_as(&service_sandbox, signer, "BatchMeterUsage", body, &batch_reply);
}

void
batch_send(const char *product, const char *records)
{
    batch_send_as(&seller_itself, product, records);
}

/* "Success Success", and "+N" for those unprocessed. */
static void
list_statuses(const char *json, char *out, size_t size)
{
    cJSON *answer = cJSON_Parse(json);
    const cJSON *results = cJSON_GetObjectItemCaseSensitive(answer, "Results");
    const cJSON *result = NULL;
    size_t used = 0;
    out[0] = '\0';
    assert_true(cJSON_IsArray(results));
    cJSON_ArrayForEach(result, results)
    {
        const char *status =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(result, "Status"));
        bool has_id = cJSON_IsString(
            cJSON_GetObjectItemCaseSensitive(result, "MeteringRecordId"));
        assert_non_null(status);
        assert_int_equal(has_id, strcmp(status, "Success") == 0);
        used += (size_t)snprintf(
            out + used, size - used, "%s%s", used > 0 ? " " : "", status);
    }
    int left = cJSON_GetArraySize(
        cJSON_GetObjectItemCaseSensitive(answer, "UnprocessedRecords"));
    if (left > 0) {
        (void)snprintf(out + used, size - used, "+%d", left);
    }
    cJSON_Delete(answer);
}

void
batch_assert_statuses(const char *want)
{
    char got[1024];
    service_assert_error(&batch_reply, NULL);
    list_statuses(batch_reply.body, got, sizeof(got));
    assert_string_equal(got, want);
}

void
batch_copy_id(int index, char *out, size_t size)
{
    cJSON *answer = cJSON_Parse(batch_reply.body);
    const cJSON *results = cJSON_GetObjectItemCaseSensitive(answer, "Results");
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetArrayItem(results, index), "MeteringRecordId");
    (void)snprintf(out, size, "%s", cJSON_IsString(id) ? id->valuestring : "");
    cJSON_Delete(answer);
}

int
batch_count_records(void)
{
    static http_reply records;
    sandbox_process_demand(&service_sandbox, "GET", "records", NULL, &records);
    cJSON *json = cJSON_Parse(records.body);
    int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "records"));
    cJSON_Delete(json);
    return count;
}
