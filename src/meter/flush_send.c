/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/json.h"
#include "meter/flush.h"
#include "meter/judge.h"
#include "meter/verdict.h"
#include "metering/record_id.h"

#include <string.h>

/* An hour that another sender has taken over meanwhile is that one's to settle. */
static bool
settle(
    ent_flush *flush,
    const ent_flush_record *record,
    ent_settlement settlement,
    const char *text)
{
    ent_ledger_verdict verdict = {
        .record = record->id,
        .settlement = settlement,
        .text = text,
    };
    return ent_verdict_settle(flush, &verdict, 1);
}

void
ent_flush_put_back(ent_flush *flush, const ent_flush_record *record)
{
    /* Where that fails, too, the next flush finds it in sending. */
    (void)settle(flush, record, ENT_SETTLED_UNSENT, "");
}

/* Whoever answers without a MeteringRecordId has not shown to be the service. */
static entitle_status
read_record_id(
    const entitle_answer *answer, char id[ENT_RECORD_ID_SIZE], entitle_error *error)
{
    const char *json = entitle_answer_json(answer);
    ent_json_fault fault = { .reason = NULL };
    ent_json *parsed = ent_json_parse_object(json, strlen(json), &fault);
    bool has_id = parsed != NULL && ent_record_id_read(parsed, id);

    ent_json_free(parsed);
    if (has_id) {
        return ENTITLE_OK;
    }
    if (fault.out_of_memory) {
        return ent_fail_memory(error);
    }
    ent_fail(
        error, ENTITLE_BAD_RESPONSE, "the answer has no MeteringRecordId of AWS's");
    ent_hint(error, "check the endpoint: what answers there is not the service");
    return ENTITLE_BAD_RESPONSE;
}

/*
 * Where this machine's clock is ahead, the answer has told so, and what is due is taken
 * again by the service's. Where AWS refuses that, too, sending goes on when the clocks
 * are right.
 */
static void
judge_late(
    ent_flush *flush, const ent_flush_record *record, ent_meter_judgement *judgement)
{
    if (ent_verdict_judge_late(flush, record->hour_s, &judgement->settlement)) {
        flush->has_met_late = true;
        return;
    }
    judgement->ends_flush = flush->has_met_early;
    judgement->ends_take = true;
    flush->has_met_early = true;
}

void
ent_flush_settle_passed(ent_flush *flush)
{
    ent_ledger_verdict verdicts[ENT_FLUSH_PASSED_LIMIT];

    for (size_t i = 0; i < flush->passed_count; i++) {
        verdicts[i] = (ent_ledger_verdict){
            .record = flush->passed[i].id,
            .settlement = flush->passed[i].settlement,
            .text = "",
        };
    }
    if (flush->passed_count > 0) {
        (void)ent_verdict_settle(flush, verdicts, flush->passed_count);
    }
    flush->passed_count = 0;
}

/* Whether to go on with the next record. */
static bool
pass_over(
    ent_flush *flush,
    const ent_flush_record *record,
    ent_settlement settlement,
    const entitle_error *error)
{
    flush->troubles_in_a_row++;
    if (flush->troubles_in_a_row >= ENT_FLUSH_TROUBLES_IN_A_ROW ||
        flush->passed_count == ENT_FLUSH_PASSED_LIMIT) {
        return false;
    }
    flush->passed[flush->passed_count++] =
        (ent_passed_record){ .id = record->id, .settlement = settlement };
    if (flush->remark.status == ENTITLE_OK) {
        flush->remark = *error;
    }
    return true;
}

static bool
settle_failed(
    ent_flush *flush, const ent_flush_record *record, const entitle_error *error)
{
    ent_meter_judgement judgement = ent_meter_judge(error);
    ent_settlement settlement = judgement.settlement;
    bool is_doubtful = record->is_doubtful || !error->is_certainly_undone;
    char reason[ENT_REASON_SIZE];

    if (judgement.is_duplicate &&
        !ent_verdict_choose_for_duplicate(flush, record->id, &settlement)) {
        return false;
    }
    if (judgement.is_too_late) {
        judge_late(flush, record, &judgement);
        settlement = judgement.settlement;
    }
    ent_verdict_write_reason(error, reason);
    settlement = ent_verdict_never_twice(is_doubtful, settlement);
    if (judgement.may_be_its_own && pass_over(flush, record, settlement, error)) {
        return true;
    }
    if (!settle(flush, record, settlement, reason)) {
        return false;
    }
    if (judgement.ends_flush) {
        ent_flush_note_trouble(flush, error);
    } else {
        flush->troubles_in_a_row = 0;
    }
    return !judgement.ends_flush && !judgement.ends_take;
}

static bool
settle_accepted(ent_flush *flush, const ent_flush_record *record, const char *id)
{
    flush->troubles_in_a_row = 0;
    return settle(flush, record, ENT_SETTLED_ACCEPTED, id);
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
