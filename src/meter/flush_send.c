/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/json.h"
#include "meter/flush.h"
#include "meter/judge.h"
#include "metering/record_id.h"

#include <stdio.h>
#include <string.h>

enum { REASON_SIZE = 600 };

static bool
settle(
    ent_flush *flush,
    const ent_flush_record *record,
    ent_settlement settlement,
    const char *text)
{
    entitle_meter *meter = flush->meter;
    ent_ledger_verdict verdict = {
        .record = record->id,
        .settlement = settlement,
        .text = text,
    };
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_settle(
        meter->ledger,
        flush->owner,
        &verdict,
        1,
        ent_flush_now_s(flush),
        &flush->trouble);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    if (status == ENTITLE_OK && !verdict.is_settled) {
        status = ent_fail(
            &flush->trouble,
            ENTITLE_IO_ERROR,
            "another sender took the record %lld over",
            (long long)record->id);
    }
    return status == ENTITLE_OK;
}

void
ent_flush_put_back(ent_flush *flush, const ent_flush_record *record)
{
    entitle_error first = flush->trouble;

    /* Where that fails, too, the next flush finds it in sending. */
    (void)settle(flush, record, ENT_SETTLED_UNSENT, "");
    flush->trouble = first;
}

/* Whoever answers without a MeteringRecordId has not shown to be the service. */
static entitle_status
read_record_id(
    const entitle_answer *answer, char id[ENT_RECORD_ID_SIZE], entitle_error *error)
{
    const char *json = entitle_answer_json(answer);
    ent_json *parsed = ent_json_parse_object(json, strlen(json), NULL);
    bool has_id = parsed != NULL && ent_record_id_read(parsed, id);

    ent_json_free(parsed);
    if (has_id) {
        return ENTITLE_OK;
    }
    ent_fail(
        error, ENTITLE_BAD_RESPONSE, "the answer has no MeteringRecordId of AWS's");
    ent_hint(error, "check the endpoint: what answers there is not the service");
    return ENTITLE_BAD_RESPONSE;
}

static bool
settle_accepted(ent_flush *flush, const ent_flush_record *record, const char *id)
{
    if (!settle(flush, record, ENT_SETTLED_ACCEPTED, id)) {
        return false;
    }
    flush->report.sent++;
    flush->report.accepted++;
    return true;
}

/*
 * "DuplicateRequestException: …, request 1-2-3": what a person needs to look into it.
 */
static void
write_reason(const entitle_error *error, char out[REASON_SIZE])
{
    (void)snprintf(
        out,
        REASON_SIZE,
        "%s: %.400s%s%s",
        error->service_code[0] != '\0' ? error->service_code
                                       : entitle_status_name(error->status),
        error->message,
        error->request_id[0] != '\0' ? ", request " : "",
        error->request_id);
}

/*
 * AWS holds another quantity for this hour. Where this ledger sent that one, these
 * units were added later and only they are missing; otherwise somebody else meters, and
 * to send them in another hour could bill them twice.
 */
static bool
choose_for_duplicate(
    ent_flush *flush, const ent_flush_record *record, ent_settlement *settlement)
{
    entitle_meter *meter = flush->meter;
    bool is_ours = false;
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_has_accepted_sibling(
        meter->ledger, record->id, &is_ours, &flush->trouble);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    *settlement = is_ours ? ENT_SETTLED_CARRY : ENT_SETTLED_REJECTED;
    return status == ENTITLE_OK;
}

static void
count(ent_flush *flush, ent_settlement settlement)
{
    entitle_flush_report *report = &flush->report;

    switch (settlement) {
    case ENT_SETTLED_REJECTED:
        report->sent++;
        report->rejected++;
        return;
    case ENT_SETTLED_LOST:
        report->sent++;
        report->lost++;
        return;
    case ENT_SETTLED_CARRY:
        report->carried++;
        return;
    case ENT_SETTLED_ACCEPTED:
    case ENT_SETTLED_UNSENT:
    case ENT_SETTLED_UNKNOWN:
        return;
    }
}

/*
 * Units of the running hour cannot be carried into it. Where this machine's clock is
 * ahead, the answer has told so, and what is due is taken again by the service's.
 * Where AWS refuses that, too, sending goes on when the clocks are right.
 */
static void
settle_late(
    ent_flush *flush, const ent_flush_record *record, ent_meter_judgement *judgement)
{
    if (record->hour_s + ENT_LEDGER_HOUR_S > ent_flush_now_s(flush)) {
        judgement->settlement = ENT_SETTLED_UNSENT;
        judgement->ends_flush = flush->has_met_early;
        judgement->ends_take = true;
        flush->has_met_early = true;
        return;
    }
    flush->has_met_late = true;
    if (flush->options.past_window == ENTITLE_PAST_WINDOW_DROP) {
        judgement->settlement = ENT_SETTLED_LOST;
    }
}

/*
 * Units that AWS may hold are never given to another hour, and their bytes never thaw:
 * either way they could be billed twice.
 */
static ent_settlement
never_twice(
    const ent_flush_record *record,
    const entitle_error *error,
    ent_settlement settlement)
{
    if (error->is_certainly_undone && !record->is_doubtful) {
        return settlement;
    }
    switch (settlement) {
    case ENT_SETTLED_CARRY:
        return ENT_SETTLED_LOST;
    case ENT_SETTLED_UNSENT:
        return ENT_SETTLED_UNKNOWN;
    case ENT_SETTLED_ACCEPTED:
    case ENT_SETTLED_REJECTED:
    case ENT_SETTLED_LOST:
    case ENT_SETTLED_UNKNOWN:
        return settlement;
    }
    return ENT_SETTLED_UNKNOWN;
}

static bool
settle_failed(
    ent_flush *flush, const ent_flush_record *record, const entitle_error *error)
{
    ent_meter_judgement judgement = ent_meter_judge(error);
    ent_settlement settlement = judgement.settlement;
    char reason[REASON_SIZE];

    if (judgement.is_duplicate && !choose_for_duplicate(flush, record, &settlement)) {
        return false;
    }
    if (judgement.is_too_late) {
        settle_late(flush, record, &judgement);
        settlement = judgement.settlement;
    }
    settlement = never_twice(record, error, settlement);
    write_reason(error, reason);
    if (!settle(flush, record, settlement, reason)) {
        return false;
    }
    count(flush, settlement);
    if (judgement.ends_flush) {
        flush->trouble = *error;
    }
    return !judgement.ends_flush && !judgement.ends_take;
}

bool
ent_flush_send(ent_flush *flush, const ent_flush_record *record)
{
    entitle_answer *answer = NULL;
    entitle_error error = { .status = ENTITLE_OK };
    entitle_status status = entitle_metering_call(
        flush->metering,
        "MeterUsage",
        record->request,
        record->request_length,
        &answer,
        &error);

    flush->report.requests += entitle_metering_attempts(flush->metering);
    char id[ENT_RECORD_ID_SIZE] = "";
    if (status == ENTITLE_OK) {
        status = read_record_id(answer, id, &error);
    }
    bool goes_on = status == ENTITLE_OK ? settle_accepted(flush, record, id)
                                        : settle_failed(flush, record, &error);
    entitle_answer_free(answer);
    return goes_on;
}
