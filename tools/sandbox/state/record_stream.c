/* SPDX-License-Identifier: Apache-2.0 */
#include "state/record_stream.h"

#include "base/error.h"
#include "base/memory.h"
#include "state/record_text.h"

#include <inttypes.h>
#include <string.h>

enum { PIECE_LIMIT = 4 * 1024 * 1024 };

typedef enum stream_part {
    PART_HEAD,
    PART_RECORDS,
    PART_TOTALS,
    PART_OVER
} stream_part;

struct record_stream {
    entitle_runtime runtime;
    record_rows *rows;
    record_format format;
    stream_part part;
    bool is_first; /* of its list */
    int64_t last;  /* sequence */

    ent_buffer piece; /* of the text: made, but not read yet from `offset` on */
    size_t offset;
};

entitle_status
record_stream_open(
    const entitle_runtime *runtime,
    const char *state_directory,
    const record_range *range,
    record_format format,
    record_stream **out,
    entitle_error *error)
{
    record_stream *stream = ent_allocate(runtime, sizeof(*stream));
    if (stream == NULL) {
        return ent_fail_memory(error);
    }
    stream->runtime = *runtime;
    stream->format = format;
    stream->last = range->after;
    ent_buffer_init(&stream->piece, &stream->runtime, PIECE_LIMIT);
    entitle_status status =
        record_rows_open(runtime, state_directory, range, &stream->rows, error);
    if (status != ENTITLE_OK) {
        record_stream_close(stream);
        return status;
    }
    *out = stream;
    return ENTITLE_OK;
}

void
record_stream_close(record_stream *stream)
{
    if (stream == NULL) {
        return;
    }
    record_rows_close(stream->rows);
    ent_buffer_clear(&stream->piece);
    const entitle_runtime runtime = stream->runtime;
    ent_release(&runtime, stream);
}

static void
begin_list(record_stream *stream, stream_part part)
{
    stream->part = part;
    stream->is_first = true;
}

static void
separate(record_stream *stream)
{
    if (!stream->is_first) {
        ent_buffer_append_text(&stream->piece, ",");
    }
    stream->is_first = false;
}

static void
make_head(record_stream *stream)
{
    bool is_json = stream->format == RECORD_FORMAT_JSON;
    ent_buffer_append_text(
        &stream->piece, is_json ? "{\"records\":[" : record_csv_heading);
    begin_list(stream, PART_RECORDS);
}

static void
end_records(record_stream *stream)
{
    if (stream->format == RECORD_FORMAT_CSV) {
        stream->part = PART_OVER;
        return;
    }
    ent_buffer_append_format(
        &stream->piece, "],\"next\":%" PRId64 ",\"totals\":[", stream->last);
    begin_list(stream, PART_TOTALS);
}

static bool
make_record(record_stream *stream)
{
    record_row row;
    row_outcome outcome = record_rows_next(stream->rows, &row);
    if (outcome != ROW_READ) {
        end_records(stream);
        return outcome == ROW_END;
    }
    stream->last = row.sequence;
    if (stream->format == RECORD_FORMAT_CSV) {
        record_text_csv(&row, &stream->piece);
        return true;
    }
    separate(stream);
    record_text_json(&row, &stream->piece);
    return true;
}

static bool
make_total(record_stream *stream)
{
    record_total total;
    row_outcome outcome = record_rows_next_total(stream->rows, &total);
    if (outcome != ROW_READ) {
        ent_buffer_append_text(&stream->piece, "]}\n");
        stream->part = PART_OVER;
        return outcome == ROW_END;
    }
    separate(stream);
    record_text_total_json(&total, &stream->piece);
    return true;
}

/* Puts what comes next into the piece, which is all read. */
static bool
make_piece(record_stream *stream)
{
    stream->piece.length = 0;
    stream->offset = 0;
    bool is_made = true;
    switch (stream->part) {
    case PART_HEAD:
        make_head(stream);
        break;
    case PART_RECORDS:
        is_made = make_record(stream);
        break;
    case PART_TOTALS:
        is_made = make_total(stream);
        break;
    case PART_OVER:
        break;
    }
    return is_made && !stream->piece.failed;
}

int64_t
record_stream_read(record_stream *stream, char *out, size_t size)
{
    size_t written = 0;
    while (written < size) {
        size_t left = stream->piece.length - stream->offset;
        if (left == 0) {
            if (stream->part == PART_OVER) {
                break;
            }
            if (!make_piece(stream)) {
                return -1;
            }
            continue;
        }
        size_t length = left < size - written ? left : size - written;
        memcpy(out + written, stream->piece.bytes + stream->offset, length);
        stream->offset += length;
        written += length;
    }
    return (int64_t)written;
}
