/* SPDX-License-Identifier: Apache-2.0 */
#include "base/runtime.h"
#include "base/timestamp.h"
#include "control/control.h"

#include <inttypes.h>

/* The service's time stays between 1970 and the end of the year 9999. */
static const int64_t end_of_time_s = 253402300799;

enum { TIME_LIMIT = 64 };

typedef struct clock_change {
    bool is_set;       /* to `at_s`; otherwise by `advance_s` */
    int64_t at_s;      /* the service's time */
    int64_t advance_s; /* may be negative */
} clock_change;

static bool
read_change(sandbox_fields *fields, clock_change *out)
{
    static const char *const known[] = { "advance_s", "set", NULL };
    const char *at = NULL;
    fields_refuse_others(fields, known);
    if (fields_has(fields, "advance_s") == fields_has(fields, "set")) {
        fields_fault(fields, "give either \"advance_s\" or \"set\"");
    }
    fields_read_integer(
        fields, "advance_s", -end_of_time_s, end_of_time_s, &out->advance_s);
    fields_read_text(fields, "set", TIME_LIMIT, &at);
    out->is_set = at != NULL;
    if (at != NULL && !ent_timestamp_parse_iso(at, &out->at_s)) {
        fields_fault(fields, "\"set\" must be a time such as 2026-11-01T05:59:00Z");
    }
    return fields->fault[0] == '\0';
}

/* Called with the lock held. */
static bool
apply(sandbox_core *sandbox, sandbox_fields *fields, const clock_change *change)
{
    int64_t machine_s = ent_now_s(&sandbox->runtime);
    int64_t service_s = change->is_set
                            ? change->at_s
                            : machine_s + sandbox->clock.offset_s + change->advance_s;
    if (service_s < 0 || service_s > end_of_time_s) {
        fields_fault(fields, "the service's time stays between 1970 and 9999");
        return true;
    }
    return service_clock_set_offset(
        &sandbox->clock, sandbox->store, service_s - machine_s);
}

void
control_clock(sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    clock_change change = { .is_set = false };
    if (!read_change(fields, &change)) {
        return;
    }
    pthread_mutex_lock(&sandbox->lock);
    bool is_kept = apply(sandbox, fields, &change);
    int64_t now_s = sandbox_service_s(sandbox);
    int64_t offset_s = sandbox->clock.offset_s;
    pthread_mutex_unlock(&sandbox->lock);
    if (!is_kept) {
        answer_set_refusal(answer, 500, "the state cannot be written");
        return;
    }
    char now[ENT_TIMESTAMP_SIZE];
    ent_timestamp_iso(now_s, now);
    ent_buffer_append_format(
        &answer->body, "{\"now\":\"%s\",\"offset_s\":%" PRId64 "}", now, offset_s);
}
