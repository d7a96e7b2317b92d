/* SPDX-License-Identifier: Apache-2.0 */
#include "http/ca_store.h"
#include "support/cmocka.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct fixture {
    char folder[32];
    char first[64];
    char second[64];
    char empty[64];
    char missing[64];
} fixture;

static void
make_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);

    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    assert_int_equal(close(file), 0);
}

static int
set_up(void **state)
{
    static fixture made;

    (void)strcpy(made.folder, "/tmp/ca_store_XXXXXX");
    assert_non_null(mkdtemp(made.folder));
    (void)snprintf(made.first, sizeof(made.first), "%s/first", made.folder);
    (void)snprintf(made.second, sizeof(made.second), "%s/second", made.folder);
    (void)snprintf(made.empty, sizeof(made.empty), "%s/empty", made.folder);
    (void)snprintf(made.missing, sizeof(made.missing), "%s/missing", made.folder);
    make_file(made.first, "CA");
    make_file(made.second, "CA");
    make_file(made.empty, "");
    *state = &made;
    return 0;
}

static int
tear_down(void **state)
{
    const fixture *made = *state;

    (void)unlink(made->first);
    (void)unlink(made->second);
    (void)unlink(made->empty);
    return rmdir(made->folder);
}

static void
store_of_libcurl_is_left_alone_where_it_is_there(void **state)
{
    const fixture *made = *state;
    const char *const places[] = { made->second };

    assert_null(ent_ca_store_choose(made->first, places, 1));
    assert_ptr_equal(ent_ca_store_choose(made->missing, places, 1), places[0]);
    assert_ptr_equal(ent_ca_store_choose(NULL, places, 1), places[0]);
}

static void
first_readable_file_is_taken(void **state)
{
    const fixture *made = *state;
    const char *const places[] = {
        made->missing, made->folder, made->empty, made->first, made->second,
    };

    assert_ptr_equal(ent_ca_store_choose(made->empty, places, 5), places[3]);
    assert_ptr_equal(ent_ca_store_choose(made->folder, places + 4, 1), places[4]);
    assert_null(ent_ca_store_choose(made->missing, places, 3));
    assert_null(ent_ca_store_choose(made->missing, NULL, 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store_of_libcurl_is_left_alone_where_it_is_there),
        cmocka_unit_test(first_readable_file_is_taken),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
