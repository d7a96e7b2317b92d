/* SPDX-License-Identifier: Apache-2.0 */
#include "licence/mark.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "licence/mark_draft.h"
#include "token/judgement.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

static const char heading[] = "entitle-licence-clock-1 ";

enum { MARK_SIZE_MAX = 64, ATTEMPTS = 200, PAUSE_MS = 10 };

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

/* What is known, and whether the clock may say what it says. */
static entitle_status
judge(
    const entitle_runtime *runtime,
    const char *path,
    int64_t now_s,
    int64_t *mark_s,
    entitle_error *error)
{
    entitle_status status = read_mark(runtime, path, mark_s, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    bool is_behind = *mark_s > ENT_LEEWAY_S && now_s < *mark_s - ENT_LEEWAY_S;
    return now_s < 0 || is_behind ? refuse_clock(now_s, *mark_s, error) : ENTITLE_OK;
}

/* Nobody else writes; but somebody has since it was read, who knew of a later time. */
static entitle_status
write_mark(
    const entitle_runtime *runtime,
    ent_mark_draft *draft,
    int64_t now_s,
    entitle_error *error)
{
    char line[MARK_SIZE_MAX];
    int64_t mark_s = INT64_MIN;
    entitle_status status = judge(runtime, draft->path, now_s, &mark_s, error);

    if (status != ENTITLE_OK || now_s <= mark_s) {
        ent_mark_draft_discard(draft);
        return status;
    }
    (void)snprintf(line, sizeof(line), "%s%lld\n", heading, (long long)now_s);
    return ent_mark_draft_commit(draft, line, error);
}

static entitle_status
refuse_to_wait(const char *path, entitle_error *error)
{
    ent_fail(
        error, ENTITLE_IO_ERROR, "others keep the state file %s to themselves", path);
    ent_hint(error, "look which program has %s.draft open, and end it", path);
    return ENTITLE_IO_ERROR;
}

entitle_status
ent_licence_mark_advance(
    const entitle_runtime *runtime,
    const char *path,
    int64_t now_s,
    entitle_error *error)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        int64_t mark_s = INT64_MIN;
        bool is_held = false;
        ent_mark_draft draft;
        entitle_status status = judge(runtime, path, now_s, &mark_s, error);

        if (status != ENTITLE_OK || now_s <= mark_s) {
            return status;
        }
        status = ent_mark_draft_try(runtime, path, &draft, &is_held, error);
        if (status != ENTITLE_OK) {
            return status;
        }
        if (is_held) {
            return write_mark(runtime, &draft, now_s, error);
        }
        if (runtime->interrupted(runtime->context)) {
            return ent_fail(error, ENTITLE_INTERRUPTED, "interrupted");
        }
        runtime->sleep_ms(runtime->context, PAUSE_MS);
    }
    return refuse_to_wait(path, error);
}
