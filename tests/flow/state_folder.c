/* SPDX-License-Identifier: Apache-2.0 */
#include "state_folder.h"

#include "support/cmocka.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPEN_FOLDERS = 8 };

char state_folder[64];
static char market_path[128]; /* "": none */
static bool is_running;

int
state_make(void **state)
{
    (void)state;
    (void)snprintf(state_folder, sizeof(state_folder), "/tmp/entitle-test-XXXXXX");
    market_path[0] = '\0';
    return mkdtemp(state_folder) != NULL ? 0 : -1;
}

static int
remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

int
state_remove(void **state)
{
    (void)state;
    if (is_running) {
        (void)sandbox_process_stop(&service_sandbox, SIGKILL, NULL);
        is_running = false;
    }
    return nftw(state_folder, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

void
state_path(const char *name, char *out, size_t out_size)
{
    (void)snprintf(out, out_size, "%s/%s", state_folder, name);
}

void
state_set_market(const char *json)
{
    market_path[0] = '\0';
    if (json == NULL) {
        return;
    }
    state_path("market.json", market_path, sizeof(market_path));
    FILE *file = fopen(market_path, "we");
    assert_non_null(file);
    assert_true(fputs(json, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

void
state_start(void)
{
    const char *arguments[] = { "--state", state_folder, NULL, NULL, NULL };
    if (market_path[0] != '\0') {
        arguments[2] = "--config";
        arguments[3] = market_path;
    }
    assert_true(sandbox_process_start(&service_sandbox, arguments));
    is_running = true;
}

void
state_stop(int signal)
{
    int want = signal == SIGTERM ? 0 : 128 + signal;
    is_running = false;
    assert_int_equal(sandbox_process_stop(&service_sandbox, signal, NULL), want);
}

void
state_restart(int signal)
{
    state_stop(signal);
    state_start();
}

void
state_read_records(char *out, size_t out_size)
{
    service_control("GET", "records", NULL);
    assert_true(service_reply.body_length < out_size);
    memcpy(out, service_reply.body, service_reply.body_length + 1);
}

bool
state_wants_full(void)
{
    const char *value = getenv("ENTITLE_TEST_FULL");
    return value != NULL && value[0] != '\0';
}
