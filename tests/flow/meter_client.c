/* SPDX-License-Identifier: Apache-2.0 */
#include "meter_client.h"

#include "support/cmocka.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

usage_outcome meter_outcome;

void
meter_body(const char *body)
{
    usage_call(
        &service_sandbox, &service_default_signer, "MeterUsage", body, &meter_outcome);
}

void
meter_text(const char *time, const char *members)
{
    size_t size = strlen(members) + 256;
    char *body = malloc(size);
    assert_non_null(body);
    (void)snprintf(body, size, "{" CODE ",\"Timestamp\":%s%s}", time, members);
    meter_body(body);
    free(body);
}

void
meter(int64_t time_s, const char *members)
{
    char time[32];
    (void)snprintf(time, sizeof(time), "%" PRId64, time_s);
    meter_text(time, members);
}

void
meter_assert(const char *want_error)
{
    assert_string_equal(meter_outcome.error, want_error != NULL ? want_error : "");
    assert_int_equal(strlen(meter_outcome.id), want_error != NULL ? 0 : 36);
    assert_string_not_equal(meter_outcome.rule, "");
}

void
meter_assert_rule(const char *want_part)
{
    if (strstr(meter_outcome.rule, want_part) == NULL) {
        print_message("the rule is: %s\n", meter_outcome.rule);
    }
    assert_non_null(strstr(meter_outcome.rule, want_part));
}

void
meter_become(const char *kind)
{
    char json[64];
    (void)snprintf(json, sizeof(json), "{\"kind\":\"%s\"}", kind);
    usage_control(&service_sandbox, "POST", "identity", json);
}

int
meter_count_records(void)
{
    cJSON *records = usage_records(&service_sandbox);
    int count =
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(records, "records"));
    cJSON_Delete(records);
    return count;
}

int
meter_begin(void **state)
{
    if (service_reset(state) != 0) {
        return -1;
    }
    usage_set_clock(&service_sandbox, METER_NOW);
    return 0;
}
