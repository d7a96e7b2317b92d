/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static entitle_status
fail_with_errno(const char *path, int number, entitle_error *error)
{
    /*
     * strerror() is not thread-safe, and this one's text does not depend on the locale.
     */
    char reason[128] = "";

    if (strerror_r(number, reason, sizeof(reason)) != 0) {
        reason[0] = '\0';
    }
    return ent_fail(error, ENTITLE_IO_ERROR, "cannot read %s: %s", path, reason);
}

static entitle_status
read_all(int descriptor, const char *path, ent_buffer *buffer, entitle_error *error)
{
    char chunk[4096];

    for (;;) {
        ssize_t got = read(descriptor, chunk, sizeof(chunk));
        if (got == 0) {
            return ENTITLE_OK;
        }
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail_with_errno(path, errno, error);
        }
        if ((size_t)got > buffer->limit - buffer->length) {
            return ent_fail(
                error,
                ENTITLE_IO_ERROR,
                "%s is larger than %zu bytes",
                path,
                buffer->limit);
        }
        if (!ent_buffer_append(buffer, chunk, (size_t)got)) {
            return ent_fail_memory(error);
        }
    }
}

entitle_status
ent_file_read(const char *path, ent_buffer *buffer, entitle_error *error)
{
    /* Without O_NONBLOCK, opening a FIFO would wait for a writer for ever. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat about;
    entitle_status status;

    if (descriptor < 0) {
        return fail_with_errno(path, errno, error);
    }
    if (fstat(descriptor, &about) != 0) {
        status = fail_with_errno(path, errno, error);
    } else if (!S_ISREG(about.st_mode)) {
        status = ent_fail(error, ENTITLE_IO_ERROR, "%s is not a regular file", path);
    } else {
        status = read_all(descriptor, path, buffer, error);
    }
    close(descriptor);
    return status;
}
