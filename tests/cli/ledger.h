/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_CLI_LEDGER_H
#define TEST_CLI_LEDGER_H

#include "cli/child.h"
#include "cli/scratch.h"

#include <cjson/cJSON.h>

/* A folder with a ledger, and entitle-usage on it. */
typedef struct test_ledger {
    scratch folder;
    char path[SCRATCH_PATH_SIZE];
    char variable[SCRATCH_PATH_SIZE + 32]; /* ENTITLE_LEDGER=PATH */
    const char *environment[24];           /* ends with NULL */
} test_ledger;

enum { LEDGER_ARGUMENT_LIMIT = 20 };

/* The one of a test program; `environment` (may be NULL) is added to its own. */
extern test_ledger the_ledger;
void ledger_make(const char *const *environment);
void ledger_remove(void);

/* These two as cmocka wants them, without further environment. */
int ledger_set_up(void **state);
int ledger_tear_down(void **state);

/* Starts `entitle-usage` with arguments that end with NULL. */
child_process ledger_start(const char *const *arguments, const char *input);
child_result ledger_run(const char *const *arguments, const char *input);

/* Runs it, and fails the test unless it ends so; the result is the caller's. */
child_result
ledger_expect(int want_status, const char *const *arguments, const char *input);

/* "requests=5 open=5": what `status` says, without zeros, and checks the identity. */
void ledger_assert_status(const char *want);

/* For a test at whose end that has to be open which is so now. */
void ledger_stay_within_an_hour(void);

/* Makes it without any use: only what adds does. */
void ledger_fill_with_nothing(void);

#define LEDGER_ARGUMENTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* What every use in these tests has. */
#define LEDGER_PRODUCT "cqcvf9f0ugw8rkbgmf1c9dxyz"

#endif
