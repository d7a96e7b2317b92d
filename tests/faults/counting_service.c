/* SPDX-License-Identifier: Apache-2.0 */
#include "counting_service.h"

#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HONOURED_LIMIT = 64, KEY_SIZE = 256 };

static struct {
    char key[KEY_SIZE];
    long quantity;
} honoured[HONOURED_LIMIT];
static size_t count;

void
counting_service_begin(void)
{
    count = 0;
}

long
counting_service_total(void)
{
    long total = 0;

    for (size_t i = 0; i < count; i++) {
        total += honoured[i].quantity;
    }
    return total;
}

static const char *
text_of(const cJSON *json, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);

    return cJSON_IsString(member) ? member->valuestring : "";
}

static long
number_of(const cJSON *json, const char *name)
{
    return (long)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

/* Its number, or -1: another quantity has been honoured. */
static long
honour(const char *whose, const char *dimension, long at_s, long quantity)
{
    char key[KEY_SIZE];

    (void)snprintf(key, sizeof(key), "%s/%s/%ld", whose, dimension, at_s / 3600);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(honoured[i].key, key) == 0) {
            return honoured[i].quantity == quantity ? (long)i : -1;
        }
    }
    assert_true(count < HONOURED_LIMIT);
    (void)snprintf(honoured[count].key, KEY_SIZE, "%s", key);
    honoured[count].quantity = quantity;
    return (long)count++;
}

int32_t
counting_service_meter(const char *json, char out[ANSWER_SIZE])
{
    cJSON *usage = cJSON_Parse(json);
    long number = honour(
        "",
        text_of(usage, "UsageDimension"),
        number_of(usage, "Timestamp"),
        number_of(usage, "UsageQuantity"));

    cJSON_Delete(usage);
    if (number < 0) {
        (void)snprintf(out, ANSWER_SIZE, "{\"__type\":\"DuplicateRequestException\"}");
        return 400;
    }
    (void)snprintf(out, ANSWER_SIZE, "{\"MeteringRecordId\":\"record-%ld\"}", number);
    return 200;
}

static void
answer_record(cJSON *results, const cJSON *record)
{
    char whose[KEY_SIZE];
    char id[32];

    (void)snprintf(
        whose,
        sizeof(whose),
        "%s%s",
        text_of(record, "CustomerIdentifier"),
        text_of(record, "CustomerAWSAccountId"));
    long number = honour(
        whose,
        text_of(record, "Dimension"),
        number_of(record, "Timestamp"),
        number_of(record, "Quantity"));
    (void)snprintf(id, sizeof(id), "record-%ld", number);
    cJSON *result = cJSON_CreateObject();
    cJSON_AddItemToObject(result, "UsageRecord", cJSON_Duplicate(record, 1));
    cJSON_AddStringToObject(
        result, "Status", number < 0 ? "DuplicateRecord" : "Success");
    cJSON_AddStringToObject(result, "MeteringRecordId", id);
    cJSON_AddItemToArray(results, result);
}

int32_t
counting_service_batch(const char *json, char out[ANSWER_SIZE])
{
    cJSON *batch = cJSON_Parse(json);
    cJSON *answer = cJSON_CreateObject();
    cJSON *results = cJSON_AddArrayToObject(answer, "Results");
    const cJSON *record = NULL;

    cJSON_AddArrayToObject(answer, "UnprocessedRecords");
    cJSON_ArrayForEach(record, cJSON_GetObjectItemCaseSensitive(batch, "UsageRecords"))
    {
        answer_record(results, record);
    }
    assert_true(cJSON_PrintPreallocated(answer, out, ANSWER_SIZE, 0));
    cJSON_Delete(answer);
    cJSON_Delete(batch);
    return 200;
}
