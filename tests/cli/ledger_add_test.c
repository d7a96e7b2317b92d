/* SPDX-License-Identifier: Apache-2.0 */

/* `entitle-usage`: its command lines, and what `add`, `status`, `list`, `prune` do. */
#include "cli/ledger.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define ADD       "add", "--dimension", "requests", "--quantity", "1"
#define CUSTOMER  "--customer-account", "123456789012"
#define LICENSE   "--license-arn", "arn:aws:license-manager::294406891311:license:l-01"
#define NO_LEDGER "entitle: error: no ledger was named\n"
#define OVER      "2147483648"

/* A command line, and how it ends; each refused one beside one that is accepted. */
static const struct {
    const char *name;
    const char *arguments[14];
    int want_status;
    const char *want_out; /* how it begins; NULL: anything */
    const char *want_err;
} cases[] = {
    { "bare_prints_the_table", { NULL }, 0, "usage: entitle usage COMMAND", "" },
    { "help_explains_add", { "help", "add" }, 0, "entitle usage add: ", "" },
    { "add_help_is_help_add", { "add", "--help" }, 0, "entitle usage add: ", "" },
    { "help_knows_no_other",
      { "help", "subtract" },
      EX_USAGE,
      "",
      "entitle: error: there is no such command\n"
      "entitle: hint: see 'entitle usage help'\n" },
    { "unknown_command",
      { "subtract" },
      EX_USAGE,
      "",
      "entitle: error: 'subtract' is not a command\n"
      "entitle: hint: see 'entitle usage help'\n" },
    { "version", { "version" }, 0, "entitle 0.", "" },

    { "add", { ADD }, 0, "added 1 of requests\n", "" },
    { "add_quiet", { ADD, "--quiet" }, 0, "", "" },
    { "add_as_json", { ADD, "--json" }, 0, "{\"counted\":true}\n", "" },
    { "add_with_word", { ADD, "more" }, EX_USAGE, "", NULL },
    { "add_without_dimension",
      { "add", "--quantity", "1" },
      EX_USAGE,
      "",
      "entitle: error: add needs --dimension\n" },
    { "add_without_quantity",
      { "add", "--dimension", "requests" },
      EX_USAGE,
      "",
      "entitle: error: add needs --quantity\n" },
    { "quantity_zero", { "add", "--dimension=d", "--quantity=0" }, 0, NULL, "" },
    { "quantity_most",
      { "add", "--dimension=d", "--quantity=2147483647" },
      0,
      NULL,
      "" },
    { "quantity_over",
      { "add", "--dimension=d", "--quantity=" OVER },
      EX_USAGE,
      "",
      "entitle: error: --quantity must be a whole number from 0 to 2147483647, not" },
    { "quantity_negative",
      { "add", "--dimension=d", "--quantity=-1" },
      EX_USAGE,
      "",
      NULL },
    { "quantity_fraction",
      { "add", "--dimension=d", "--quantity=1.5" },
      EX_USAGE,
      "",
      NULL },
    { "product_code", { ADD, "--product-code", LEDGER_PRODUCT }, 0, NULL, "" },
    { "product_code_malformed",
      { ADD, "--product-code", "no code" },
      EX_USAGE,
      "",
      "entitle: error: 'no code' is not a product code\nentitle: hint: use the" },
    { "at_a_time", { ADD, "--at", "2026-11-01T00:00:00Z" }, 0, NULL, "" },
    { "at_epoch", { ADD, "--at", "1761955200" }, 0, NULL, "" },
    { "at_no_time",
      { ADD, "--at", "yesterday" },
      EX_USAGE,
      "",
      "entitle: error: --at must be a time such as" },
    { "at_in_the_future",
      { ADD, "--at", "9999-01-01T00:00:00Z" },
      EX_DATAERR,
      "",
      "entitle: error: the time is in the future\n" },
    { "tag", { ADD, "--tag", "team=blue" }, 0, NULL, "" },
    { "tags", { ADD, "--tag", "team=blue", "--tag=env=test" }, 0, NULL, "" },
    { "tag_without_value",
      { ADD, "--tag", "team" },
      EX_USAGE,
      "",
      "entitle: error: --tag must be K=V, not 'team'\n" },
    { "tag_without_key", { ADD, "--tag", "=blue" }, EX_USAGE, "", NULL },
    { "tag_twice_the_same_key",
      { ADD, "--tag", "team=blue", "--tag", "team=red" },
      EX_DATAERR,
      "",
      NULL },
    { "tag_with_a_character_of_none",
      { ADD, "--tag", "team=bl|ue" },
      EX_DATAERR,
      "",
      NULL },
    { "five_tags",
      { ADD, "--tag=a=1", "--tag=b=1", "--tag=c=1", "--tag=d=1", "--tag=e=1" },
      0,
      NULL,
      "" },
    { "six_tags",
      { ADD,
        "--tag=a=1",
        "--tag=b=1",
        "--tag=c=1",
        "--tag=d=1",
        "--tag=e=1",
        "--tag=f=1" },
      EX_DATAERR,
      "",
      NULL },
    { "nine_tags_are_not_even_read",
      { "add",
        "--tag=a=1",
        "--tag=b=1",
        "--tag=c=1",
        "--tag=d=1",
        "--tag=e=1",
        "--tag=f=1",
        "--tag=g=1",
        "--tag=h=1",
        "--tag=i=1" },
      EX_USAGE,
      "",
      "entitle: error: --tag is given too often\n" },
    { "customer_by_licence", { ADD, CUSTOMER, LICENSE }, 0, NULL, "" },
    { "licence_without_account", { ADD, LICENSE }, EX_DATAERR, "", NULL },
    { "account_without_licence", { ADD, CUSTOMER }, EX_DATAERR, "", NULL },
    { "customer_by_id", { ADD, "--customer-id", "cust-0001" }, 0, NULL, "" },
    { "customer_in_two_ways",
      { ADD, CUSTOMER, LICENSE, "--customer-id", "cust-0001" },
      EX_DATAERR,
      "",
      NULL },
    { "id", { ADD, "--id", "use-1" }, 0, "added 1 of requests\n", "" },
    { "id_again",
      { ADD, "--id", "use-1" },
      0,
      "not added: the id 'use-1' has been counted before\n",
      "" },
    { "id_again_as_json",
      { ADD, "--id", "use-1", "--json" },
      0,
      "{\"counted\":false}\n",
      "" },
    { "id_empty", { ADD, "--id", "" }, EX_USAGE, "", NULL },
    { "instance", { ADD, "--instance", "task-1" }, 0, NULL, "" },
    { "instance_with_a_blank", { ADD, "--instance", "task 1" }, EX_USAGE, "", NULL },
    { "ledger_sqlite",
      { "status", "--ledger", "sqlite:/dev/null/x" },
      EX_IOERR,
      "",
      NULL },
    { "ledger_postgresql",
      { "status", "--ledger", "postgresql://user:secret@/usage?host=/nowhere" },
      EX_IOERR,
      "",
      "entitle: error: the database of the ledger cannot be reached: "
      "'postgresql:///nowhere:5432/usage'" },
    { "ledger_of_a_service",
      { "status", "--ledger", "postgresql:///?service=nowhere" },
      EX_IOERR,
      "",
      "entitle: error: the database of the ledger cannot be reached: "
      "'postgresql:///?service=nowhere'" },
    /* libpq would take what stands after the first @ for the host, and name it. */
    { "ledger_password_with_an_at",
      { "status", "--ledger", "postgresql://user:sec@ret@host/usage" },
      EX_CONFIG,
      "",
      "entitle: error: the ledger's URL is not one that libpq understands" },
    { "ledger_that_is_no_file",
      { "rescue", "--ledger", "postgresql://user:secret@host/usage" },
      EX_CONFIG,
      "",
      "entitle: error: only a ledger in a file can be rescued, not one in "
      "PostgreSQL" },
    { "ledger_that_is_none",
      { "status", "--ledger", "/etc/passwd" },
      EX_IOERR,
      "",
      "entitle: error: " },

    { "status_with_word", { "status", "x" }, EX_USAGE, "", NULL },
    { "status", { "status" }, 0, "DIMENSION ", "" },
    { "list_with_word", { "list", "x" }, EX_USAGE, "", NULL },
    { "list_state", { "list", "--state", "closed" }, 0, "STATE ", "" },
    { "list_state_of_none",
      { "list", "--state", "gone" },
      EX_USAGE,
      "",
      "entitle: error: --state must be open|closed|sending|accepted|rejected|lost" },
    { "prune_without_time",
      { "prune" },
      EX_USAGE,
      "",
      "entitle: error: prune needs --before\n" },
    { "prune",
      { "prune", "--before", "2026-01-01T00:00:00Z" },
      0,
      "pruned 0 accepted records\n",
      "" },
    { "prune_as_json",
      { "prune", "--before=1767225600", "--json" },
      0,
      "{\"pruned\":0}\n",
      "" },
    { "flush_with_word", { "flush", "x" }, EX_USAGE, "", NULL },
    { "flush_past_window_of_none",
      { "flush", "--past-window", "keep" },
      EX_USAGE,
      "",
      "entitle: error: --past-window must be carry|drop, not 'keep'\n" },
    { "flush_without_region", { "flush" }, EX_CONFIG, "", "entitle: error: " },
    { "flush_region_of_none",
      { "flush", "--region", "no region" },
      EX_CONFIG,
      "",
      "entitle: error: " },
    { "flush_deadline_of_none", { "flush", "--deadline=0" }, EX_USAGE, "", NULL },
    { "flush_of_no_customer", { "flush", "--customer=" }, EX_USAGE, "", NULL },
    { "flush_none_in_flight",
      { "flush", "--in-flight=0" },
      EX_USAGE,
      "",
      "entitle: error: --in-flight is a number from 1 to 64\n" },
    { "flush_too_many_in_flight",
      { "flush", "--in-flight=65" },
      EX_USAGE,
      "",
      "entitle: error: --in-flight is a number from 1 to 64\n" },
    { "flush_zero_records_of_one",
      { "flush", "--customer=cust-0001", "--zero-records" },
      EX_USAGE,
      "",
      "entitle: error: --zero-records is for all customers, and --customer for one\n" },
    { "flush_one_customer_without_a_region",
      { "flush", "--customer", "cust-0001", "--in-flight=64" },
      EX_CONFIG,
      "",
      "entitle: error: no AWS Region" },
};

static void
assert_begins(const char *name, const char *text, const char *want)
{
    if (want == NULL) {
        return;
    }
    if ((want[0] == '\0' && text[0] != '\0') ||
        strncmp(text, want, strlen(want)) != 0) {
        fail_msg("%s: wanted '%s', got '%s'", name, want, text);
    }
}

static void
command_line_is_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        child_result result = ledger_run(cases[i].arguments, NULL);

        if (result.exit_status != cases[i].want_status) {
            fail_msg(
                "%s: wanted exit status %d, got %d (%s)",
                cases[i].name,
                cases[i].want_status,
                result.exit_status,
                result.err);
        }
        assert_begins(cases[i].name, result.out, cases[i].want_out);
        assert_begins(cases[i].name, result.err, cases[i].want_err);
        child_result_clear(&result);
    }
}

static void
without_a_ledger_nothing_works(void **state)
{
    static const char *const commands[] = { "status", "list", "flush", "import" };

    (void)state;
    the_ledger.environment[0] = "NO_LEDGER=1";
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        child_result result =
            ledger_expect(EX_CONFIG, LEDGER_ARGUMENTS(commands[i]), NULL);
        assert_begins(commands[i], result.err, NO_LEDGER);
        child_result_clear(&result);
    }
}

/* A typing error in its path is not an account of nothing. */
static void
what_only_reads_or_sends_makes_no_ledger(void **state)
{
    static const char *const commands[][3] = {
        { "status" },
        { "list" },
        { "prune", "--before=2026-01-01T00:00:00Z" },
        { "customers" },
        { "flush", "--region=us-east-1" },
    };
    char want[640];

    (void)state;
    (void)snprintf(
        want,
        sizeof(want),
        "entitle: error: there is no ledger '%s'\nentitle: hint: check the path",
        the_ledger.path);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        child_result result = ledger_expect(
            EX_IOERR, LEDGER_ARGUMENTS(commands[i][0], commands[i][1]), NULL);
        assert_begins(commands[i][0], result.out, "");
        assert_begins(commands[i][0], result.err, want);
        child_result_clear(&result);
        assert_int_not_equal(access(the_ledger.path, F_OK), 0);
    }
    child_result result = ledger_expect(
        0, LEDGER_ARGUMENTS("add", "--dimension=d", "--quantity=1"), NULL);
    child_result_clear(&result);
    result = ledger_expect(0, LEDGER_ARGUMENTS("status"), NULL);
    child_result_clear(&result);
}

static void
status_and_list_are_the_contracts_json(void **state)
{
    child_result result;

    (void)state;
    result = ledger_expect(
        0,
        LEDGER_ARGUMENTS(
            "add",
            "--dimension=requests",
            "--quantity=7",
            "--at=2026-11-01T10:20:30Z",
            "--instance=task-1"),
        NULL);
    child_result_clear(&result);

    result = ledger_expect(0, LEDGER_ARGUMENTS("status", "--json"), NULL);
    assert_string_equal(
        result.out,
        "{\"added\":7,\"open\":0,\"closed\":7,\"sending\":0,\"accepted\":0,"
        "\"rejected\":"
        "0,\"lost\":0,\"oldest_unsent_at\":\"2026-11-01T10:00:00Z\",\"by\":[{\"product_"
        "code\":\"" LEDGER_PRODUCT "\",\"dimension\":\"requests\",\"customer\":null,"
        "\"license_arn\":null,\"added\":"
        "7,\"open\":0,\"closed\":7,\"sending\":0,\"accepted\":0,\"rejected\":0,"
        "\"lost\":"
        "0}]}\n");
    child_result_clear(&result);

    result = ledger_expect(0, LEDGER_ARGUMENTS("list", "--json"), NULL);
    assert_string_equal(
        result.out,
        "{\"records\":[{\"id\":1,\"state\":\"closed\",\"product_code\":"
        "\"" LEDGER_PRODUCT
        "\",\"dimension\":\"requests\",\"customer\":null,\"license_arn\":null,"
        "\"instance\":\"task-1\",\"hour\":\"2026-11-01T10:00:00Z\",\"quantity\":7,"
        "\"metering_record_id\":null,\"reason\":null,\"carried_from\":null}]}\n");
    child_result_clear(&result);

    result = ledger_expect(0, LEDGER_ARGUMENTS("list", "--state=open", "--json"), NULL);
    assert_string_equal(result.out, "{\"records\":[]}\n");
    child_result_clear(&result);
}

/* A customer's name is of characters, not of bytes, and may be anything. */
static void
tables_bear_any_name(void **state)
{
    child_result result;

    (void)state;
    result = ledger_expect(
        0,
        LEDGER_ARGUMENTS(ADD, "--customer-id", "Gr\xc3\xbc\xc3\x9f\x65\x1b[2J"),
        NULL);
    child_result_clear(&result);
    result = ledger_expect(0, LEDGER_ARGUMENTS("status"), NULL);
    assert_non_null(strstr(
        result.out,
        "\nrequests              Gr\xc3\xbc\xc3\x9f\x65?[2J                     1"));
    assert_non_null(strstr(result.out, "          0  " LEDGER_PRODUCT "\n"));
    child_result_clear(&result);
}

static void
two_processes_add_at_once(void **state)
{
    enum { TURNS = 12 };
    child_process children[TURNS];

    (void)state;
    for (size_t i = 0; i < TURNS; i++) {
        children[i] = ledger_start(
            LEDGER_ARGUMENTS(
                "add", "--dimension=d", "--quantity=3", "--at=2026-11-01T00:00:00Z"),
            NULL);
    }
    for (size_t i = 0; i < TURNS; i++) {
        child_result result = child_wait(&children[i]);
        assert_int_equal(result.exit_status, 0);
        child_result_clear(&result);
    }
    ledger_assert_status("closed=36");
}

#define LEDGER_TEST(name)                                                              \
    cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        LEDGER_TEST(command_line_is_judged),
        LEDGER_TEST(without_a_ledger_nothing_works),
        LEDGER_TEST(what_only_reads_or_sends_makes_no_ledger),
        LEDGER_TEST(status_and_list_are_the_contracts_json),
        LEDGER_TEST(tables_bear_any_name),
        LEDGER_TEST(two_processes_add_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
