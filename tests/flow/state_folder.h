/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_STATE_FOLDER_H
#define TEST_FLOW_STATE_FOLDER_H

#include "service_client.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * `service_sandbox` on a folder of the test's own, so that it can be ended and started
 * again on what it left there.
 */
extern char state_folder[64];

/* cmocka's set-up and tear-down of each test: a new folder, and all of it gone. */
int state_make(void **state);
int state_remove(void **state);

/* A market file of that text, which every later start reads; NULL: the default one. */
void state_set_market(const char *json);

/* Fails the test when it does not start. */
void state_start(void);

/* Ends with that signal, and fails the test when it ends in another way. */
void state_stop(int signal);

/* The same, and starts again. */
void state_restart(int signal);

/* A file in the folder: "state.db" */
void state_path(const char *name, char *out, size_t out_size);

/* Everything honoured, as GET records tells it. */
void state_read_records(char *out, size_t out_size);

/* Whether tools/test --full was asked for. */
bool state_wants_full(void);

#endif
