/* SPDX-License-Identifier: Apache-2.0 */
#include "memory_file.h"

#include "fuzz.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Unlinked at once: what is left is the descriptor. */
static int
open_unnamed(void)
{
    char name[64];

    snprintf(name, sizeof(name), "/entitle-fuzz-%ld", (long)getpid());
    int descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    FUZZ_REQUIRE(descriptor >= 0 && shm_unlink(name) == 0);
    return descriptor;
}

const char *
memory_file(const void *bytes, size_t length)
{
    static char path[64];
    static int descriptor;

    if (path[0] == '\0') {
        descriptor = open_unnamed();
        snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    }
    FUZZ_REQUIRE(ftruncate(descriptor, 0) == 0);
    FUZZ_REQUIRE(pwrite(descriptor, bytes, length, 0) == (ssize_t)length);
    return path;
}
