/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/trail_file.h"

#include "console/exit_status.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* CloudTrail begins a new file after some tens of megabytes. */
#define UNPACKED_LIMIT (UINT64_C(1) << 30)

enum { GZIP_ONLY = 16 }; /* added to the window's size, for inflateInit2() */

static const unsigned char gzip_magic[] = { 0x1f, 0x8b };

static bool
refuse(const trail_file *file, const char *reason, cli_failure *failure)
{
    fail(failure, EX_IOERR, "%.256s cannot be read: %s", file->name, reason);
    return false;
}

/* More bytes behind those that are left. */
static bool
fill(trail_file *file, cli_failure *failure)
{
    z_stream *stream = &file->stream;
    ssize_t count = -1;

    memmove(file->buffer, stream->next_in, stream->avail_in);
    stream->next_in = file->buffer;
    do {
        count = read(
            file->descriptor,
            file->buffer + stream->avail_in,
            sizeof(file->buffer) - stream->avail_in);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        return refuse(file, strerror(errno), failure);
    }
    stream->avail_in += (unsigned)count;
    file->is_at_end = count == 0;
    return true;
}

/* Whether so many bytes are there, unless the file is shorter. */
static bool
look_ahead(trail_file *file, size_t count, cli_failure *failure)
{
    while (file->stream.avail_in < count && !file->is_at_end) {
        if (!fill(file, failure)) {
            return false;
        }
    }
    return true;
}

static bool
begins_packed(const trail_file *file)
{
    return file->stream.avail_in >= sizeof(gzip_magic) &&
           memcmp(file->stream.next_in, gzip_magic, sizeof(gzip_magic)) == 0;
}

bool
trail_file_open(trail_file *file, const char *name, cli_failure *failure)
{
    bool is_stdin = strcmp(name, "-") == 0;

    memset(file, 0, sizeof(*file));
    file->name = is_stdin ? "standard input" : name;
    file->stream.next_in = file->buffer;
    file->descriptor =
        is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file->descriptor < 0) {
        return refuse(file, strerror(errno), failure);
    }
    if (!look_ahead(file, sizeof(gzip_magic), failure)) {
        return false;
    }
    if (!begins_packed(file)) {
        return true;
    }
    if (inflateInit2(&file->stream, MAX_WBITS + GZIP_ONLY) != Z_OK) {
        fail(failure, EX_SOFTWARE, "out of memory");
        return false;
    }
    file->is_packed = true;
    return true;
}

void
trail_file_close(trail_file *file)
{
    if (file->is_packed) {
        (void)inflateEnd(&file->stream);
        file->is_packed = false;
    }
    if (file->descriptor > STDIN_FILENO) {
        (void)close(file->descriptor);
    }
    file->descriptor = -1;
}

/* --- As it stands ----------------------------------------------------------------- */

static ssize_t
read_plain(trail_file *file, char *out, size_t size, cli_failure *failure)
{
    z_stream *stream = &file->stream;

    if (!look_ahead(file, 1, failure)) {
        return -1;
    }
    size_t count = stream->avail_in < size ? stream->avail_in : size;
    memcpy(out, stream->next_in, count);
    stream->next_in += count;
    stream->avail_in -= (unsigned)count;
    return (ssize_t)count;
}

/* --- Packed ----------------------------------------------------------------------- */

static bool
refuse_packed(const trail_file *file, const char *reason, cli_failure *failure)
{
    (void)refuse(file, reason, failure);
    fail_hint(failure, "fetch it from the bucket again: CloudTrail packs whole files");
    return false;
}

/* Files of gzip may stand one behind the other. */
static bool
begin_next_member(trail_file *file, bool *out_is_end, cli_failure *failure)
{
    if (!look_ahead(file, sizeof(gzip_magic), failure)) {
        return false;
    }
    *out_is_end = file->stream.avail_in == 0;
    if (*out_is_end) {
        return true;
    }
    if (!begins_packed(file)) {
        return refuse_packed(file, "something follows what gzip has packed", failure);
    }
    file->is_between_members = false;
    return inflateReset(&file->stream) == Z_OK ||
           refuse(file, "gzip cannot begin again", failure);
}

/* One step; true where it went on, even if nothing came out. */
static bool
inflate_some(trail_file *file, cli_failure *failure)
{
    z_stream *stream = &file->stream;

    if (!look_ahead(file, 1, failure)) {
        return false;
    }
    if (stream->avail_in == 0) {
        return refuse_packed(file, "it ends too early for gzip", failure);
    }
    switch (inflate(stream, Z_NO_FLUSH)) {
    case Z_OK:
    case Z_BUF_ERROR: /* wants more than is there */
        return true;
    case Z_STREAM_END:
        file->is_between_members = true;
        return true;
    case Z_MEM_ERROR:
        fail(failure, EX_SOFTWARE, "out of memory");
        return false;
    default:
        return refuse_packed(file, "it is damaged, says gzip", failure);
    }
}

static ssize_t
read_packed(trail_file *file, char *out, size_t size, cli_failure *failure)
{
    z_stream *stream = &file->stream;

    stream->next_out = (unsigned char *)out;
    stream->avail_out = (unsigned)size;
    while (stream->avail_out == size) {
        bool is_end = false;
        if (file->is_between_members && !begin_next_member(file, &is_end, failure)) {
            return -1;
        }
        if (is_end) {
            return 0;
        }
        if (!inflate_some(file, failure)) {
            return -1;
        }
    }
    file->unpacked += size - stream->avail_out;
    if (file->unpacked > UNPACKED_LIMIT) {
        (void)refuse(file, "it unpacks to more than 1 GiB", failure);
        fail_hint(failure, "unpack it yourself if that is right, and give it as -");
        return -1;
    }
    return (ssize_t)(size - stream->avail_out);
}

ssize_t
trail_file_read(trail_file *file, char *out, size_t size, cli_failure *failure)
{
    size_t most = size < TRAIL_CHUNK ? size : TRAIL_CHUNK;

    return file->is_packed ? read_packed(file, out, most, failure)
                           : read_plain(file, out, most, failure);
}
