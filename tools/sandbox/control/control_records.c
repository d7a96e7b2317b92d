/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "control/control.h"
#include "state/record_stream.h"

enum { HOUR_S = 3600, HOURS_MAXIMUM = 1000000 };

/* Beyond these a number in JSON is not exact. */
static const int64_t sequence_maximum = (INT64_C(1) << 53) - 1;

/*
 * Each holds files open for as long as its reader takes. The server leaves room for so
 * many; without descriptors it could not let anybody in.
 */
enum { READERS = 16 };

typedef struct record_reader {
    sandbox_core *sandbox;
    record_stream *stream;
} record_reader;

static bool
enter(sandbox_core *sandbox)
{
    pthread_mutex_lock(&sandbox->lock);
    bool has_place = sandbox->record_readers < READERS;
    sandbox->record_readers += has_place ? 1 : 0;
    pthread_mutex_unlock(&sandbox->lock);
    return has_place;
}

static void
leave(sandbox_core *sandbox)
{
    pthread_mutex_lock(&sandbox->lock);
    sandbox->record_readers--;
    pthread_mutex_unlock(&sandbox->lock);
}

static int64_t
read_on(void *context, char *out, size_t size)
{
    const record_reader *reader = context;
    return record_stream_read(reader->stream, out, size);
}

/* Gives its place back, too. */
static void
release(void *context)
{
    record_reader *reader = context;
    sandbox_core *sandbox = reader->sandbox;
    record_stream_close(reader->stream);
    ent_release(&sandbox->runtime, reader);
    leave(sandbox);
}

static int64_t
current_hour(sandbox_core *sandbox)
{
    pthread_mutex_lock(&sandbox->lock);
    int64_t service_s = sandbox_service_s(sandbox);
    pthread_mutex_unlock(&sandbox->lock);
    return service_s / HOUR_S;
}

static void
answer_with_stream(
    sandbox_core *sandbox, const record_range *range, sandbox_answer *answer)
{
    if (!enter(sandbox)) {
        answer_set_refusal(
            answer, 503, "the records are read by %d others; try again", READERS);
        return;
    }
    record_reader *reader = ent_allocate(&sandbox->runtime, sizeof(*reader));
    entitle_error error = { 0 };
    if (reader == NULL) {
        leave(sandbox);
        answer_set_refusal(answer, 500, "out of memory");
        return;
    }
    reader->sandbox = sandbox;
    entitle_status status = record_stream_open(
        &sandbox->runtime,
        sandbox->state,
        range,
        RECORD_FORMAT_JSON,
        &reader->stream,
        &error);
    if (status != ENTITLE_OK) {
        release(reader);
        answer_set_refusal(answer, 500, "%s", error.message);
        return;
    }
    answer->source = (answer_source){
        .read = read_on,
        .release = release,
        .context = reader,
    };
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
    answer_with_stream(sandbox, &range, answer);
}
