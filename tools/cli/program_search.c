/* SPDX-License-Identifier: Apache-2.0 */
#include "program_search.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
program_access(const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        return errno;
    }
    if (!S_ISREG(status.st_mode)) {
        return EACCES;
    }
    /* With the effective user, as the kernel will; refuses a noexec mount, too. */
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

static bool
join(const char *folder, size_t length, const char *name, char *out, size_t size)
{
    int written = snprintf(
        out, size, "%.*s%s%s", (int)length, folder, length > 0 ? "/" : "", name);

    return written > 0 && (size_t)written < size;
}

static int
search_path(const char *path, const char *name, char *out, size_t size)
{
    int found = ENOENT;

    for (;;) {
        size_t length = strcspn(path, ":");
        int problem =
            join(path, length, name, out, size) ? program_access(out) : ENAMETOOLONG;

        if (problem == 0) {
            return 0;
        }
        if (problem == EACCES) {
            found = EACCES;
        }
        if (path[length] == '\0') {
            return found;
        }
        path += length + 1;
    }
}

int
program_search(const char *name, char *out, size_t size)
{
    const char *path = getenv("PATH");
    char default_path[256] = "";

    if (name[0] == '\0') {
        return ENOENT;
    }
    if (strchr(name, '/') != NULL) {
        return join("", 0, name, out, size) ? program_access(out) : ENAMETOOLONG;
    }
    if (path == NULL) {
        (void)confstr(_CS_PATH, default_path, sizeof(default_path));
        path = default_path;
    }
    return search_path(path, name, out, size);
}
