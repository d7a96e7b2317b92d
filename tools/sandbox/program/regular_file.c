/* SPDX-License-Identifier: Apache-2.0 */
#include "program/regular_file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static entitle_status
fail_reading(const char *path, int cause, entitle_error *error)
{
    return ent_fail(
        error, ENTITLE_IO_ERROR, "cannot read '%s': %s", path, strerror(cause));
}

/* Closes `descriptor` where it fails. */
static entitle_status
open_stream(int descriptor, const char *path, FILE **out, entitle_error *error)
{
    struct stat about;
    if (fstat(descriptor, &about) != 0) {
        int cause = errno;
        close(descriptor);
        return fail_reading(path, cause, error);
    }
    if (!S_ISREG(about.st_mode)) {
        close(descriptor);
        return ent_fail(error, ENTITLE_IO_ERROR, "'%s' is not a regular file", path);
    }
    *out = fdopen(descriptor, "r");
    if (*out == NULL) {
        int cause = errno;
        close(descriptor);
        return fail_reading(path, cause, error);
    }
    return ENTITLE_OK;
}

entitle_status
regular_file_open(const char *path, FILE **out, entitle_error *error)
{
    *out = NULL;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0) {
        return errno == ENOENT ? ENTITLE_OK : fail_reading(path, errno, error);
    }
    return open_stream(descriptor, path, out, error);
}
