/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A ledger in a PostgreSQL whose disk is full: what it has no room for is refused, with
 * cause and remedy, and nothing of it counts; and all goes on once there is room.
 */
#include "support/cmocka.h"
#include "support/meter_account.h"
#include "support/postgres_cluster.h"
#include "support/private_disk.h"

#include <entitle/meter.h>

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SKIPPED = 77, ATTEMPTS = 20000, TOGETHER = 500, HOUR_S = 3600 };

static postgres_cluster cluster;
static char folder[] = "/tmp/postgres-disk-XXXXXX";
static char ballast[64];
static entitle_meter *meter;
static entitle_error error;

/* A dimension of its own, so that each needs room. */
static entitle_use
use_of(int number, char dimension[32])
{
    (void)snprintf(dimension, 32, "dimension-%d", number);
    return (entitle_use){ .struct_size = sizeof(entitle_use),
                          .dimension = dimension,
                          .quantity = 1 };
}

static entitle_status
add(int number)
{
    char dimension[32];
    const entitle_use use = use_of(number, dimension);

    return entitle_meter_add(meter, &use, NULL, &error);
}

static entitle_status
add_many(int first)
{
    static char dimensions[TOGETHER][32];
    static entitle_use uses[TOGETHER];
    static const entitle_use *list[TOGETHER];
    size_t counted = 0;

    for (int i = 0; i < TOGETHER; i++) {
        uses[i] = use_of(first + i, dimensions[i]);
        list[i] = &uses[i];
    }
    return entitle_meter_add_all(meter, list, TOGETHER, &counted, NULL, &error);
}

static void
assert_refused(entitle_status status)
{
    assert_int_equal(status, ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "no room left for the ledger"));
    assert_non_null(strstr(error.hint, "make room"));
}

static void
a_full_disk_refuses_and_goes_on_when_there_is_room(void **state)
{
    int added = 0;

    (void)state;
    assert_int_equal(add(added++), ENTITLE_OK);
    private_disk_fill(ballast);
    entitle_status status = ENTITLE_OK;
    while ((status = add(added)) == ENTITLE_OK) {
        added++;
        assert_in_range(added, 0, ATTEMPTS);
    }
    assert_refused(status);
    assert_refused(add_many(added));
    assert_int_equal(meter_account_total(meter).added, added);

    assert_int_equal(unlink(ballast), 0);
    assert_int_equal(add(added++), ENTITLE_OK);
    assert_int_equal(add_many(added), ENTITLE_OK);
    assert_int_equal(meter_account_total(meter).added, added + TOGETHER);
}

/* The tables' files are all that stands there: without its log the server would end. */
static int
start(void **state)
{
    const entitle_meter_options options = { .struct_size = sizeof(options),
                                            .ledger = cluster.url,
                                            .product_code = "product",
                                            .instance = "task-1" };
    char place[96];

    (void)state;
    assert_int_equal(entitle_meter_new(&options, &meter, &error), ENTITLE_OK);
    (void)snprintf(
        place, sizeof(place), "CREATE TABLESPACE small LOCATION '%s'", folder);
    (void)postgres_cluster_ask(&cluster, place);
    (void)postgres_cluster_ask(
        &cluster, "ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE small");
    (void)postgres_cluster_ask(
        &cluster, "ALTER INDEX ALL IN TABLESPACE pg_default SET TABLESPACE small");
    return 0;
}

static int
stop(void **state)
{
    (void)state;
    return entitle_meter_free(meter) == ENTITLE_OK ? 0 : -1;
}

/* The server's user owns it. */
static void
make_disk(void)
{
    const struct passwd *user = getpwnam("postgres");

    assert_non_null(mkdtemp(folder));
    private_disk_mount(folder, "4m");
    (void)snprintf(ballast, sizeof(ballast), "%s/ballast", folder);
    assert_true(user != NULL || (user = getpwnam("nobody")) != NULL);
    assert_int_equal(chown(folder, user->pw_uid, user->pw_gid), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_refuses_and_goes_on_when_there_is_room),
    };

    if (!postgres_is_installed()) {
        return SKIPPED;
    }
    if (geteuid() != 0) {
        print_message("SKIPPED: only root may mount a disk for another user\n");
        return SKIPPED;
    }
    if (!private_disk_prepare()) {
        return SKIPPED;
    }
    make_disk();
    postgres_cluster_start(&cluster, false);
    int failed = cmocka_run_group_tests(tests, start, stop);
    postgres_cluster_remove(&cluster);
    private_disk_unmount(folder);
    (void)rmdir(folder);
    return failed;
}
