/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_bench.h"
#include "ledger_file.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files that are no ledger at all. */

static char now[LEDGER_FILE_LIMIT];

static void
make_another_database(void)
{
    ledger_file_run("CREATE TABLE mine (a)");
}

static void
make_text(void)
{
    static const char text[] = "dimension,quantity\nrequests,1\n";
    ledger_file_write(ledger_file_path, text, sizeof(text) - 1);
}

/* Which SQLite takes for nothing. */
static void
make_letter(void)
{
    ledger_file_write(ledger_file_path, "x", 1);
}

static void
make_noise(void)
{
    memset(now, 0xa5, sizeof(now));
    ledger_file_write(ledger_file_path, now, 10 * LEDGER_FILE_PAGE);
}

static void
make_newer(void)
{
    ledger_file_fill();
    ledger_file_run("PRAGMA user_version = 1000");
}

/* Its neighbour: what is empty becomes a ledger. */
static void
what_is_no_ledger_is_refused_and_left_as_it_is(void **state)
{
    static const struct {
        void (*make)(void);
        const char *message;
    } files[] = {
        { make_another_database, "is a database, but not a ledger" },
        { make_text, "the file is not a ledger" },
        { make_letter, "is not a ledger" },
        { make_noise, "the file is not a ledger" },
        { make_newer, "newer version" },
    };
    int64_t added = 0;
    (void)state;
    assert_int_equal(ledger_file_look(&added), ENTITLE_OK);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        ledger_file_remove();
        files[i].make();
        ledger_file_size = ledger_file_read(ledger_file_path, ledger_file_bytes);
        assert_int_equal(ledger_file_look(&added), ENTITLE_IO_ERROR);
        assert_non_null(strstr(ledger_file_error.message, files[i].message));
        assert_int_equal(ledger_file_read(ledger_file_path, now), ledger_file_size);
        assert_memory_equal(now, ledger_file_bytes, ledger_file_size);
    }
}

static bool
make_folder(void)
{
    return mkdir(ledger_file_path, 0700) == 0;
}

static bool
make_pipe(void)
{
    return mkfifo(ledger_file_path, 0600) == 0;
}

static bool
make_link_to_nothing(void)
{
    return symlink("nowhere", ledger_file_path) == 0;
}

/* And not a disk that fails. */
static void
what_is_no_file_is_called_so(void **state)
{
    static const struct {
        bool (*make)(void);
        const char *message;
    } kinds[] = {
        { make_folder, "is not a file" },
        { make_pipe, "is not a file" },
        { make_link_to_nothing, "cannot be reached: No such file" },
    };
    int64_t added = 0;
    (void)state;
    ledger_file_remove();
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        assert_true(kinds[i].make());
        assert_int_equal(ledger_file_look(&added), ENTITLE_IO_ERROR);
        assert_non_null(strstr(ledger_file_error.message, kinds[i].message));
        assert_int_equal(remove(ledger_file_path), 0);
    }
}

#define CASE(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, ledger_file_begin, ledger_file_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_no_ledger_is_refused_and_left_as_it_is),
        CASE(what_is_no_file_is_called_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
