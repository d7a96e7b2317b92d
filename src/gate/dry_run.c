/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/dry_run.h"

#include "base/error.h"
#include "base/line.h"
#include "base/log.h"
#include "base/text.h"
#include "metering/client.h"

#include <entitle/usage.h>

/* The service's time, as far as it is known by now. */
static int64_t
service_time_s(const entitle_metering *metering)
{
    const entitle_runtime *runtime = &metering->runtime;

    return (runtime->wall_ms(runtime->context) +
            ent_metering_date_offset_ms(metering)) /
           1000;
}

static entitle_status
ask_at(
    const ent_gate_settings *settings,
    entitle_metering *metering,
    int64_t at_s,
    const ent_deadline *deadline,
    entitle_decision *decision,
    entitle_error *error)
{
    const entitle_usage usage = {
        .struct_size = sizeof(usage),
        .product_code = settings->product_code,
        .dimension = settings->dimension,
        .at_s = at_s,
        .dry_run = true,
    };
    entitle_usage_receipt *receipt = NULL;
    entitle_status status;

    metering->deadline_ms = ent_deadline_left_ms(deadline);
    status = entitle_metering_meter_usage(metering, &usage, &receipt, error);
    decision->attempts += entitle_metering_attempts(metering);
    ent_line_format(
        decision->request_id,
        sizeof(decision->request_id),
        "%s",
        entitle_usage_receipt_request_id(receipt));
    entitle_usage_receipt_free(receipt);
    return status;
}

/* The service does not take the time that the question bears. */
static bool
is_about_time(entitle_status status, const entitle_error *error)
{
    return status == ENTITLE_INVALID_INPUT &&
           ent_text_equal_ignoring_case(
               error->service_code, "TimestampOutOfBoundsException");
}

static entitle_status
refuse_clock(entitle_error *error)
{
    error->status = ENTITLE_CLOCK_SKEW;
    ent_hint(error, "set this machine's clock, then try again");
    return ENTITLE_CLOCK_SKEW;
}

/*
 * A machine whose clock is hours off learns the service's time from the first answer
 * only; then it asks once more, by that time.
 */
entitle_status
ent_gate_ask_dry_run(
    const ent_gate_settings *settings,
    entitle_metering *metering,
    const ent_deadline *deadline,
    entitle_decision *decision,
    entitle_error *error)
{
    int64_t offset_ms = ent_metering_date_offset_ms(metering);
    entitle_status status =
        ask_at(settings, metering, service_time_s(metering), deadline, decision, error);

    if (is_about_time(status, error) &&
        ent_metering_date_offset_ms(metering) != offset_ms) {
        ent_log(
            &metering->runtime,
            ENTITLE_LOG_DEBUG,
            "this machine's clock is wrong, asking by the service's");
        status = ask_at(
            settings, metering, service_time_s(metering), deadline, decision, error);
    }
    return is_about_time(status, error) ? refuse_clock(error) : status;
}
