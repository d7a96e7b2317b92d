/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

#include "base/error.h"
#include "console/output.h"

#include <inttypes.h>
#include <time.h>

enum {
    HOUR_S = 3600,
    ROOM_BYTES = 96 * 1024 * 1024,
    MEMORY_MS = 60 * 1000 /* how long a failure is held against the ledger */
};

static int64_t
clock_ms(clockid_t clock)
{
    struct timespec now = { .tv_sec = 0 };

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
agent_now_s(void)
{
    return clock_ms(CLOCK_REALTIME) / 1000;
}

int64_t
agent_monotonic_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

bool
agent_open(
    usage_agent *agent,
    const entitle_meter_options *ledger,
    const entitle_metering_options *service,
    entitle_error *error)
{
    (void)pthread_rwlock_init(&agent->intake, NULL);
    room_init(&agent->room, ROOM_BYTES);
    if (entitle_meter_new(ledger, &agent->meter, error) == ENTITLE_OK &&
        entitle_metering_new(service, &agent->metering, error) == ENTITLE_OK) {
        return true;
    }
    agent_close(agent);
    return false;
}

void
agent_close(usage_agent *agent)
{
    entitle_metering_free(agent->metering);
    (void)entitle_meter_free(agent->meter); /* it buffers nothing */
    room_clear(&agent->room);
    (void)pthread_rwlock_destroy(&agent->intake);
}

/* --- Uses ------------------------------------------------------------------------- */

static bool
is_ledger_at_fault(entitle_status status)
{
    return entitle_status_category(status) == ENTITLE_CATEGORY_IO;
}

/* Says once that the ledger takes nothing, and once that it does again. */
static void
note_outcome(usage_agent *agent, entitle_status status, const entitle_error *error)
{
    bool has_failed = is_ledger_at_fault(status);
    long long now_ms = has_failed ? agent_monotonic_ms() : 0;

    if (!has_failed && atomic_load(&agent->failed_at_ms) == 0) {
        return;
    }
    long long before_ms = atomic_exchange(&agent->failed_at_ms, now_ms);
    if (has_failed && before_ms == 0) {
        output_error("the ledger takes no usage: %s", error->message);
    } else if (!has_failed && before_ms != 0) {
        output_warning("the ledger takes usage again");
    }
}

static entitle_status
refuse_at_end(entitle_error *error)
{
    return ent_fail(error, ENTITLE_INTERRUPTED, "the agent is about to end");
}

static entitle_status
add(usage_agent *agent,
    const entitle_use *const *uses,
    size_t count,
    size_t *counted,
    size_t *culprit,
    entitle_error *error)
{
    if (atomic_load(&agent->is_stopping)) {
        return refuse_at_end(error);
    }
    (void)pthread_rwlock_rdlock(&agent->intake);
    /* It may have come meanwhile. */
    entitle_status status =
        atomic_load(&agent->is_stopping)
            ? refuse_at_end(error)
            : entitle_meter_add_all(agent->meter, uses, count, counted, culprit, error);
    (void)pthread_rwlock_unlock(&agent->intake);
    return status;
}

entitle_status
agent_add(
    usage_agent *agent,
    const entitle_use *const *uses,
    size_t count,
    size_t *counted,
    size_t *culprit,
    entitle_error *error)
{
    entitle_status status = add(agent, uses, count, counted, culprit, error);

    if (status == ENTITLE_OK) {
        atomic_fetch_add(&agent->uses, (long long)count);
    }
    if (status == ENTITLE_OK || is_ledger_at_fault(status)) {
        note_outcome(agent, status, error);
    }
    return status;
}

void
agent_stop_intake(usage_agent *agent)
{
    atomic_store(&agent->is_stopping, true);
    /* Whoever came before it is let finish. */
    (void)pthread_rwlock_wrlock(&agent->intake);
    (void)pthread_rwlock_unlock(&agent->intake);
}

/* --- Flushes ---------------------------------------------------------------------- */

static agent_flush_result
judge(entitle_status status, const entitle_flush_report *report)
{
    if (status != ENTITLE_OK) {
        return AGENT_FLUSH_FAILED;
    }
    return report->rejected + report->lost > 0 ? AGENT_FLUSH_REFUSED : AGENT_FLUSH_OK;
}

static void
count_sent(usage_agent *agent, const entitle_flush_report *report)
{
    atomic_fetch_add(&agent->requests, (long long)report->requests);
    atomic_fetch_add(
        &agent->records[AGENT_RECORD_ACCEPTED], (long long)report->accepted);
    atomic_fetch_add(
        &agent->records[AGENT_RECORD_REJECTED], (long long)report->rejected);
    atomic_fetch_add(&agent->records[AGENT_RECORD_LOST], (long long)report->lost);
}

void
agent_flush(usage_agent *agent, bool is_final)
{
    const entitle_flush_options options = { .struct_size = sizeof(options),
                                            .final = is_final,
                                            .zero_records = agent->zero_records };
    entitle_flush_report report = { .sent = 0 };
    entitle_error error = { .status = ENTITLE_OK };
    entitle_status status =
        entitle_meter_flush(agent->meter, agent->metering, &options, &report, &error);
    agent_flush_result result = judge(status, &report);

    atomic_fetch_add(&agent->flushes[result], 1);
    count_sent(agent, &report);
    if (result == AGENT_FLUSH_FAILED) {
        output_warning("usage is left unsent: %s", error.message);
        output_hint(error.hint);
        return;
    }
    atomic_store(&agent->flushed_at_s, agent_now_s());
    if (result == AGENT_FLUSH_REFUSED) {
        output_error(
            "records: %" PRIu64 " rejected, %" PRIu64 " lost: see 'entitle usage list'",
            report.rejected,
            report.lost);
    }
}

/* --- Health ----------------------------------------------------------------------- */

/* Begins to write, and does not. */
static bool
is_writable(usage_agent *agent, entitle_error *error)
{
    entitle_meter_import *import = NULL;
    long long failed_ms = atomic_load(&agent->failed_at_ms);

    if (failed_ms != 0 && agent_monotonic_ms() - failed_ms < MEMORY_MS) {
        ent_fail(error, ENTITLE_IO_ERROR, "the ledger did not take the last use");
        return false;
    }
    entitle_status status = entitle_meter_import_begin(agent->meter, &import, error);
    entitle_meter_import_free(import);
    return status == ENTITLE_OK;
}

/* A look for an hour that AWS takes no more. */
typedef struct late_search {
    int64_t now_s;
    bool is_found;
} late_search;

/* Records are dated with the last second of their hour; oldest first. */
static bool
look_for_late(void *context, const entitle_ledger_record *record)
{
    late_search *search = context;
    int64_t at_s = record->hour_s + HOUR_S - 1;
    bool is_of_customer = record->customer[0] != '\0';

    search->is_found =
        search->now_s >= (is_of_customer ? entitle_batch_meter_usage_closes_at(at_s)
                                         : entitle_meter_usage_closes_at(at_s));
    return !search->is_found && search->now_s >= entitle_meter_usage_closes_at(at_s);
}

/*
 * The window of customers' usage is the longer one, so it takes a look at each record
 * between the two to tell whose it is.
 */
static bool
is_inside_window(usage_agent *agent, entitle_error *error)
{
    static const entitle_usage_state states[] = { ENTITLE_USAGE_CLOSED,
                                                  ENTITLE_USAGE_SENDING };
    late_search search = { .now_s = agent_now_s() };
    bool any = false;
    int64_t hour_s = 0;

    if (entitle_meter_oldest_unsent(agent->meter, &any, &hour_s, error) != ENTITLE_OK) {
        return false;
    }
    if (!any || search.now_s < entitle_meter_usage_closes_at(hour_s + HOUR_S - 1)) {
        return true;
    }
    for (size_t i = 0; i < 2 && !search.is_found; i++) {
        if (entitle_meter_list(
                agent->meter, states[i], look_for_late, &search, error) != ENTITLE_OK) {
            return false;
        }
    }
    if (search.is_found) {
        ent_fail(error, ENTITLE_TIMEOUT, "the oldest unsent hour is past AWS's window");
    }
    return !search.is_found;
}

bool
agent_check_health(usage_agent *agent, entitle_error *error)
{
    if (atomic_load(&agent->is_stopping)) {
        (void)refuse_at_end(error);
        return false;
    }
    return is_writable(agent, error) && is_inside_window(agent, error);
}
