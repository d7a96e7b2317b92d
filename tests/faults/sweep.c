/* SPDX-License-Identifier: Apache-2.0 */
#include "sweep.h"

#include "failing_calls.h"
#include "support/cmocka.h"

#include <openssl/err.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DESCRIPTORS = 256, SCENARIOS_LIMIT = 32 };

/* Where it is, for whoever reads of a failure. */
static struct {
    const fault_scenario *scenario;
    failing_kind kind;
    bool for_good;
    long at;
    long end; /* from here on each */
    long runs;
    long losses; /* of another library */
    entitle_error error;
} now;

static struct {
    long blocks;
    long runs;
} may_lose;

static long last_ones;

/* Of every scenario; 0: as it says. */
static long strides[FAILING_INNER + 1];

typedef struct leftovers {
    long blocks;
    unsigned char is_open[DESCRIPTORS];
} leftovers;

static void
look(leftovers *out)
{
    /* What OpenSSL says of failures stays with the thread. */
    ERR_clear_error();
    out->blocks = failing_blocks_in_use();
    for (int i = 0; i < DESCRIPTORS; i++) {
        out->is_open[i] = fcntl(i, F_GETFD) >= 0;
    }
}

static bool
is_one_line(const char *text, size_t size)
{
    if (memchr(text, '\0', size) == NULL) {
        return false;
    }
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

/* Someone has to mend it: then it says how. */
static bool
wants_a_hint(entitle_status status)
{
    entitle_category category = entitle_status_category(status);

    return category == ENTITLE_CATEGORY_CONFIGURATION ||
           category == ENTITLE_CATEGORY_IO;
}

static void
check_error(entitle_status status, const entitle_error *error, const entitle_error *old)
{
    if (status == ENTITLE_OK) {
        assert_memory_equal(error, old, sizeof(*error));
        return;
    }
    assert_int_equal(error->status, status);
    assert_int_not_equal(entitle_status_category(status), ENTITLE_CATEGORY_DONE);
    assert_string_not_equal(entitle_status_name(status), "");
    assert_string_not_equal(entitle_status_text(status), "");
    assert_string_not_equal(error->message, "");
    assert_true(is_one_line(error->message, sizeof(error->message)));
    assert_true(is_one_line(error->hint, sizeof(error->hint)));
    assert_true(is_one_line(error->service_code, sizeof(error->service_code)));
    assert_true(is_one_line(error->request_id, sizeof(error->request_id)));
    if (wants_a_hint(status) && error->hint[0] == '\0') {
        fail_msg("no hint: %s: %s", entitle_status_name(status), error->message);
    }
}

/* How many calls failed. */
static long
run(leftovers *before, leftovers *after)
{
    const fault_scenario *scenario = now.scenario;
    entitle_error old;

    memset(&old, 'x', sizeof(old));
    now.error = old;
    now.runs++;
    look(before);
    if (scenario->prepare != NULL) {
        scenario->prepare();
    }
    failing_calls_begin(now.kind, now.at, now.for_good);
    entitle_status status = scenario->act(&now.error);
    long failures = failing_calls_end();
    if (failures == 0 && status != ENTITLE_OK) {
        fail_msg("without a failure: %s", now.error.message);
    }
    check_error(status, &now.error, &old);
    if (getenv("FAULTS_SAY") != NULL && failures > 0) {
        (void)fprintf(
            stderr,
            "%s\t%s\t%s\t%s\n",
            scenario->name,
            failing_calls_culprit(),
            entitle_status_name(status),
            status == ENTITLE_OK ? "" : now.error.message);
    }
    if (scenario->inspect != NULL) {
        scenario->inspect(status);
    }
    if (scenario->clear != NULL) {
        scenario->clear();
    }
    look(after);
    return failures;
}

static bool
is_clean(const leftovers *before, const leftovers *after)
{
    return before->blocks == after->blocks &&
           memcmp(before->is_open, after->is_open, sizeof(before->is_open)) == 0;
}

static bool
is_others_loss(const leftovers *before, const leftovers *after)
{
    return now.kind == FAILING_INNER && after->blocks > before->blocks &&
           after->blocks - before->blocks <= may_lose.blocks &&
           ++now.losses <= may_lose.runs;
}

/* What OpenSSL looks up and keeps it keeps once: a leak comes again. */
static long
run_cleanly(void)
{
    leftovers before;
    leftovers after;
    long failures = run(&before, &after);

    for (int i = 0; i < 2 && !is_clean(&before, &after); i++) {
        (void)run(&before, &after);
    }
    if (before.blocks != after.blocks && !is_others_loss(&before, &after)) {
        fail_msg("%ld blocks of memory are left", after.blocks - before.blocks);
    }
    assert_memory_equal(before.is_open, after.is_open, sizeof(before.is_open));
    return failures;
}

static long
next_at(long stride)
{
    long next = now.at + stride;

    if (now.at >= now.end) {
        return now.at + 1;
    }
    return next > now.end ? now.end : next;
}

/* How many runs had a call that failed. */
static long
sweep(failing_kind kind, bool for_good, long stride)
{
    long runs = 0;

    now.kind = kind;
    now.for_good = for_good;
    now.at = 0;
    while (run_cleanly() > 0) {
        now.at = next_at(stride);
        runs++;
    }
    return runs;
}

/* Alone, and with all that follow. */
static void
sweep_both(failing_kind kind, bool is_expected, long stride)
{
    long alone = sweep(kind, false, stride);
    long for_good = sweep(kind, true, stride);

    if (is_expected && (alone == 0 || for_good == 0)) {
        fail_msg("no call has failed: nothing was tried");
    }
    if (!is_expected && alone + for_good > 0) {
        fail_msg("calls within other libraries have failed, where none are known of");
    }
}

static long
stride_of(failing_kind kind)
{
    const char *full = getenv("ENTITLE_TEST_FULL");
    long of_scenario = kind == FAILING_INNER ? now.scenario->stride : 1;
    long stride = strides[kind] > 0 ? strides[kind] : of_scenario;

    return stride <= 0 || (full != NULL && full[0] != '\0') ? 1 : stride;
}

static void
try_scenario(void **state)
{
    const fault_scenario *scenario = *state;

    now.scenario = scenario;
    now.runs = 0;
    now.losses = 0;
    now.kind = FAILING_OWN;
    now.at = -1;
    now.for_good = false;
    (void)run_cleanly();
    now.end = failing_calls_made() - last_ones;
    sweep_both(FAILING_OWN, true, stride_of(FAILING_OWN));
    now.kind = FAILING_INNER;
    now.at = -1;
    now.for_good = false;
    (void)run_cleanly();
    now.end = failing_calls_made() - last_ones;
    sweep_both(
        FAILING_INNER, scenario->stride != FAULT_NONE_WITHIN, stride_of(FAILING_INNER));
    print_message("%s: %ld runs\n", scenario->name, now.runs);
    now.scenario = NULL;
}

static int
tell_where(void **state)
{
    (void)state;
    if (now.scenario == NULL) {
        return 0;
    }
    (void)failing_calls_end();
    print_error(
        "%s, call %ld %s%s: %s\n",
        now.scenario->name,
        now.at,
        now.kind == FAILING_OWN ? "of ours" : "within",
        now.for_good ? " and all after it" : "",
        failing_calls_culprit() != NULL ? failing_calls_culprit() : "none");
    now.scenario = NULL;
    return 0;
}

const entitle_error *
fault_sweep_error(void)
{
    return &now.error;
}

void
fault_sweep_let_lose(long blocks, long runs)
{
    may_lose.blocks = blocks;
    may_lose.runs = runs;
}

void
fault_sweep_take_each(long own, long inner)
{
    strides[FAILING_OWN] = own;
    strides[FAILING_INNER] = inner;
}

void
fault_sweep_end_with(long count)
{
    last_ones = count;
}

int
fault_sweep(const char *group, const fault_scenario *scenarios, size_t count)
{
    struct CMUnitTest tests[SCENARIOS_LIMIT];

    if (count > SCENARIOS_LIMIT) {
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < count; i++) {
        tests[i] = (struct CMUnitTest){
            .name = scenarios[i].name,
            .test_func = try_scenario,
            .teardown_func = tell_where,
            .initial_state = (void *)(uintptr_t)&scenarios[i],
        };
    }
    cmocka_set_test_filter(getenv("FAULTS_ONLY"));
    return _cmocka_run_group_tests(group, tests, count, NULL, NULL);
}
