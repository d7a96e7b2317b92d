/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/metrics.h"

#include "base/memory.h"

#include <inttypes.h>
#include <string.h>

/* The units of one dimension, whoever's they are. */
typedef struct dimension_units {
    struct dimension_units *next;
    char *dimension;
    int64_t added;
    int64_t by_state[ENTITLE_USAGE_STATES];
} dimension_units;

typedef struct unit_table {
    const entitle_runtime *runtime;
    dimension_units *first;
    bool failed;
} unit_table;

static dimension_units *
find(unit_table *table, const char *dimension)
{
    dimension_units *units = table->first;

    while (units != NULL && strcmp(units->dimension, dimension) != 0) {
        units = units->next;
    }
    return units;
}

static dimension_units *
find_or_make(unit_table *table, const char *dimension)
{
    dimension_units *units = find(table, dimension);

    if (units != NULL) {
        return units;
    }
    units = ent_allocate(table->runtime, sizeof(*units));
    if (units == NULL) {
        return NULL;
    }
    units->dimension = ent_duplicate(table->runtime, dimension, strlen(dimension));
    if (units->dimension == NULL) {
        ent_release(table->runtime, units);
        return NULL;
    }
    units->next = table->first;
    table->first = units;
    return units;
}

static bool
add_sums(void *context, const entitle_usage_sums *sums)
{
    unit_table *table = context;
    dimension_units *units = find_or_make(table, sums->dimension);

    if (units == NULL) {
        table->failed = true;
        return false;
    }
    units->added += sums->added;
    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        units->by_state[i] += sums->by_state[i];
    }
    return true;
}

static void
clear_table(unit_table *table)
{
    while (table->first != NULL) {
        dimension_units *units = table->first;
        table->first = units->next;
        ent_release(table->runtime, units->dimension);
        ent_release(table->runtime, units);
    }
}

/* --- Writing ---------------------------------------------------------------------- */

static void
write_head(ent_buffer *out, const char *name, const char *type, const char *help)
{
    (void)ent_buffer_append_format(
        out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
write_number(
    ent_buffer *out,
    const char *name,
    const char *type,
    const char *help,
    int64_t value)
{
    write_head(out, name, type, help);
    (void)ent_buffer_append_format(out, "%s %" PRId64 "\n", name, value);
}

/* In a label's value a backslash, a quote and a newline are escaped. */
static void
write_label(ent_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            (void)ent_buffer_append_text(out, "\\n");
            continue;
        }
        if (*text == '\\' || *text == '"') {
            (void)ent_buffer_append_text(out, "\\");
        }
        (void)ent_buffer_append(out, text, 1);
    }
}

static void
write_units(ent_buffer *out, const unit_table *table)
{
    write_head(
        out, "entitle_usage_units", "gauge", "Units in the ledger by their state.");
    for (const dimension_units *units = table->first; units != NULL;
         units = units->next) {
        for (int i = 0; i < ENTITLE_USAGE_STATES; i++) {
            (void)ent_buffer_append_format(
                out,
                "entitle_usage_units{state=\"%s\",dimension=\"",
                entitle_usage_state_name((entitle_usage_state)i));
            write_label(out, units->dimension);
            (void)ent_buffer_append_format(
                out, "\"} %" PRId64 "\n", units->by_state[i]);
        }
    }
    write_head(
        out,
        "entitle_usage_added_units",
        "gauge",
        "Units that were ever added: the sum of those of all states.");
    for (const dimension_units *units = table->first; units != NULL;
         units = units->next) {
        (void)ent_buffer_append_text(out, "entitle_usage_added_units{dimension=\"");
        write_label(out, units->dimension);
        (void)ent_buffer_append_format(out, "\"} %" PRId64 "\n", units->added);
    }
}

/* False where the ledger cannot be read. */
static bool
write_ledger(usage_agent *agent, ent_buffer *out)
{
    unit_table table = { .runtime = &agent->runtime };
    bool any = false;
    int64_t hour_s = 0;
    bool is_read =
        entitle_meter_sums(agent->meter, add_sums, &table, NULL) == ENTITLE_OK &&
        entitle_meter_oldest_unsent(agent->meter, &any, &hour_s, NULL) == ENTITLE_OK &&
        !table.failed;
    int64_t age_s = any ? agent_now_s() - hour_s : 0;

    if (is_read) {
        write_units(out, &table);
        write_number(
            out,
            "entitle_usage_oldest_unsent_seconds",
            "gauge",
            "Since the oldest hour with unsent usage began; 0: there is none.",
            age_s > 0 ? age_s : 0);
    }
    clear_table(&table);
    return is_read;
}

/* A batch is one request with up to 25 records. */
static void
write_records(usage_agent *agent, ent_buffer *out)
{
    static const char *const results[AGENT_RECORD_RESULTS] = {
        [AGENT_RECORD_ACCEPTED] = "accepted",
        [AGENT_RECORD_REJECTED] = "rejected",
        [AGENT_RECORD_LOST] = "lost",
    };

    write_head(
        out, "entitle_flush_records_total", "counter", "Records that were settled.");
    for (size_t i = 0; i < AGENT_RECORD_RESULTS; i++) {
        (void)ent_buffer_append_format(
            out,
            "entitle_flush_records_total{result=\"%s\"} %lld\n",
            results[i],
            atomic_load(&agent->records[i]));
    }
    write_number(
        out,
        "entitle_flush_requests_total",
        "counter",
        "Requests to the service, repeated ones included.",
        atomic_load(&agent->requests));
}

static void
write_flushes(usage_agent *agent, ent_buffer *out)
{
    static const char *const results[AGENT_FLUSH_RESULTS] = {
        [AGENT_FLUSH_OK] = "ok",
        [AGENT_FLUSH_REFUSED] = "refused",
        [AGENT_FLUSH_FAILED] = "failed",
    };

    write_head(out, "entitle_flush_total", "counter", "Flushes by how they ended.");
    for (size_t i = 0; i < AGENT_FLUSH_RESULTS; i++) {
        (void)ent_buffer_append_format(
            out,
            "entitle_flush_total{result=\"%s\"} %lld\n",
            results[i],
            atomic_load(&agent->flushes[i]));
    }
    write_number(
        out,
        "entitle_flush_last_success_timestamp_seconds",
        "gauge",
        "When a flush last settled all that was due; 0: none did yet.",
        atomic_load(&agent->flushed_at_s));
}

void
metrics_answer(usage_agent *agent, agent_answer *answer)
{
    ent_buffer *out = &answer->body;
    bool is_read = write_ledger(agent, out);

    answer->status = 200;
    answer->content_type = "text/plain; version=0.0.4; charset=utf-8";
    write_number(
        out, "entitle_ledger_up", "gauge", "Whether the ledger can be read.", is_read);
    write_flushes(agent, out);
    write_records(agent, out);
    write_number(
        out,
        "entitle_agent_uses_total",
        "counter",
        "Uses that were taken, those with a known id included.",
        atomic_load(&agent->uses));
    write_number(
        out,
        "entitle_agent_refused_requests_total",
        "counter",
        "Requests that were answered with an error.",
        atomic_load(&agent->refusals));
}
