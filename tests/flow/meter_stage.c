/* SPDX-License-Identifier: Apache-2.0 */
#include "meter_stage.h"

#include "support/aws_environment.h"
#include "support/cmocka.h"
#include "support/leaping_clock.h"
#include "support/meter_account.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

meter_stage stage;

/* --- Surroundings ----------------------------------------------------------------- */

static int64_t
wall_ms(void *context)
{
    (void)context;
    return stage.now_s * 1000;
}

static int64_t
real_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * The sandbox's `Date` and its check of signatures stay in the present: what the
 * machine is ahead of the service shows all the same.
 */
static int64_t
signing_wall_ms(void *context)
{
    (void)context;
    return real_ms() + (stage.now_s - stage.service_s) * 1000;
}

static const entitle_runtime meter_runtime = { .struct_size = sizeof(meter_runtime),
                                               .wall_ms = wall_ms };
static const entitle_runtime aws_runtime = { .struct_size = sizeof(aws_runtime),
                                             .environment = aws_environment,
                                             .wall_ms = signing_wall_ms,
                                             .monotonic_ms = leaping_clock_ms,
                                             .sleep_ms = leaping_clock_sleep_ms };

void
stage_control(const char *method, const char *name, const char *json)
{
    sandbox_process_demand(&stage.sandbox, method, name, json, &stage.reply);
}

void
stage_set_machine_clock(int64_t to_s)
{
    stage.now_s = to_s;
}

void
stage_set_service_clock(int64_t to_s)
{
    const time_t to = (time_t)to_s;
    struct tm parts;
    char json[64];
    assert_non_null(gmtime_r(&to, &parts));
    assert_true(
        strftime(json, sizeof(json), "{\"set\":\"%Y-%m-%dT%H:%M:%SZ\"}", &parts) > 0);
    stage_control("POST", "clock", json);
    stage.service_s = to_s;
}

void
stage_set_clock(int64_t to_s)
{
    stage_set_machine_clock(to_s);
    stage_set_service_clock(to_s);
}

void
stage_set_faults(const char *faults)
{
    char json[512];
    (void)snprintf(json, sizeof(json), "{\"faults\":[%s]}", faults);
    stage_control("PUT", "faults", json);
}

void
stage_open_meter(const char *instance)
{
    const entitle_meter_options options = { .struct_size = sizeof(options),
                                            .runtime = &meter_runtime,
                                            .ledger = stage.ledger,
                                            .product_code = stage.sandbox.product_code,
                                            .instance = instance,
                                            .by_event = stage.by_event,
                                            .buffer_ms = stage.buffer_ms };
    if (entitle_meter_new(&options, &stage.meter, &stage.error) != ENTITLE_OK) {
        fail_msg("%s", stage.error.message);
    }
}

void
stage_open_metering(void)
{
    const entitle_metering_options options = {
        .struct_size = sizeof(options),
        .runtime = &aws_runtime,
        .endpoint = stage.endpoint != NULL ? stage.endpoint : stage.sandbox.url,
        .deadline_ms = stage.deadline_ms > 0 ? stage.deadline_ms : 20000
    };

    entitle_metering_free(stage.metering);
    if (entitle_metering_new(&options, &stage.metering, &stage.error) != ENTITLE_OK) {
        fail_msg("%s", stage.error.message);
    }
}

/* --- Set-up ----------------------------------------------------------------------- */

int
stage_start_with(const char *const *arguments)
{
    return sandbox_process_start(&stage.sandbox, arguments) ? 0 : -1;
}

int
stage_start(void **state)
{
    (void)state;
    return stage_start_with(NULL);
}

int
stage_stop(void **state)
{
    (void)state;
    return sandbox_process_stop(&stage.sandbox, 15, NULL) == 0 ? 0 : -1;
}

int
stage_begin(void **state)
{
    (void)state;
    stage_control("POST", "reset", NULL);
    stage_set_clock(STAGE_NOON_S);
    (void)snprintf(stage.directory, sizeof(stage.directory), "/tmp/meter-test-XXXXXX");
    assert_non_null(mkdtemp(stage.directory));
    (void)snprintf(stage.ledger, sizeof(stage.ledger), "%s/usage.db", stage.directory);
    stage.by_event = false;
    stage.buffer_ms = 0;
    stage_open_meter("task-1");
    stage.metering = NULL;
    stage_open_metering();
    return 0;
}

void
stage_remove_ledger(void)
{
    static const char *const endings[] = { "", "-wal", "-shm", ".sender" };
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char name[128];
        (void)snprintf(name, sizeof(name), "%s%s", stage.ledger, endings[i]);
        (void)unlink(name);
    }
}

int
stage_end(void **state)
{
    (void)state;
    entitle_metering_free(stage.metering);
    assert_int_equal(entitle_meter_free(stage.meter), ENTITLE_OK);
    stage_remove_ledger();
    return rmdir(stage.directory);
}

/* --- Use and account -------------------------------------------------------------- */

void
stage_use_at(int64_t at_s, int64_t quantity)
{
    const entitle_use use = { .struct_size = sizeof(use),
                              .dimension = "requests",
                              .quantity = quantity,
                              .at_s = at_s };
    if (entitle_meter_add(stage.meter, &use, NULL, &stage.error) != ENTITLE_OK) {
        fail_msg("%s", stage.error.message);
    }
}

void
stage_flush(const entitle_flush_options *options, entitle_status want)
{
    entitle_status status = entitle_meter_flush(
        stage.meter, stage.metering, options, &stage.report, &stage.error);
    if (status != want) {
        fail_msg("%s: %s", entitle_status_name(status), stage.error.message);
    }
}

static double
honoured_units(void)
{
    double units = 0;
    stage_control("GET", "records", NULL);
    cJSON *answer = cJSON_Parse(stage.reply.body);
    const cJSON *record = NULL;
    cJSON_ArrayForEach(record, cJSON_GetObjectItemCaseSensitive(answer, "records"))
    {
        units +=
            cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(record, "quantity"));
    }
    cJSON_Delete(answer);
    return units;
}

void
stage_assert_account(const char *want)
{
    const char *account = meter_account_text(stage.meter);
    char text[256];

    (void)snprintf(
        text,
        sizeof(text),
        "%s%s| %.0f",
        account,
        account[0] != '\0' ? " " : "",
        honoured_units());
    assert_string_equal(text, want);
}
