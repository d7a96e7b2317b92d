/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/verdict.h"

#include <stdio.h>
#include <string.h>

/* What AWS said of it, behind the name of the exception; or else the whole message. */
static const char *
words_of(const entitle_error *error)
{
    const char *code = error->service_code;
    const char *words = code[0] != '\0' ? strstr(error->message, code) : NULL;

    if (words == NULL) {
        return error->message;
    }
    words += strlen(code);
    return strncmp(words, ": ", 2) == 0 ? words + 2
                                        : entitle_status_text(error->status);
}

void
ent_verdict_write_reason(const entitle_error *error, char out[ENT_REASON_SIZE])
{
    (void)snprintf(
        out,
        ENT_REASON_SIZE,
        "%s: %.400s%s%s",
        error->service_code[0] != '\0' ? error->service_code
                                       : entitle_status_name(error->status),
        words_of(error),
        error->request_id[0] != '\0' ? ", request " : "",
        error->request_id);
}

ent_settlement
ent_verdict_never_twice(bool is_doubtful, ent_settlement settlement)
{
    if (!is_doubtful) {
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

bool
ent_verdict_judge_late(
    const ent_flush *flush, int64_t hour_s, ent_settlement *settlement)
{
    if (hour_s + ENT_LEDGER_HOUR_S > ent_flush_now_s(flush)) {
        *settlement = ENT_SETTLED_UNSENT;
        return false;
    }
    *settlement = flush->options.past_window == ENTITLE_PAST_WINDOW_DROP
                      ? ENT_SETTLED_LOST
                      : ENT_SETTLED_CARRY;
    return true;
}

bool
ent_verdict_choose_for_duplicate(
    ent_flush *flush, int64_t record, ent_settlement *settlement)
{
    entitle_meter *meter = flush->meter;
    entitle_error error = { .status = ENTITLE_OK };
    bool is_ours = false;
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status =
        ent_ledger_has_accepted_sibling(meter->ledger, record, &is_ours, &error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    if (status != ENTITLE_OK) {
        ent_flush_note_trouble(flush, &error);
        return false;
    }
    *settlement = is_ours ? ENT_SETTLED_CARRY : ENT_SETTLED_REJECTED;
    return true;
}

static void
count(entitle_flush_report *report, ent_settlement settlement)
{
    switch (settlement) {
    case ENT_SETTLED_ACCEPTED:
        report->sent++;
        report->accepted++;
        return;
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
    case ENT_SETTLED_UNSENT:
    case ENT_SETTLED_UNKNOWN:
        return;
    }
}

bool
ent_verdict_settle(ent_flush *flush, ent_ledger_verdict *verdicts, size_t verdict_count)
{
    entitle_meter *meter = flush->meter;
    entitle_error error = { .status = ENTITLE_OK };
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_settle(
        meter->ledger,
        flush->owner,
        verdicts,
        verdict_count,
        ent_flush_now_s(flush),
        &error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    if (status != ENTITLE_OK) {
        ent_flush_note_trouble(flush, &error);
        return false;
    }
    for (size_t i = 0; i < verdict_count; i++) {
        if (verdicts[i].is_settled) {
            count(&flush->report, verdicts[i].settlement);
        }
    }
    return true;
}
