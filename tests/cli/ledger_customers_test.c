/* SPDX-License-Identifier: Apache-2.0 */

/* Customers in the ledger: `resolve --ledger`, and who is billed under two names. */
#include "cli/ledger.h"
#include "cli/market.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define ACCOUNT "123456789012"
#define SHORT_LICENSE                                                                  \
    "aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef"
#define LICENSE "arn:" SHORT_LICENSE
#define TOKEN   "sandbox-registration-token"

#define AS_JSON                                                                        \
    "{\"CustomerIdentifier\":\"cust-0001\",\"CustomerAWSAccountId\":\"" ACCOUNT        \
    "\",\"LicenseArn\":\"" LICENSE "\",\"ProductCode\":\"" LEDGER_PRODUCT "\"}\n"

static char hour[32];    /* of the uses of a test, an hour that is over */
static char earlier[32]; /* and the one before it */
static char hour_text[32];

static int
set_up(void **state)
{
    (void)state;
    time_t start = time(NULL) / 3600 * 3600 - 7200;
    struct tm parts;

    market_reset(&the_market);
    ledger_make(the_market.environment);
    (void)snprintf(hour, sizeof(hour), "--at=%lld", (long long)start + 1800);
    (void)snprintf(earlier, sizeof(earlier), "--at=%lld", (long long)start - 1);
    assert_non_null(gmtime_r(&start, &parts));
    (void)strftime(hour_text, sizeof(hour_text), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return 0;
}

static child_result
resolve(const char *first, const char *second)
{
    const char *const arguments[] = { CLI_PATH, "resolve", first, second, NULL };
    const child_plan plan = { .arguments = arguments,
                              .environment = the_ledger.environment,
                              .input = TOKEN "\n" };

    return child_run(&plan);
}

static void
keep_the_customer(void)
{
    child_result result = resolve("--ledger", the_ledger.path);

    assert_string_equal(result.err, "");
    assert_int_equal(result.exit_status, 0);
    child_result_clear(&result);
}

static void
add_to(
    const char *dimension,
    const char *first,
    const char *second,
    const char *at,
    int want_status)
{
    child_result result = ledger_expect(
        want_status,
        LEDGER_ARGUMENTS(
            "add", "--dimension", dimension, "--quantity=1", at, first, second),
        NULL);

    child_result_clear(&result);
}

static void
add_by(const char *first, const char *second, const char *at, int want_status)
{
    add_to("requests", first, second, at, want_status);
}

#define BY_IDENTIFIER "--customer-id=cust-0001", "--quiet"
#define BY_LICENSE    "--customer-account=" ACCOUNT, "--license-arn=" LICENSE

/* What `customers --json` says has this in it. */
static void
assert_customers(int want_status, const char *want)
{
    child_result result =
        ledger_expect(want_status, LEDGER_ARGUMENTS("customers", "--json"), NULL);

    if (strstr(result.out, want) == NULL) {
        fail_msg("'%s' has no %s", result.out, want);
    }
    child_result_clear(&result);
}

/* --- Keeping ---------------------------------------------------------------------- */

static void
resolve_keeps_the_customer(void **state)
{
    char flag[SCRATCH_PATH_SIZE + 16];

    (void)state;
    (void)snprintf(flag, sizeof(flag), "--ledger=%s", the_ledger.path);
    for (int i = 0; i < 2; i++) {
        child_result result = resolve(flag, "--json");
        assert_string_equal(result.err, "");
        assert_int_equal(result.exit_status, 0);
        assert_string_equal(result.out, AS_JSON);
        child_result_clear(&result);
    }
    assert_customers(
        0,
        "{\"customers\":[{\"product_code\":\"" LEDGER_PRODUCT
        "\",\"customer_id\":\"cust-0001\",\"customer_account\":\"" ACCOUNT
        "\",\"usage\":[],\"doubled_hours\":0,\"last_doubled_hour\":null}]}\n");
}

/* A variable that is there for other commands asks for nothing. */
static void
resolve_keeps_nobody_unless_asked(void **state)
{
    (void)state;
    child_result result = resolve("--json", NULL);
    assert_int_equal(result.exit_status, 0);
    assert_string_equal(result.out, AS_JSON);
    child_result_clear(&result);
    assert_int_not_equal(access(the_ledger.path, F_OK), 0);

    result = ledger_expect(0, LEDGER_ARGUMENTS("resolve", "--json"), TOKEN);
    assert_string_equal(result.out, AS_JSON);
    child_result_clear(&result);
    assert_customers(0, "\"customer_id\":\"cust-0001\"");
}

static void
resolve_without_a_ledger_spends_no_token(void **state)
{
    (void)state;
    child_result result = resolve("--ledger=/does/not/exist/usage.db", "--json");
    assert_int_equal(result.exit_status, EX_IOERR);
    assert_string_equal(result.out, "");
    child_result_clear(&result);
    assert_int_equal(market_calls(&the_market), 0);
}

/* The token may be used up: what it has bought is shown. */
static void
customer_that_cannot_be_kept_is_printed(void **state)
{
    (void)state;
    market_control(
        &the_market,
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"*\",\"status\":200,\"body\":"
        "\"{\\\"CustomerIdentifier\\\":\\\"cust-0001\\\"}\"}]}");
    child_result result = resolve("--ledger", the_ledger.path);
    assert_int_equal(result.exit_status, EX_UNAVAILABLE);
    assert_non_null(strstr(result.err, "is not in the ledger\n"));
    assert_non_null(strstr(result.err, "names no product code\n"));
    assert_memory_equal(result.out, "CustomerIdentifier    cust-0001\n", 32);
    child_result_clear(&result);
    assert_customers(0, "{\"customers\":[]}\n");

    result = resolve(NULL, NULL);
    assert_int_equal(result.exit_status, 0);
    child_result_clear(&result);
}

#define FIFTY "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWX"

/* What the service says of a customer that no use could name, and its neighbour. */
static const struct {
    const char *identifier;
    const char *account;
    bool is_kept;
} answers[] = {
    { FIFTY FIFTY FIFTY FIFTY FIFTY "ABCDE", ACCOUNT, true },
    { FIFTY FIFTY FIFTY FIFTY FIFTY "ABCDEF", ACCOUNT, false },
    { "cust-0001", "12345678901x", false },
};

static void
customer_that_no_use_can_name_is_not_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        char faults[1024];
        (void)snprintf(
            faults,
            sizeof(faults),
            "{\"faults\":[{\"operation\":\"*\",\"status\":200,\"body\":"
            "\"{\\\"CustomerIdentifier\\\":\\\"%s\\\","
            "\\\"CustomerAWSAccountId\\\":\\\"%s\\\","
            "\\\"ProductCode\\\":\\\"" LEDGER_PRODUCT "\\\"}\"}]}",
            answers[i].identifier,
            answers[i].account);
        market_control(&the_market, "PUT", "faults", faults);
        child_result result = resolve("--ledger", the_ledger.path);
        print_message("  answer %zu\n", i);
        assert_int_equal(result.exit_status, answers[i].is_kept ? 0 : EX_UNAVAILABLE);
        assert_true(
            answers[i].is_kept || strstr(result.err, "is not in the ledger\n") != NULL);
        child_result_clear(&result);
    }
    assert_customers(0, answers[0].identifier);
}

static void
resolve_with_a_ledger_takes_no_word_either(void **state)
{
    const char *const arguments[] = { CLI_PATH,   "resolve",       TOKEN,
                                      "--ledger", the_ledger.path, NULL };
    const child_plan plan = { .arguments = arguments,
                              .environment = the_ledger.environment };

    (void)state;
    child_result result = child_run(&plan);
    assert_int_equal(result.exit_status, EX_USAGE);
    assert_null(strstr(result.err, TOKEN));
    assert_non_null(strstr(result.err, "does not belong on the command line"));
    child_result_clear(&result);
}

/* --- Two names -------------------------------------------------------------------- */

static void
customers_of_one_name_are_well(void **state)
{
    (void)state;
    add_by(BY_IDENTIFIER, earlier, 0);
    assert_customers(0, "\"customer_id\":\"cust-0001\",\"customer_account\":null");
    add_by(BY_LICENSE, hour, 0);
    assert_customers(0, "\"customer_id\":null,\"customer_account\":\"" ACCOUNT "\"");

    /* They are one customer, who moved from one hour to the next. */
    keep_the_customer();
    assert_customers(
        0, "\"customer_id\":\"cust-0001\",\"customer_account\":\"" ACCOUNT "\"");
    assert_customers(0, "\"license_arn\":\"" LICENSE "\",\"last_hour\":\"");
    assert_customers(0, "\"doubled_hours\":0");
}

static void
customers_of_two_names_in_an_hour_are_found(void **state)
{
    char want[128];

    (void)state;
    add_by(BY_IDENTIFIER, hour, 0);
    add_to("gigabytes", BY_IDENTIFIER, hour, 0);
    add_by(BY_LICENSE, hour, 0);
    add_to("gigabytes", BY_LICENSE, hour, 0);
    assert_customers(0, "\"doubled_hours\":0"); /* nobody knows that they are one */
    keep_the_customer();
    (void)snprintf(
        want,
        sizeof(want),
        "\"doubled_hours\":1,\"last_doubled_hour\":\"%s\"",
        hour_text);
    assert_customers(EX_DATAERR, want);

    child_result result =
        ledger_expect(EX_DATAERR, LEDGER_ARGUMENTS("customers"), NULL);
    assert_non_null(strstr(result.out, "cust-0001             " ACCOUNT));
    assert_non_null(strstr(result.out, hour_text));
    assert_memory_equal(result.err, "entitle: error: 1 customer has usage", 36);
    child_result_clear(&result);
}

/* An ARN is the same licence with and without "arn:". */
static void
licence_is_one_with_and_without_its_scheme(void **state)
{
    (void)state;
    add_by(BY_LICENSE, hour, 0);
    add_by("--customer-account=" ACCOUNT, "--license-arn=" SHORT_LICENSE, hour, 0);
    child_result result =
        ledger_expect(0, LEDGER_ARGUMENTS("customers", "--json"), NULL);
    const char *first = strstr(result.out, "\"license_arn\":\"" LICENSE "\"");
    assert_non_null(first);
    assert_null(strstr(first + 1, "\"license_arn\""));
    child_result_clear(&result);
}

/* Once they are known to be one, the ledger keeps the second name out. */
static void
known_customer_takes_one_name_an_hour(void **state)
{
    (void)state;
    keep_the_customer();
    add_by(BY_IDENTIFIER, hour, 0);
    add_by(BY_LICENSE, hour, EX_DATAERR);
    add_by(BY_LICENSE, earlier, 0);
    assert_customers(0, "\"doubled_hours\":0");
}

static void
another_products_customer_is_another(void **state)
{
    (void)state;
    keep_the_customer();
    add_by(BY_IDENTIFIER, hour, 0);
    child_result result = ledger_expect(
        0,
        LEDGER_ARGUMENTS(
            "add",
            "--product-code=another",
            "--dimension=requests",
            "--quantity=1",
            hour,
            BY_LICENSE),
        NULL);
    child_result_clear(&result);
    assert_customers(0, "{\"product_code\":\"another\",\"customer_id\":null");
}

#define CUSTOMERS_TEST(name)                                                           \
    cmocka_unit_test_setup_teardown(name, set_up, ledger_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CUSTOMERS_TEST(resolve_keeps_the_customer),
        CUSTOMERS_TEST(resolve_keeps_nobody_unless_asked),
        CUSTOMERS_TEST(resolve_without_a_ledger_spends_no_token),
        CUSTOMERS_TEST(customer_that_cannot_be_kept_is_printed),
        CUSTOMERS_TEST(customer_that_no_use_can_name_is_not_kept),
        CUSTOMERS_TEST(resolve_with_a_ledger_takes_no_word_either),
        CUSTOMERS_TEST(customers_of_one_name_are_well),
        CUSTOMERS_TEST(customers_of_two_names_in_an_hour_are_found),
        CUSTOMERS_TEST(licence_is_one_with_and_without_its_scheme),
        CUSTOMERS_TEST(known_customer_takes_one_name_an_hour),
        CUSTOMERS_TEST(another_products_customer_is_another),
    };

    return cmocka_run_group_tests(tests, market_set_up_group, market_tear_down_group);
}
