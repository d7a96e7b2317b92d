/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/trail.h"

#include "support/cmocka.h"
#include "support/http_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
text_of(const cJSON *record, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(record, name));
}

static void
add_text(cJSON *object, const char *name, const char *text)
{
    if (text != NULL) {
        assert_non_null(cJSON_AddStringToObject(object, name, text));
    }
}

/* "2026-11-22T05:59:59Z" as CloudTrail shows it: "Nov 22, 2026 5:59:59 AM". */
static void
add_time(cJSON *object, const char *iso)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int year = 0, month = 0, day = 0, hour = 0;
    char text[64];

    assert_int_equal(sscanf(iso, "%d-%d-%dT%d", &year, &month, &day, &hour), 4);
    assert_in_range(month, 1, 12);
    (void)snprintf(
        text,
        sizeof(text),
        "%s %d, %d %d:%.5s %s",
        months[month - 1],
        day,
        year,
        (hour + 11) % 12 + 1,
        iso + 14,
        hour < 12 ? "AM" : "PM");
    add_text(object, "timestamp", text);
}

static void
add_quantity(cJSON *object, const char *name, const cJSON *record)
{
    cJSON *quantity = cJSON_Duplicate(
        cJSON_GetObjectItemCaseSensitive(record, "quantity"), cJSON_True);

    assert_true(cJSON_AddItemToObject(object, name, quantity));
}

static void
add_meter_usage(cJSON *event, const cJSON *record)
{
    cJSON *request = cJSON_AddObjectToObject(event, "requestParameters");
    cJSON *answer = cJSON_AddObjectToObject(event, "responseElements");

    add_time(request, text_of(record, "timestamp"));
    add_quantity(request, "usageQuantity", record);
    add_text(request, "usageDimension", text_of(record, "dimension"));
    add_text(request, "productCode", text_of(record, "product_code"));
    add_text(answer, "meteringRecordId", text_of(record, "metering_record_id"));
}

/* A customer goes by identifier and product code, or by account and licence. */
static void
add_batch_meter_usage(cJSON *event, const cJSON *record)
{
    cJSON *request = cJSON_AddObjectToObject(event, "requestParameters");
    cJSON *answer = cJSON_AddObjectToObject(event, "responseElements");
    cJSON *results = cJSON_AddArrayToObject(answer, "results");
    cJSON *result = cJSON_CreateObject();
    cJSON *usage = cJSON_AddObjectToObject(result, "usageRecord");

    add_text(usage, "dimension", text_of(record, "dimension"));
    add_time(usage, text_of(record, "timestamp"));
    add_quantity(usage, "quantity", record);
    if (text_of(record, "license_arn") != NULL) {
        add_text(usage, "customerAWSAccountId", text_of(record, "customer"));
        add_text(usage, "licenseArn", text_of(record, "license_arn"));
    } else {
        add_text(usage, "customerIdentifier", text_of(record, "customer_identifier"));
        add_text(request, "productCode", text_of(record, "product_code"));
    }
    add_text(result, "meteringRecordId", text_of(record, "metering_record_id"));
    add_text(result, "status", "Success");
    assert_true(cJSON_AddItemToArray(results, result));
    assert_non_null(cJSON_AddArrayToObject(answer, "unprocessedRecords"));
}

static cJSON *
event_of(const cJSON *record)
{
    cJSON *event = cJSON_CreateObject();
    const char *operation = text_of(record, "operation");
    char id[128];

    (void)snprintf(
        id, sizeof(id), "event-of-%s", text_of(record, "metering_record_id"));
    add_text(event, "eventVersion", "1.05");
    add_text(event, "eventTime", text_of(record, "timestamp"));
    add_text(event, "eventSource", "metering-marketplace.amazonaws.com");
    add_text(event, "eventName", operation);
    add_text(event, "awsRegion", "us-east-1");
    add_text(event, "eventID", id);
    add_text(event, "eventType", "AwsApiCall");
    if (strcmp(operation, "BatchMeterUsage") == 0) {
        add_batch_meter_usage(event, record);
    } else {
        add_meter_usage(event, record);
    }
    return event;
}

cJSON *
trail_of(const test_market *market)
{
    http_reply *reply = calloc(1, sizeof(*reply));
    cJSON *events = cJSON_CreateArray();
    const cJSON *record = NULL;

    assert_non_null(reply);
    sandbox_process_demand(&market->sandbox, "GET", "records", NULL, reply);
    cJSON *json = cJSON_Parse(reply->body);
    free(reply);
    assert_non_null(json);
    cJSON_ArrayForEach(record, cJSON_GetObjectItemCaseSensitive(json, "records"))
    {
        assert_true(cJSON_AddItemToArray(events, event_of(record)));
    }
    cJSON_Delete(json);
    return events;
}

cJSON *
trail_record(cJSON *event)
{
    const cJSON *answer = cJSON_GetObjectItemCaseSensitive(event, "responseElements");
    const cJSON *results = cJSON_GetObjectItemCaseSensitive(answer, "results");

    return results == NULL
               ? cJSON_GetObjectItemCaseSensitive(event, "requestParameters")
               : cJSON_GetObjectItemCaseSensitive(
                     cJSON_GetArrayItem(results, 0), "usageRecord");
}

static char *
join(const cJSON *events, const char *before, const char *between, const char *after)
{
    const cJSON *event = NULL;
    size_t size = 64;

    cJSON_ArrayForEach(event, events)
    {
        char *text = cJSON_PrintUnformatted(event);
        size += strlen(text) + 1;
        free(text);
    }
    char *whole = calloc(1, size);
    assert_non_null(whole);
    (void)strncat(whole, before, size - 1);
    cJSON_ArrayForEach(event, events)
    {
        char *text = cJSON_PrintUnformatted(event);
        (void)strncat(
            whole, event == events->child ? "" : between, size - strlen(whole) - 1);
        (void)strncat(whole, text, size - strlen(whole) - 1);
        free(text);
    }
    (void)strncat(whole, after, size - strlen(whole) - 1);
    return whole;
}

char *
trail_delivered(const cJSON *events)
{
    return join(events, "{\"Records\":[", ",", "]}");
}

char *
trail_lines(const cJSON *events)
{
    return join(events, "", "\n", "\n");
}
