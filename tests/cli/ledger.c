/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ledger.h"

#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

test_ledger the_ledger;

void
ledger_make(const char *const *environment)
{
    size_t count = 0;

    scratch_make(&the_ledger.folder);
    (void)snprintf(
        the_ledger.path,
        sizeof(the_ledger.path),
        "%s/usage.db",
        the_ledger.folder.path);
    (void)snprintf(
        the_ledger.variable,
        sizeof(the_ledger.variable),
        "ENTITLE_LEDGER=%s",
        the_ledger.path);
    the_ledger.environment[count++] = the_ledger.variable;
    /* Nobody but the host is there to give the instance its name. */
    the_ledger.environment[count++] = "AWS_EC2_METADATA_DISABLED=true";
    if (environment == NULL) {
        the_ledger.environment[count++] = "PATH=/usr/bin:/bin";
        the_ledger.environment[count++] = "ENTITLE_PRODUCT_CODE=" LEDGER_PRODUCT;
    }
    for (; environment != NULL && *environment != NULL; environment++) {
        assert_true(count < 20);
        the_ledger.environment[count++] = *environment;
    }
    the_ledger.environment[count] = NULL;
}

void
ledger_remove(void)
{
    scratch_remove(&the_ledger.folder);
}

int
ledger_set_up(void **state)
{
    (void)state;
    ledger_make(NULL);
    return 0;
}

int
ledger_tear_down(void **state)
{
    (void)state;
    ledger_remove();
    return 0;
}

child_process
ledger_start(const char *const *arguments, const char *input)
{
    const char *all[LEDGER_ARGUMENT_LIMIT + 2] = { USAGE_PATH };
    const child_plan plan = { .arguments = all,
                              .environment = the_ledger.environment,
                              .input = input };

    for (size_t i = 0; arguments[i] != NULL; i++) {
        assert_true(i < LEDGER_ARGUMENT_LIMIT);
        all[i + 1] = arguments[i];
    }
    return child_start(&plan);
}

child_result
ledger_run(const char *const *arguments, const char *input)
{
    child_process child = ledger_start(arguments, input);

    return child_wait(&child);
}

child_result
ledger_expect(int want_status, const char *const *arguments, const char *input)
{
    child_result result = ledger_run(arguments, input);

    if (result.exit_status != want_status) {
        fail_msg(
            "%s: wanted exit status %d, got %d (%s%s)",
            arguments[0],
            want_status,
            result.exit_status,
            result.out,
            result.err);
    }
    return result;
}

void
ledger_fill_with_nothing(void)
{
    child_result result = ledger_expect(0, LEDGER_ARGUMENTS("import"), "");
    child_result_clear(&result);
}

static const char *const states[] = { "open",     "closed",   "sending",
                                      "accepted", "rejected", "lost" };

/* Adds "NAME=N " for what is not zero, and returns the sum. */
static double
write_states(const cJSON *sums, char *out, size_t size)
{
    double total = 0;

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        double units =
            cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(sums, states[i]));
        size_t length = strlen(out);

        total += units;
        if (units != 0) {
            (void)snprintf(
                out + length,
                size - length,
                "%s%s=%.0f",
                length > 0 ? " " : "",
                states[i],
                units);
        }
    }
    return total;
}

void
ledger_assert_status(const char *want)
{
    char text[256] = "";
    child_result result = ledger_expect(0, LEDGER_ARGUMENTS("status", "--json"), NULL);
    cJSON *json = cJSON_Parse(result.out);

    assert_non_null(json);
    double total = write_states(json, text, sizeof(text));
    double added =
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, "added"));
    cJSON_Delete(json);
    child_result_clear(&result);
    assert_true(total == added);
    assert_string_equal(text, want);
}

void
ledger_stay_within_an_hour(void)
{
    enum { TEST_S = 20 };
    time_t left_s = 3600 - time(NULL) % 3600;

    if (left_s <= TEST_S) {
        (void)sleep((unsigned)left_s);
    }
}
