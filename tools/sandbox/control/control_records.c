/* SPDX-License-Identifier: Apache-2.0 */
#include "control/control.h"
#include "state/record_stream.h"

enum { HOUR_S = 3600, HOURS_MAXIMUM = 1000000 };

/* Beyond these a number in JSON is not exact. */
static const int64_t sequence_maximum = (INT64_C(1) << 53) - 1;

static int64_t
read_stream(void *context, char *out, size_t size)
{
    return record_stream_read(context, out, size);
}

static void
release_stream(void *context)
{
    record_stream_close(context);
}

static int64_t
current_hour(sandbox_core *sandbox)
{
    pthread_mutex_lock(&sandbox->lock);
    int64_t service_s = sandbox_service_s(sandbox);
    pthread_mutex_unlock(&sandbox->lock);
    return service_s / HOUR_S;
}

void
control_records(sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    static const char *const known[] = { "after", "limit", "hours", NULL };
    record_range range = { .after = 0 };
    int64_t hours = 0;
    fields_refuse_others(fields, known);
    fields_read_integer(fields, "after", 0, sequence_maximum, &range.after);
    fields_read_integer(fields, "limit", 1, sequence_maximum, &range.limit);
    fields_read_integer(fields, "hours", 1, HOURS_MAXIMUM, &hours);
    if (fields->fault[0] != '\0') {
        return;
    }
    if (hours > 0) {
        range.first_hour = current_hour(sandbox) - hours + 1;
    }
    record_stream *stream = NULL;
    entitle_error error = { 0 };
    entitle_status status = record_stream_open(
        &sandbox->runtime, sandbox->state, &range, RECORD_FORMAT_JSON, &stream, &error);
    if (status != ENTITLE_OK) {
        answer_set_refusal(answer, 500, "%s", error.message);
        return;
    }
    answer->source = (answer_source){
        .read = read_stream,
        .release = release_stream,
        .context = stream,
    };
}
