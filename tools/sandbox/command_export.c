/* SPDX-License-Identifier: Apache-2.0 */
#include "command_export.h"

#include "base/error.h"
#include "base/runtime.h"
#include "state/record_stream.h"

#include <stdio.h>

enum { PIECE_SIZE = 64 * 1024 };

static entitle_status
copy(record_stream *stream, entitle_error *error)
{
    static char piece[PIECE_SIZE];
    int64_t length = 0;
    while ((length = record_stream_read(stream, piece, sizeof(piece))) > 0) {
        if (fwrite(piece, 1, (size_t)length, stdout) != (size_t)length) {
            break;
        }
    }
    if (length < 0) {
        return ent_fail(error, ENTITLE_IO_ERROR, "the state cannot be read to its end");
    }
    if (length > 0 || fflush(stdout) != 0) {
        return ent_fail(error, ENTITLE_IO_ERROR, "cannot write to standard output");
    }
    return ENTITLE_OK;
}

entitle_status
command_export(const sandbox_options *options, entitle_error *error)
{
    entitle_runtime runtime;
    entitle_status status = ent_runtime_fill(&runtime, NULL, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    const record_range all = { .after = 0 };
    record_stream *stream = NULL;
    status = record_stream_open(
        &runtime,
        options->state,
        &all,
        options->is_csv ? RECORD_FORMAT_CSV : RECORD_FORMAT_JSON,
        &stream,
        error);
    if (status != ENTITLE_OK) {
        return status;
    }
    status = copy(stream, error);
    record_stream_close(stream);
    return status;
}
