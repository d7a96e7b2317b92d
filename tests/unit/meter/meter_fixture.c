/* SPDX-License-Identifier: Apache-2.0 */
#include "meter_fixture.h"

#include "support/cmocka.h"
#include "support/meter_account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

entitle_meter *meter;

static char directory[64];
static char ledger[96];

int
meter_set_up(void **state)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(directory, sizeof(directory), "%s/meter-test-XXXXXX", base);
    assert_non_null(mkdtemp(directory));
    (void)snprintf(ledger, sizeof(ledger), "%s/usage.db", directory);
    return metering_set_up(state);
}

int
meter_tear_down(void **state)
{
    static const char *const endings[] = { "", "-wal", "-shm", ".sender" };
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
    meter = NULL;
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char name[128];
        (void)snprintf(name, sizeof(name), "%s%s", ledger, endings[i]);
        (void)unlink(name);
    }
    assert_int_equal(rmdir(directory), 0);
    return metering_tear_down(state);
}

static entitle_meter *
open_ledger(const char *instance, int64_t buffer_ms, bool by_event)
{
    const entitle_meter_options options = {
        .struct_size = sizeof(options),
        .runtime = &fixture.fake.runtime,
        .ledger = ledger,
        .product_code = METERING_PRODUCT,
        .instance = instance,
        .buffer_ms = buffer_ms,
        .by_event = by_event,
    };
    entitle_meter *fresh = NULL;
    if (entitle_meter_new(&options, &fresh, &fixture.error) != ENTITLE_OK) {
        fail_msg("%s", fixture.error.message);
    }
    return fresh;
}

void
meter_open(int64_t buffer_ms, bool by_event)
{
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
    meter = open_ledger("pod-1", buffer_ms, by_event);
}

void
meter_close(char *path, size_t path_size)
{
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
    meter = NULL;
    (void)snprintf(path, path_size, "%s", ledger);
}

void
meter_open_as(const char *instance)
{
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
    meter = open_ledger(instance, 0, false);
}

entitle_use
meter_use(int64_t hour, int64_t quantity)
{
    return (entitle_use){
        .struct_size = sizeof(entitle_use),
        .dimension = "requests",
        .quantity = quantity,
        .at_s = FAKE_NOW_S + hour * 3600,
    };
}

void
meter_add_use(int64_t hour, int64_t quantity)
{
    entitle_use use = meter_use(hour, quantity);
    if (entitle_meter_add(meter, &use, NULL, &fixture.error) != ENTITLE_OK) {
        fail_msg("%s", fixture.error.message);
    }
}

void
meter_assert_account(const char *want)
{
    entitle_meter *other = open_ledger("pod-1", 0, false);
    const char *account = meter_account_text(other);

    assert_int_equal(entitle_meter_free(other), ENTITLE_OK);
    assert_string_equal(account, want);
}
