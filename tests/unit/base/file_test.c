/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/entitle-file-test-XXXXXX";
static char path[64];

static int
make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(path, sizeof(path), "%s/file", folder);
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static entitle_status
read_with_limit(size_t limit, size_t *length, entitle_error *error)
{
    fake_runtime fake;
    ent_buffer buffer;
    entitle_status status;

    fake_runtime_init(&fake);
    ent_buffer_init(&buffer, &fake.runtime, limit);
    status = ent_file_read(path, &buffer, error);
    *length = buffer.length;
    ent_buffer_clear(&buffer);
    assert_int_equal(fake.blocks_in_use, 0);
    return status;
}

static void
file_read_takes_all_up_to_the_limit(void **state)
{
    FILE *file = fopen(path, "w");
    entitle_error error;
    size_t length;

    (void)state;
    assert_non_null(file);
    for (int i = 0; i < 10000; i++) {
        fputc('x', file);
    }
    fclose(file);
    assert_int_equal(read_with_limit(10000, &length, &error), ENTITLE_OK);
    assert_int_equal(length, 10000);
    assert_int_equal(read_with_limit(9999, &length, &error), ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "larger than 9999 bytes"));
    unlink(path);
}

static void
file_read_says_what_is_wrong(void **state)
{
    entitle_error error;
    size_t length;

    (void)state;
    assert_int_equal(read_with_limit(10, &length, &error), ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, path));
    assert_non_null(strstr(error.message, "No such file"));

    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(read_with_limit(10, &length, &error), ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "not a regular file"));
    rmdir(path);

    /* Nobody ever writes to it: reading must not wait. */
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(read_with_limit(10, &length, &error), ENTITLE_IO_ERROR);
    unlink(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_read_takes_all_up_to_the_limit),
        cmocka_unit_test(file_read_says_what_is_wrong),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
