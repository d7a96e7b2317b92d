/* SPDX-License-Identifier: Apache-2.0 */
#include "licence/mark.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "token/judgement.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char heading[] = "entitle-licence-clock-1 ";

enum { MARK_SIZE_MAX = 64 };

static entitle_status
refuse_with_errno(entitle_error *error, const char *path, int number)
{
    char reason[128] = "";

    if (strerror_r(number, reason, sizeof(reason)) != 0) {
        reason[0] = '\0';
    }
    ent_fail(
        error, ENTITLE_IO_ERROR, "cannot write the state file %s: %s", path, reason);
    ent_hint(
        error,
        "give a state file in a folder that this user may write to, on a volume that "
        "outlives the container");
    return ENTITLE_IO_ERROR;
}

static bool
parse(const ent_buffer *text, int64_t *out_s)
{
    const char *line = ent_buffer_text(text);
    size_t skipped = sizeof(heading) - 1;
    uint64_t seconds = 0;

    if (text->length <= skipped + 1 || !ent_text_starts_with(line, heading) ||
        line[text->length - 1] != '\n' ||
        !ent_text_to_unsigned(
            line + skipped, text->length - skipped - 1, INT64_MAX, &seconds)) {
        return false;
    }
    *out_s = (int64_t)seconds;
    return true;
}

/* INT64_MIN where there is none yet. */
static entitle_status
read_mark(
    const entitle_runtime *runtime,
    const char *path,
    int64_t *out_s,
    entitle_error *error)
{
    struct stat about;
    ent_buffer text;

    *out_s = INT64_MIN;
    if (stat(path, &about) != 0 && errno == ENOENT) {
        return ENTITLE_OK;
    }
    ent_buffer_init(&text, runtime, MARK_SIZE_MAX);
    entitle_status status = ent_file_read(path, &text, error);
    if (status == ENTITLE_OK && !parse(&text, out_s)) {
        status = ent_fail(
            error, ENTITLE_IO_ERROR, "%s is not a state file of licences", path);
    }
    ent_buffer_clear(&text);
    if (status == ENTITLE_IO_ERROR) {
        ent_hint(
            error,
            "restore the state file; if it is damaged, remove it once this machine's "
            "clock is known to be right");
    }
    return status;
}

static bool
write_all(int descriptor, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, text, length);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        text += written;
        length -= (size_t)written;
    }
    return fsync(descriptor) == 0;
}

/* All of the new line or the old one, whenever the power fails. */
static entitle_status
replace(const char *path, const char *line, char *draft, entitle_error *error)
{
    int descriptor = mkstemp(draft);

    if (descriptor < 0) {
        return refuse_with_errno(error, path, errno);
    }
    bool is_written = write_all(descriptor, line, strlen(line));
    int number = errno;
    (void)close(descriptor);
    if (is_written && rename(draft, path) == 0) {
        return ENTITLE_OK;
    }
    number = is_written ? errno : number;
    (void)unlink(draft);
    return refuse_with_errno(error, path, number);
}

static entitle_status
write_mark(
    const entitle_runtime *runtime,
    const char *path,
    int64_t now_s,
    entitle_error *error)
{
    char line[MARK_SIZE_MAX];
    ent_buffer draft;

    (void)snprintf(line, sizeof(line), "%s%lld\n", heading, (long long)now_s);
    ent_buffer_init(&draft, runtime, strlen(path) + sizeof(".XXXXXX"));
    entitle_status status = ent_buffer_append_format(&draft, "%s.XXXXXX", path)
                                ? replace(path, line, draft.bytes, error)
                                : ent_fail_memory(error);
    ent_buffer_clear(&draft);
    return status;
}

static entitle_status
refuse_clock(int64_t now_s, int64_t mark_s, entitle_error *error)
{
    char now[ENT_TIMESTAMP_SIZE];
    char mark[ENT_TIMESTAMP_SIZE];

    ent_timestamp_iso(now_s, now);
    ent_timestamp_iso(mark_s, mark);
    ent_fail(
        error,
        ENTITLE_CLOCK_SET_BACK,
        "this machine's clock says %s, and it has been %s here already",
        now,
        mark);
    ent_hint(
        error,
        "set the clock right; if it was ahead before, ask the seller, and remove the "
        "state file once it is right");
    return ENTITLE_CLOCK_SET_BACK;
}

entitle_status
ent_licence_mark_advance(
    const entitle_runtime *runtime,
    const char *path,
    int64_t now_s,
    entitle_error *error)
{
    int64_t mark_s = INT64_MIN;
    entitle_status status = read_mark(runtime, path, &mark_s, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    if (now_s < 0 || (mark_s > ENT_LEEWAY_S && now_s < mark_s - ENT_LEEWAY_S)) {
        return refuse_clock(now_s, mark_s, error);
    }
    return now_s > mark_s ? write_mark(runtime, path, now_s, error) : ENTITLE_OK;
}
