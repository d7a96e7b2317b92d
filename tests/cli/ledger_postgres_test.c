/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The programs on a ledger in PostgreSQL: what they do in a file they do there, for
 * several of them at once.
 */
#include "cli/ledger.h"
#include "cli/market.h"
#include "cli/trail.h"
#include "support/cmocka.h"
#include "support/postgres_cluster.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

enum { SKIPPED = 77, HOUR_S = 3600 };

#define ACCOUNT       "123456789012"
#define LICENSE_ID    "license:l-0123456789abcdef0123456789abcdef"
#define LICENSE       "arn:aws:license-manager::294406891311:" LICENSE_ID
#define BY_IDENTIFIER "--customer-id=cust-0001", "--quiet"
#define BY_LICENSE    "--customer-account=" ACCOUNT, "--license-arn=" LICENSE
#define TOKEN         "sandbox-registration-token\n"

static postgres_cluster cluster;
static time_t hour_s; /* the last one that is over */

static int
set_up(void **state)
{
    (void)state;
    market_reset(&the_market);
    ledger_make(the_market.environment);
    (void)postgres_cluster_ask(&cluster, "DROP SCHEMA IF EXISTS entitle CASCADE");
    (void)snprintf(the_ledger.path, sizeof(the_ledger.path), "%s", cluster.url);
    (void)snprintf(
        the_ledger.variable,
        sizeof(the_ledger.variable),
        "ENTITLE_LEDGER=%s",
        cluster.url);
    hour_s = time(NULL) / HOUR_S * HOUR_S - HOUR_S;
    return 0;
}

static void
expect(int want_status, const char *want, const char *const *arguments)
{
    child_result result = ledger_expect(want_status, arguments, NULL);

    if (want[0] != '\0' && strstr(result.out, want) == NULL) {
        fail_msg("%s: '%s' has no %s", arguments[0], result.out, want);
    }
    child_result_clear(&result);
}

static void
add(int want_status, time_t at_s, const char *first, const char *second)
{
    char at[32];

    (void)snprintf(at, sizeof(at), "--at=%lld", (long long)at_s);
    expect(
        want_status,
        "",
        LEDGER_ARGUMENTS(
            "add",
            "--dimension=requests",
            "--quantity=2",
            "--instance=task-1",
            at,
            first,
            second));
}

/* `entitle`, which has no database, hands on to the program that has. */
static void
resolve(void)
{
    const char *const arguments[] = { CLI_PATH,   "resolve",       "--json",
                                      "--ledger", the_ledger.path, NULL };
    const child_plan plan = { .arguments = arguments,
                              .environment = the_ledger.environment,
                              .input = TOKEN };
    child_result result = child_run(&plan);

    assert_string_equal(result.err, "");
    assert_int_equal(result.exit_status, 0);
    assert_non_null(strstr(result.out, "\"CustomerIdentifier\":\"cust-0001\""));
    child_result_clear(&result);
}

static void
resolve_keeps_the_customer_once(void **state)
{
    (void)state;
    resolve();
    resolve();
    expect(
        0,
        "{\"customers\":[{\"product_code\":\"" LEDGER_PRODUCT
        "\",\"customer_id\":\"cust-0001\",\"customer_account\":\"" ACCOUNT
        "\",\"usage\":[],\"doubled_hours\":0,\"last_doubled_hour\":null}]}\n",
        LEDGER_ARGUMENTS("customers", "--json"));
}

static void
customers_of_two_names_are_found_and_kept_from_more(void **state)
{
    (void)state;
    add(0, hour_s, BY_IDENTIFIER);
    add(0, hour_s, BY_LICENSE);
    expect(0, "\"doubled_hours\":0", LEDGER_ARGUMENTS("customers", "--json"));
    resolve();
    expect(EX_DATAERR, "\"doubled_hours\":1", LEDGER_ARGUMENTS("customers", "--json"));
    add(0, hour_s - HOUR_S, BY_IDENTIFIER);
    add(EX_DATAERR, hour_s - HOUR_S, BY_LICENSE);
    expect(EX_DATAERR, "\"doubled_hours\":1", LEDGER_ARGUMENTS("customers", "--json"));

    /* Of the doubled hour only one goes out. */
    expect(
        EX_DATAERR,
        "\"accepted\":2,\"rejected\":1",
        LEDGER_ARGUMENTS("flush", "--json"));
    ledger_assert_status("accepted=4 rejected=2");
    expect(0, "\"doubled_hours\":0", LEDGER_ARGUMENTS("customers", "--json"));
}

/* What AWS has, as its log tells it. */
static void
reconcile(cJSON *trail, int want_status, const char *want)
{
    char path[SCRATCH_PATH_SIZE];
    char from[32];
    char to[32];
    char *text = trail_delivered(trail);

    scratch_write_text(&the_ledger.folder, "trail.json", text, 0600, path);
    free(text);
    (void)snprintf(from, sizeof(from), "--from=%lld", (long long)hour_s - 3 * HOUR_S);
    (void)snprintf(to, sizeof(to), "--to=%lld", (long long)hour_s + HOUR_S);
    expect(want_status, want, LEDGER_ARGUMENTS("reconcile", "--json", from, to, path));
}

static void
reconcile_compares_the_database(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        add(0, hour_s - i * HOUR_S, BY_LICENSE);
        add(0, hour_s - i * HOUR_S, "--quiet", NULL);
    }
    expect(
        0, "\"accepted\":6,", LEDGER_ARGUMENTS("flush", "--json", "--instance=task-1"));
    cJSON *trail = trail_of(&the_market);
    assert_int_equal(cJSON_GetArraySize(trail), 6);
    reconcile(trail, 0, "{\"summary\":{\"aws\":12,\"ledger\":12,\"aws_only\":0,");
    cJSON_DeleteItemFromArray(trail, 2);
    reconcile(
        trail, EX_DATAERR, "\"aws\":10,\"ledger\":12,\"aws_only\":0,\"ledger_only\":2");
    cJSON_Delete(trail);
}

/* The service, whose time is another here, still takes what is old. */
static void
prune_forgets_what_is_old_and_accepted(void **state)
{
    char before[32];

    (void)state;
    (void)snprintf(before, sizeof(before), "--before=%lld", (long long)hour_s);
    add(0, hour_s - 40 * HOUR_S, BY_LICENSE);
    market_control(&the_market, "POST", "clock", "{\"advance_s\":-86400}");
    expect(0, "\"accepted\":1", LEDGER_ARGUMENTS("flush", "--json"));
    market_control(&the_market, "POST", "clock", "{\"advance_s\":86400}");
    add(0, hour_s - HOUR_S, BY_LICENSE);
    expect(0, "\"accepted\":1", LEDGER_ARGUMENTS("flush", "--json"));
    expect(0, "{\"pruned\":1}", LEDGER_ARGUMENTS("prune", "--json", before));
    expect(0, "{\"pruned\":0}", LEDGER_ARGUMENTS("prune", "--json", before));
    ledger_assert_status("accepted=4");
}

static void
several_processes_add_and_flush_at_once(void **state)
{
    enum { TURNS = 12, FLUSHERS = 3 };
    child_process adding[TURNS];
    child_process flushing[FLUSHERS];
    char at[32];

    (void)state;
    (void)snprintf(at, sizeof(at), "--at=%lld", (long long)hour_s);
    for (int i = 0; i < TURNS; i++) {
        char customer[32];
        (void)snprintf(customer, sizeof(customer), "--customer-id=cust-%d", i);
        adding[i] = ledger_start(
            LEDGER_ARGUMENTS(
                "add", "--dimension=requests", "--quantity=1", at, customer),
            NULL);
    }
    for (int i = 0; i < TURNS; i++) {
        child_result result = child_wait(&adding[i]);
        assert_string_equal(result.err, "");
        child_result_clear(&result);
    }
    add(0, hour_s, BY_IDENTIFIER);
    for (int i = 0; i < FLUSHERS; i++) {
        flushing[i] = ledger_start(LEDGER_ARGUMENTS("flush", "--quiet"), NULL);
    }
    for (int i = 0; i < FLUSHERS; i++) {
        child_result result = child_wait(&flushing[i]);
        child_result_clear(&result);
    }
    /* The market has one customer. */
    expect(EX_OK, "", LEDGER_ARGUMENTS("flush", "--quiet"));
    ledger_assert_status("accepted=2 rejected=12");
}

/* Whoever ends leaves the customers' running hour to the others, unless it is told. */
static void
final_leaves_the_running_hour_to_the_others(void **state)
{
    (void)state;
    ledger_stay_within_an_hour();
    add(0, time(NULL), BY_LICENSE);
    expect(0, "\"sent\":0,", LEDGER_ARGUMENTS("flush", "--json", "--final"));
    ledger_assert_status("open=2");
    expect(
        0,
        "\"accepted\":1,",
        LEDGER_ARGUMENTS("flush", "--json", "--final", "--customer", ACCOUNT));
    ledger_assert_status("accepted=2");
}

/* What another flusher sends is its own, until its lease ends, dead or not. */
static void
another_flusher_keeps_what_it_has_taken(void **state)
{
    (void)state;
    add(0, hour_s, BY_LICENSE);
    market_control(
        &the_market,
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"*\",\"delay_ms\":30000}]}");
    child_process other = ledger_start(LEDGER_ARGUMENTS("flush", "--quiet"), NULL);
    while (strcmp(
               postgres_cluster_ask(
                   &cluster, "SELECT COUNT(*) FROM entitle.record WHERE state = 2"),
               "1") != 0) {
    }
    assert_int_equal(kill(other.pid, SIGKILL), 0);
    child_result result = child_wait(&other);
    child_result_clear(&result);
    market_control(&the_market, "PUT", "faults", "{\"faults\":[]}");
    expect(
        EX_UNAVAILABLE,
        "\"unsent\":1,\"requests\":0",
        LEDGER_ARGUMENTS("flush", "--json"));
    ledger_assert_status("sending=2");
    (void)postgres_cluster_ask(
        &cluster, "UPDATE entitle.record SET lease = lease - 300 RETURNING 1");
    expect(0, "\"accepted\":1", LEDGER_ARGUMENTS("flush", "--json"));
    ledger_assert_status("accepted=2");
}

/* What goes wrong when the first row of an import is written; later on it does not. */
static void
make_trouble(const char *trouble)
{
    char sql[768];

    (void)snprintf(
        sql,
        sizeof(sql),
        "CREATE SEQUENCE entitle.trouble; "
        "CREATE FUNCTION entitle.make_trouble() RETURNS trigger LANGUAGE plpgsql AS "
        "$body$ BEGIN IF nextval('entitle.trouble') = 1 THEN %s; END IF; RETURN NEW; "
        "END "
        "$body$; CREATE TRIGGER trouble BEFORE INSERT ON entitle.record FOR EACH ROW "
        "EXECUTE FUNCTION entitle.make_trouble()",
        trouble);
    (void)postgres_cluster_ask(&cluster, sql);
}

static void
an_import_begins_anew_when_the_database_gives_it_up(void **state)
{
    static const struct {
        const char *trouble;
        int exit_status;
        const char *sums;
        const char *error; /* a part of it */
    } cases[] = {
        { "RAISE EXCEPTION SQLSTATE '40P01'", 0, "open=7", "" },
        { "RAISE EXCEPTION SQLSTATE '40001'", 0, "open=7", "" },
        { "PERFORM pg_terminate_backend(pg_backend_pid())", 0, "open=7", "" },
        { "RAISE EXCEPTION 'not you'",
          EX_IOERR,
          "",
          "a rule that is not the ledger's own refused what it writes" },
        { "RAISE EXCEPTION 'full' USING ERRCODE = '53100'",
          EX_IOERR,
          "",
          "there is no room left for the ledger" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void)state;
        (void)postgres_cluster_ask(&cluster, "DROP SCHEMA IF EXISTS entitle CASCADE");
        expect(0, "", LEDGER_ARGUMENTS("status", "--quiet"));
        make_trouble(cases[i].trouble);
        child_result result = ledger_expect(
            cases[i].exit_status,
            LEDGER_ARGUMENTS("import", "--instance=task-1", "-"),
            "{\"dimension\":\"requests\",\"quantity\":3}\n"
            "{\"dimension\":\"bytes\",\"quantity\":4}\n");
        assert_non_null(strstr(result.err, cases[i].error));
        child_result_clear(&result);
        ledger_assert_status(cases[i].sums);
    }
}

#define POSTGRES_TEST(name)                                                            \
    cmocka_unit_test_setup_teardown(name, set_up, ledger_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        POSTGRES_TEST(resolve_keeps_the_customer_once),
        POSTGRES_TEST(customers_of_two_names_are_found_and_kept_from_more),
        POSTGRES_TEST(reconcile_compares_the_database),
        POSTGRES_TEST(prune_forgets_what_is_old_and_accepted),
        POSTGRES_TEST(final_leaves_the_running_hour_to_the_others),
        POSTGRES_TEST(another_flusher_keeps_what_it_has_taken),
        POSTGRES_TEST(an_import_begins_anew_when_the_database_gives_it_up),
        POSTGRES_TEST(several_processes_add_and_flush_at_once),
    };

    if (!postgres_is_installed()) {
        return SKIPPED;
    }
    postgres_cluster_start(&cluster, false);
    int failed =
        cmocka_run_group_tests(tests, market_set_up_group, market_tear_down_group);
    postgres_cluster_remove(&cluster);
    return failed;
}
