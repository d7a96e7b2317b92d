/* SPDX-License-Identifier: Apache-2.0 */

/*
 * `entitle-usage import`: what it takes, what it refuses, and that it is all or none.
 */
#include "cli/ledger.h"
#include "support/cmocka.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define AT        "2026-11-01T00:00:00Z"
#define HEAD      "dimension,quantity,timestamp\n"
#define JSON      "\"timestamp\":\"" AT "\",\"dimension\":\"d\",\"quantity\":"
#define TAGGED    "dimension,quantity,timestamp,tags\nd,1," AT ","
#define WITH_ID   "id,dimension,quantity,timestamp\n"
#define BYTES_51  "an-id-that-is-much-longer-than-anyone-would-need-it"
#define BYTES_255 BYTES_51 BYTES_51 BYTES_51 BYTES_51 BYTES_51

/* A file, and the units that count; or its refusal, before which a good line stands. */
static const struct {
    const char *name;
    const char *input;
    const char *want; /* of `status`, or how the error begins */
    bool is_refused;
} cases[] = {
    { "csv", HEAD "d,2," AT "\nd,3," AT "\n", "closed=5", false },
    { "csv_without_last_newline", HEAD "d,2," AT, "closed=2", false },
    { "csv_crlf", "dimension,quantity,timestamp\r\nd,2," AT "\r\n", "closed=2", false },
    { "csv_bom", "\xef\xbb\xbf" HEAD "d,2," AT "\n", "closed=2", false },
    { "csv_empty_lines", HEAD "\nd,2," AT "\n\n", "closed=2", false },
    { "csv_quoted", HEAD "\"d\",\"2\",\"" AT "\"\n", "closed=2", false },
    { "csv_quotes_in_quotes",
      "dimension,quantity,timestamp,id\nd,2," AT ",\"a \"\"b\"\", c\nd\"\n",
      "closed=2",
      false },
    { "csv_other_order",
      "quantity,product_code,dimension,timestamp\n2," LEDGER_PRODUCT ",d," AT "\n",
      "closed=2",
      false },
    { "csv_epoch", HEAD "d,2,1761955200\n", "closed=2", false },
    { "csv_heading_only", HEAD, "", false },
    { "nothing", "", "", false },
    { "csv_tags", TAGGED "a=b\nd,1," AT ",a=b|c=d\n", "closed=2", false },
    { "csv_tags_json", TAGGED "\"{\"\"a\"\":\"\"b\"\"}\"\n", "closed=1", false },
    { "csv_customer",
      "dimension,quantity,timestamp,customer_id\nd,2," AT ",cust-1\n",
      "closed=2",
      false },
    { "csv_licence",
      "dimension,quantity,timestamp,customer_account,license_arn\nd,2," AT
      ",123456789012,arn:aws:license-manager::1:license:l-1\nd,3," AT
      ",123456789012,aws:license-manager::1:license:l-1\n",
      "closed=5",
      false },
    { "csv_same_id", WITH_ID "x,d,2," AT "\nx,d,3," AT "\n", "closed=2", false },
    { "csv_longest_id",
      WITH_ID ",d,2," AT "\n" BYTES_255 ",d,2," AT "\n",
      "closed=4",
      false },
    { "csv_other_id", WITH_ID "x,d,2," AT "\ny,d,3," AT "\n", "closed=5", false },
    { "json", "{" JSON "2}\n{" JSON "3}\n", "closed=5", false },
    { "json_without_last_newline", "{" JSON "2}", "closed=2", false },
    { "json_crlf", "{" JSON "2}\r\n{" JSON "3}\r\n", "closed=5", false },
    { "json_nulls", "{" JSON "2,\"id\":null,\"tags\":null}\n", "closed=2", false },
    { "json_tags", "{" JSON "2,\"tags\":{\"a\":\"b\"}}\n", "closed=2", false },
    { "json_epoch",
      "{\"timestamp\":1761955200,\"dimension\":\"d\",\"quantity\":2}\n",
      "closed=2",
      false },
    { "json_most", "{" JSON "2147483647}\n", "closed=2147483647", false },

    { "csv_unknown_heading",
      "dimension,quantity,colour\nd,2,red\n",
      "line 1: the heading 'colour' is not a member of a use",
      true },
    { "csv_heading_twice",
      "dimension,quantity,quantity\n",
      "line 1: the heading 'quantity' stands there twice",
      true },
    { "csv_heading_without_quantity",
      "dimension,id\n",
      "line 1: the headings dimension and quantity are needed",
      true },
    { "csv_quantity_word",
      HEAD "d,2," AT "\nd,two," AT "\n",
      "line 3: quantity must be a whole number",
      true },
    { "csv_quantity_over",
      HEAD "d,2," AT "\nd,2147483648," AT "\n",
      "line 3: quantity must be a whole number",
      true },
    { "csv_quantity_huge",
      HEAD "d,2," AT "\nd,99999999999999999999999999," AT "\n",
      "line 3: quantity must be",
      true },
    { "csv_quantity_empty", HEAD "d,," AT "\n", "line 2: it has no quantity", true },
    { "csv_dimension_empty", HEAD ",1," AT "\n", "line 2: it has no dimension", true },
    { "csv_time_of_none",
      HEAD "d,2," AT "\nd,2,noon\n",
      "line 3: timestamp must be a time",
      true },
    { "csv_time_in_the_future",
      HEAD "d,2," AT "\nd,2,9999-01-01T00:00:00Z\n",
      "line 3: the time is in the future",
      true },
    { "csv_few_fields", HEAD "d,2," AT "\nd,2\n", "line 3: it has fewer fields", true },
    { "csv_many_fields",
      HEAD "d,2," AT "\nd,2," AT ",x\n",
      "line 3: it has more fields",
      true },
    { "csv_quote_not_closed",
      HEAD "d,2," AT "\n\"d,2," AT "\n",
      "line 3: a quote is not closed",
      true },
    { "csv_quote_inside",
      HEAD "d,2," AT "\nd\"\",2," AT "\n",
      "line 3: a quote stands inside a field",
      true },
    { "csv_text_after_quote",
      HEAD "\"d\"d,2," AT "\n",
      "line 2: something follows a closing quote",
      true },
    { "csv_line_after_quoted_lines",
      "id,dimension,quantity,timestamp\n\"a\nb\nc\",d,2," AT "\nx,d,two," AT "\n",
      "line 5: quantity must be",
      true },
    { "csv_tags_of_none", TAGGED "a\n", "line 2: tags must be K=V", true },
    { "csv_tags_json_of_none", TAGGED "{\n", "line 2: tags must be an object", true },
    { "csv_not_utf8", HEAD "d\xff,2," AT "\n", "line 2: it is not UTF-8", true },
    { "csv_product_code_of_none",
      "product_code,dimension,quantity\nno code,d,2\n",
      "line 2: ",
      true },
    { "json_list", "[{" JSON "2}]\n", "line 1: it is not one JSON object", true },
    { "json_cut",
      "{" JSON "2}\n{" JSON "\n",
      "line 2: it is not one JSON object",
      true },
    { "json_two_on_a_line",
      "{" JSON "2}{" JSON "2}\n",
      "line 1: it is not one JSON object",
      true },
    { "json_member_twice",
      "{" JSON "2,\"quantity\":3}\n",
      "line 1: it is not one JSON object",
      true },
    { "json_unknown_member",
      "{" JSON "2}\n{" JSON "2,\"colour\":\"red\"}\n",
      "line 2: 'colour' is not a member of a use",
      true },
    { "csv_id_too_long",
      WITH_ID ",d,2," AT "\n" BYTES_255 "x,d,2," AT "\n",
      "line 3: the id is not 1 to 255 bytes long",
      true },
    { "json_fraction", "{" JSON "2.5}\n", "line 1: quantity must be a whole", true },
    { "json_negative", "{" JSON "-1}\n", "line 1: quantity must be a whole", true },
    { "json_text", "{" JSON "\"2\"}\n", "line 1: quantity must be a whole", true },
    { "json_number_for_a_text",
      "{" JSON "2,\"id\":7}\n",
      "line 1: id must be a text",
      true },
    { "json_tags_of_none",
      "{" JSON "2,\"tags\":[\"a\"]}\n",
      "line 1: tags must be an object",
      true },
    { "json_tag_of_a_number",
      "{" JSON "2,\"tags\":{\"a\":1}}\n",
      "line 1: tags must be an object of texts",
      true },
    { "json_nul_in_a_text",
      "{" JSON "2,\"id\":\"a\\u0000b\"}\n",
      "line 1: it is not one JSON object",
      true },
};

static void
files_count_as_a_whole_or_not_at_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char want[256];

        print_message("%s\n", cases[i].name);
        ledger_make(NULL);
        child_result result = ledger_expect(
            cases[i].is_refused ? EX_DATAERR : 0,
            LEDGER_ARGUMENTS("import", "-"),
            cases[i].input);
        (void)snprintf(want, sizeof(want), "entitle: error: %s", cases[i].want);
        if (cases[i].is_refused && strncmp(result.err, want, strlen(want)) != 0) {
            fail_msg("%s: %s", cases[i].name, result.err);
        }
        ledger_assert_status(cases[i].is_refused ? "" : cases[i].want);
        child_result_clear(&result);
        ledger_remove();
    }
}

static void
nul_in_a_line_is_refused(void **state)
{
    static const char input[] = HEAD "d\0,2," AT "\n";
    const char *const arguments[] = { USAGE_PATH, "import", NULL };
    const child_plan plan = { .arguments = arguments,
                              .environment = the_ledger.environment,
                              .input = input,
                              .input_length = sizeof(input) - 1 };

    (void)state;
    child_result result = child_run(&plan);
    assert_int_equal(result.exit_status, EX_DATAERR);
    assert_non_null(strstr(
        result.err,
        "line 2: it holds a NUL\n"
        "entitle: hint: nothing was added: mend the line"));
    child_result_clear(&result);
}

/* Lines of just the limit, and one byte more. */
static void
long_lines_are_refused(void **state)
{
    enum { LIMIT = 64 * 1024 };
    char *input = malloc(LIMIT + 256);
    size_t head = strlen(WITH_ID);

    (void)state;
    assert_non_null(input);
    for (size_t extra = 0; extra < 2; extra++) {
        size_t length = LIMIT + extra;
        memcpy(input, WITH_ID, head);
        memset(input + head, 'x', length);
        memcpy(input + head + length, "\n", 2);
        child_result result =
            ledger_expect(EX_DATAERR, LEDGER_ARGUMENTS("import"), input);
        assert_non_null(strstr(
            result.err,
            extra == 0 ? "line 2: it has fewer fields"
                       : "line 2: it is longer than 64 KiB"));
        child_result_clear(&result);
    }
    free(input);
}

static void
too_many_sets_of_tags_are_blamed_on_their_line(void **state)
{
    enum { SETS = 2500 };
    char *input = malloc(SETS * 64 + 256);
    size_t length = (size_t)sprintf(input, "dimension,quantity,timestamp,tags\n");

    (void)state;
    for (int i = 0; i < SETS; i++) {
        length += (size_t)sprintf(input + length, "d,1," AT ",k=%d\n", i);
    }
    child_result result = ledger_expect(EX_DATAERR, LEDGER_ARGUMENTS("import"), input);
    assert_non_null(
        strstr(result.err, "line 2501: the hour has as many different sets"));
    child_result_clear(&result);
    ledger_assert_status("");

    *strstr(input, "d,1," AT ",k=2499") = '\0';
    result = ledger_expect(0, LEDGER_ARGUMENTS("import", "--json"), input);
    assert_string_equal(result.out, "{\"uses\":2499,\"counted\":2499}\n");
    child_result_clear(&result);
    ledger_assert_status("closed=2499");
    free(input);
}

static void
files_are_named(void **state)
{
    char path[SCRATCH_PATH_SIZE];
    child_result result;

    (void)state;
    scratch_write_text(&the_ledger.folder, "uses.csv", HEAD "d,2," AT "\n", 0600, path);
    result = ledger_expect(0, LEDGER_ARGUMENTS("import", path), NULL);
    assert_string_equal(result.out, "uses: 1 imported, 0 of them counted before\n");
    assert_string_equal(result.err, ""); /* no bar where nobody looks */
    child_result_clear(&result);
    result = ledger_expect(EX_USAGE, LEDGER_ARGUMENTS("import", path, path), NULL);
    child_result_clear(&result);
    result = ledger_expect(EX_IOERR, LEDGER_ARGUMENTS("import", "/not/there"), NULL);
    child_result_clear(&result);
    result = ledger_expect(EX_IOERR, LEDGER_ARGUMENTS("import", "/"), NULL);
    child_result_clear(&result);
    ledger_assert_status("closed=2");
}

/* Many different sums do not fit into memory at once, and count all the same. */
static void
many_sums_are_written_in_between(void **state)
{
    enum { COUNT = 20000 };
    char *input = malloc(COUNT * 64 + 256);
    size_t length = (size_t)sprintf(input, "customer_id," HEAD);

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        length += (size_t)sprintf(input + length, "c%d,d,3," AT "\n", i);
    }
    child_result result = ledger_expect(0, LEDGER_ARGUMENTS("import"), input);
    child_result_clear(&result);
    free(input);
    ledger_assert_status("closed=60000");
}

/* An import of what is written to `*feed`. */
static pid_t
start_from_pipe(int *feed)
{
    int pipes[2];

    assert_int_equal(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(pipes[0], STDIN_FILENO);
        (void)close(pipes[1]);
        (void)execle(
            USAGE_PATH,
            "entitle-usage",
            "import",
            "--quiet",
            NULL,
            (char *const *)(uintptr_t)the_ledger.environment);
        _exit(98);
    }
    (void)close(pipes[0]);
    *feed = pipes[1];
    return pid;
}

/* More than a pipe holds: when it is written, the import has begun. */
static void
feed_much(int feed)
{
    static const char line[] = "d,2," AT "\n";

    assert_int_equal(write(feed, HEAD, strlen(HEAD)), strlen(HEAD));
    for (size_t i = 0; i < 20000; i++) {
        assert_int_equal(write(feed, line, strlen(line)), strlen(line));
    }
}

static int
end_of(pid_t pid)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The exit status of an import that a signal ends in its middle. */
static int
interrupt_import(int signal)
{
    int feed = -1;
    pid_t pid = start_from_pipe(&feed);

    feed_much(feed);
    assert_int_equal(kill(pid, signal), 0);
    int exit_status = end_of(pid);
    (void)close(feed);
    return exit_status;
}

static void
interrupted_it_leaves_nothing(void **state)
{
    (void)state;
    ledger_fill_with_nothing();
    assert_int_equal(interrupt_import(SIGINT), 130);
    ledger_assert_status("");
    assert_int_equal(interrupt_import(SIGTERM), 143);
    ledger_assert_status("");
}

/* Then the ledger is held while the pipe is read. */
static void
use_no_temporary_file(void)
{
    size_t count = 0;

    while (the_ledger.environment[count] != NULL) {
        count++;
    }
    the_ledger.environment[count] = "TMPDIR=/nonexistent";
    the_ledger.environment[count + 1] = NULL;
}

static void
interrupted_with_the_ledger_held_it_leaves_nothing(void **state)
{
    use_no_temporary_file();
    interrupted_it_leaves_nothing(state);
}

static void
a_slow_pipe_holds_nobody_up(void **state)
{
    int feed = -1;

    (void)state;
    pid_t pid = start_from_pipe(&feed);
    feed_much(feed);
    child_result added = ledger_expect(
        0, LEDGER_ARGUMENTS("add", "--dimension=d", "--quantity=1", "--at=" AT), NULL);
    child_result_clear(&added);
    ledger_assert_status("closed=1");
    (void)close(feed);
    assert_int_equal(end_of(pid), 0);
    ledger_assert_status("closed=40001");
}

#define LEDGER_TEST(name)                                                              \
    cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_count_as_a_whole_or_not_at_all),
        LEDGER_TEST(nul_in_a_line_is_refused),
        LEDGER_TEST(long_lines_are_refused),
        LEDGER_TEST(too_many_sets_of_tags_are_blamed_on_their_line),
        LEDGER_TEST(files_are_named),
        LEDGER_TEST(many_sums_are_written_in_between),
        LEDGER_TEST(interrupted_it_leaves_nothing),
        LEDGER_TEST(interrupted_with_the_ledger_held_it_leaves_nothing),
        LEDGER_TEST(a_slow_pipe_holds_nobody_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
