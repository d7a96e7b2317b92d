/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/ledger_path.h"
#include "meter/sender_lock.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/metering_fixture.h"

#include <entitle/meter.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static fake_runtime fake;
static char directory[64];
static int origin = -1;

/* In a folder of its own, which has another one. */
static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    origin = open(".", O_RDONLY | O_DIRECTORY);
    assert_true(origin >= 0);
    (void)snprintf(directory, sizeof(directory), "/tmp/path-test-XXXXXX");
    assert_non_null(mkdtemp(directory));
    assert_int_equal(chdir(directory), 0);
    assert_int_equal(mkdir("elsewhere", 0700), 0);
    return 0;
}

static int
tear_down(void **state)
{
    static const char *const names[] = {
        "usage.db",
        "usage.db.sender",
        "link.db",
        "link.db.sender",
        "elsewhere/usage.db",
        "elsewhere/usage.db-wal",
        "elsewhere/usage.db-shm",
    };
    (void)state;
    assert_int_equal(chdir(directory), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)unlink(names[i]);
    }
    assert_int_equal(rmdir("elsewhere"), 0);
    assert_int_equal(fchdir(origin), 0);
    (void)close(origin);
    return rmdir(directory);
}

static entitle_meter *
open_meter(const char *ledger)
{
    const entitle_meter_options options = {
        .struct_size = sizeof(options),
        .runtime = &fake.runtime,
        .ledger = ledger,
        .product_code = "cqcvf9f0ugw8rkbgmf1c9dxyz",
        .instance = "pod-1",
    };
    entitle_meter *meter = NULL;
    entitle_error error = { .status = ENTITLE_OK };
    if (entitle_meter_new(&options, &meter, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    return meter;
}

static void
a_name_means_a_file(void **state)
{
    static const struct {
        const char *ledger;
        const char *want; /* NULL: it names none */
    } cases[] = {
        { "usage.db", "usage.db" },
        { "sqlite:usage.db", "usage.db" },
        { "sqlite:/var/usage.db", "/var/usage.db" },
        { "sqlite:sqlite:usage.db", "sqlite:usage.db" },
        { "sqlite", "sqlite" },
        { "postgresql://host/usage", "postgresql://host/usage" },
        { "postgres://host/usage", "postgres://host/usage" },
        { "postgres", "postgres" },
        { "sqlite:postgres:usage", "postgres:usage" },
        { "postgres:usage", NULL },
        { "postgresql:/user:sesame@host/usage", NULL },
        { "POSTGRESQL://user:sesame@host/usage", NULL },
        { " postgresql://user:sesame@host/usage", NULL },
        { "mysql://user:sesame@host/usage", NULL },
        { "host=here user=me", "host=here user=me" },
        { "host=here password=sesame", NULL },
        { "sqlite:", NULL },
        { "", NULL },
        { NULL, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *path = NULL;
        entitle_error error = { .status = ENTITLE_OK };
        print_message("  case %zu\n", i);
        assert_int_equal(
            ent_ledger_path_find(cases[i].ledger, &path, &error),
            cases[i].want != NULL ? ENTITLE_OK : ENTITLE_INVALID_ARGUMENT);
        if (cases[i].want != NULL) {
            assert_string_equal(path, cases[i].want);
        } else {
            assert_non_null(strstr(error.hint, "name a file"));
            assert_null(strstr(error.message, "sesame"));
            assert_null(strstr(error.hint, "sesame"));
        }
    }
}

static bool
note_added(void *context, const entitle_usage_sums *sums)
{
    int64_t *added = context;

    *added += sums->added;
    return true;
}

static void
import_one(entitle_meter *meter)
{
    const entitle_use use = { .struct_size = sizeof(use),
                              .dimension = "requests",
                              .quantity = 5 };
    entitle_meter_import *import = NULL;
    assert_int_equal(entitle_meter_import_begin(meter, &import, NULL), ENTITLE_OK);
    assert_int_equal(entitle_meter_import_add(import, &use, 1, NULL, NULL), ENTITLE_OK);
    assert_int_equal(entitle_meter_import_commit(import, NULL), ENTITLE_OK);
    entitle_meter_import_free(import);
}

/* As a daemon does that leaves for the root. */
static void
a_program_may_go_to_another_folder(void **state)
{
    entitle_meter *meter = open_meter("usage.db");
    int64_t added = 0;
    (void)state;
    assert_int_equal(chdir("elsewhere"), 0);
    import_one(meter);
    assert_int_equal(entitle_meter_sums(meter, note_added, &added, NULL), ENTITLE_OK);
    assert_int_equal(added, 5);
    assert_int_not_equal(access("usage.db", F_OK), 0);
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
}

/* A flush that has to wait asks for nothing else: the service is not called. */
static void
all_names_of_a_ledger_lead_to_one_lock(void **state)
{
    static const char *const names[] = { "usage.db", "link.db" };
    ent_sender_lock lock;
    assert_int_equal(metering_set_up(state), 0);
    metering_start(NULL, 0);
    assert_int_equal(entitle_meter_free(open_meter("usage.db")), ENTITLE_OK);
    assert_int_equal(symlink("usage.db", "link.db"), 0);
    assert_int_equal(
        ent_sender_lock_take(&fake.runtime, "usage.db", &lock, NULL), ENTITLE_OK);
    for (size_t i = 0; i < 2; i++) {
        entitle_meter *meter = open_meter(names[i]);
        print_message("  %s\n", names[i]);
        fake.interrupt_after = 3;
        assert_int_equal(
            entitle_meter_flush(meter, fixture.metering, NULL, NULL, NULL),
            ENTITLE_INTERRUPTED);
        fake.interrupt_after = -1;
        assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
    }
    ent_sender_lock_release(&lock);
    assert_int_equal(metering_tear_down(state), 0);
}

#define PATH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PATH(a_name_means_a_file),
        PATH(a_program_may_go_to_another_folder),
        PATH(all_names_of_a_ledger_lead_to_one_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
