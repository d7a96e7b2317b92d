/* SPDX-License-Identifier: Apache-2.0 */
#include "surroundings.h"

#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

fake_runtime surroundings;

void
surroundings_begin(void)
{
    fake_runtime_init(&surroundings);
    surroundings.runtime.allocate = NULL;
    surroundings.runtime.reallocate = NULL;
    surroundings.runtime.release = NULL;
    surroundings.runtime.random = NULL;
}

void
surroundings_make_folder(char *out, size_t out_size)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    (void)snprintf(out, out_size, "%s/faults-XXXXXX", base);
    assert_non_null(mkdtemp(out));
}

void
surroundings_write_file(
    const char *folder,
    const char *name,
    const char *text,
    char *path_out,
    size_t path_size)
{
    (void)snprintf(path_out, path_size, "%s/%s", folder, name);
    FILE *file = fopen(path_out, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}
