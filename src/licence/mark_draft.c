/* SPDX-License-Identifier: Apache-2.0 */
/* For flock(), whose lock ends with the process however that ends. */
#define _DEFAULT_SOURCE

#include "licence/mark_draft.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static entitle_status
refuse(entitle_error *error, const char *path, int number)
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

/*
 * 0, or the number of an error. EAGAIN: somebody has it, or has just put it in the
 * file's place, with the lock that was waited for.
 */
static int
lock(const ent_mark_draft *draft)
{
    struct stat here;
    struct stat there;

    if (flock(draft->descriptor, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK || errno == EINTR ? EAGAIN : errno;
    }
    if (fstat(draft->descriptor, &here) != 0) {
        return errno;
    }
    if (stat(ent_buffer_text(&draft->name), &there) != 0) {
        return errno == ENOENT ? EAGAIN : errno;
    }
    return here.st_dev == there.st_dev && here.st_ino == there.st_ino ? 0 : EAGAIN;
}

static int
open_and_lock(ent_mark_draft *draft)
{
    draft->descriptor = open(
        ent_buffer_text(&draft->name),
        O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
        0600);
    if (draft->descriptor < 0) {
        return errno;
    }
    int number = lock(draft);
    if (number != 0) {
        (void)close(draft->descriptor);
    }
    return number;
}

entitle_status
ent_mark_draft_try(
    const entitle_runtime *runtime,
    const char *path,
    ent_mark_draft *out,
    bool *is_held,
    entitle_error *error)
{
    entitle_status status = ENTITLE_OK;

    *is_held = false;
    *out = (ent_mark_draft){ .path = path, .descriptor = -1 };
    ent_buffer_init(&out->name, runtime, strlen(path) + sizeof(".draft"));
    if (!ent_buffer_append_format(&out->name, "%s.draft", path)) {
        status = ent_fail_memory(error);
    } else {
        int number = open_and_lock(out);
        *is_held = number == 0;
        if (number != 0 && number != EAGAIN) {
            status = refuse(error, path, number);
        }
    }
    if (!*is_held) {
        ent_buffer_clear(&out->name);
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

static void
let_go(ent_mark_draft *draft)
{
    (void)close(draft->descriptor);
    ent_buffer_clear(&draft->name);
}

/* All of the new text or the old one, whenever the power fails. */
entitle_status
ent_mark_draft_commit(ent_mark_draft *draft, const char *text, entitle_error *error)
{
    if (ftruncate(draft->descriptor, 0) == 0 &&
        write_all(draft->descriptor, text, strlen(text)) &&
        rename(ent_buffer_text(&draft->name), draft->path) == 0) {
        let_go(draft);
        return ENTITLE_OK;
    }
    entitle_status status = refuse(error, draft->path, errno);
    ent_mark_draft_discard(draft);
    return status;
}

void
ent_mark_draft_discard(ent_mark_draft *draft)
{
    (void)unlink(ent_buffer_text(&draft->name));
    let_go(draft);
}
