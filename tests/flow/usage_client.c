/* SPDX-License-Identifier: Apache-2.0 */
#include "usage_client.h"

#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

http_reply usage_reply;

void
usage_control(
    const sandbox_process *sandbox,
    const char *method,
    const char *name,
    const char *json)
{
    sandbox_process_demand(sandbox, method, name, json, &usage_reply);
}

void
usage_set_clock(const sandbox_process *sandbox, int64_t now_s)
{
    char iso[32];
    char json[64];
    time_t now = (time_t)now_s;
    struct tm civil;
    assert_non_null(gmtime_r(&now, &civil));
    assert_int_equal(strftime(iso, sizeof(iso), "%Y-%m-%dT%H:%M:%SZ", &civil), 20);
    (void)snprintf(json, sizeof(json), "{\"set\":\"%s\"}", iso);
    usage_control(sandbox, "POST", "clock", json);
}

const char *
usage_text(const cJSON *object, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text != NULL ? text : "";
}

int64_t
usage_number(const cJSON *object, const char *name)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, name);
    assert_true(cJSON_IsNumber(number));
    return (int64_t)number->valuedouble;
}

static void
copy(char *out, size_t size, const cJSON *object, const char *name)
{
    (void)snprintf(out, size, "%s", usage_text(object, name));
}

static int64_t
epoch(const char *iso)
{
    struct tm civil = { 0 };
    const char *end = strptime(iso, "%Y-%m-%dT%H:%M:%SZ", &civil);
    assert_non_null(end);
    assert_string_equal(end, "");
    return (int64_t)timegm(&civil);
}

static void
read_journal(const sandbox_process *sandbox, usage_outcome *out)
{
    /* Only the end of it: a group of tests makes more calls than a reply holds. */
    static uint64_t next;
    static pid_t whose;
    char name[48];
    next = whose == sandbox->pid ? next : 0;
    whose = sandbox->pid;
    (void)snprintf(name, sizeof(name), "calls?after=%llu", (unsigned long long)next);
    usage_control(sandbox, "GET", name, NULL);
    cJSON *journal = cJSON_Parse(usage_reply.body);
    const cJSON *calls = cJSON_GetObjectItemCaseSensitive(journal, "calls");
    const cJSON *last = cJSON_GetArrayItem(calls, cJSON_GetArraySize(calls) - 1);
    assert_non_null(last);
    assert_string_equal(usage_text(last, "error"), out->error);
    copy(out->rule, sizeof(out->rule), last, "rule");
    copy(out->page, sizeof(out->page), last, "page");
    copy(out->note, sizeof(out->note), last, "note");
    out->at_s = epoch(usage_text(last, "at"));
    next = (uint64_t)usage_number(journal, "next");
    cJSON_Delete(journal);
}

void
usage_call(
    const sandbox_process *sandbox,
    const service_signer *signer,
    const char *operation,
    const char *body,
    usage_outcome *out)
{
    static http_reply reply;
    *out = (usage_outcome){ 0 };
    service_call_as(sandbox, signer, operation, body, &reply);
    cJSON *answer = cJSON_Parse(reply.body);
    assert_true(cJSON_IsObject(answer));
    copy(out->error, sizeof(out->error), answer, "__type");
    copy(out->message, sizeof(out->message), answer, "message");
    copy(out->id, sizeof(out->id), answer, "MeteringRecordId");
    cJSON_Delete(answer);
    service_assert_error(&reply, out->error[0] != '\0' ? out->error : NULL);
    read_journal(sandbox, out);
}

void
usage_call_at(
    const sandbox_process *sandbox,
    const service_signer *signer,
    const char *operation,
    const char *body,
    int64_t now_s,
    usage_outcome *out)
{
    enum { ATTEMPTS = 20 };
    for (int i = 0; i < ATTEMPTS; i++) {
        usage_set_clock(sandbox, now_s);
        usage_call(sandbox, signer, operation, body, out);
        if (out->at_s == now_s) {
            return;
        }
    }
    fail_msg("the service's clock did not stand for as long as a call takes");
}

cJSON *
usage_records(const sandbox_process *sandbox)
{
    usage_control(sandbox, "GET", "records", NULL);
    cJSON *records = cJSON_Parse(usage_reply.body);
    assert_true(cJSON_IsObject(records));
    return records;
}
