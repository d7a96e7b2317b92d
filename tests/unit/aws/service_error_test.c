/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/clock_offset.h"
#include "aws/service_error.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <string.h>

static fake_runtime fake;
static entitle_response response;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    ent_response_init(&response, &fake.runtime);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    ent_response_clear(&response);
    return 0;
}

static void
add_header(const char *name, const char *value)
{
    assert_int_equal(
        entitle_response_add_header(
            &response, name, strlen(name), value, strlen(value), NULL),
        ENTITLE_OK);
}

#define RUN_OF_50   "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCJ9.eyJQcm9kdWN0Q"
#define STARS_OF_50 "**************************************************"

typedef struct error_case {
    const char *body;
    const char *header;
    const char *want_code;
    const char *want_message;
} error_case;

static void
errors_are_read_as_the_table_says(void **state)
{
    static const error_case cases[] = {
        { "{\"__type\":\"A\",\"message\":\"m\"}", NULL, "A", "m" },
        { "{\"__type\":\"com.amazonaws.x#A\"}", NULL, "A", "" },
        { "{\"__type\":\"A:http://x/\"}", NULL, "A", "" },
        { "{\"__type\":\"ns#A:http://x/#y\"}", NULL, "A", "" },
        { "{\"__type\":\"A,B\"}", NULL, "A", "" },
        { "{\"code\":\"A\"}", NULL, "A", "" },
        { "{\"code\":\"B\",\"__type\":\"A\"}", "C", "A", "" },
        { "{}", "ns#A:http://x/", "A", "" },
        { "{\"__type\":7,\"code\":null}", "A", "A", "" },
        { "{\"__type\":\"\"}", "A", "A", "" },
        { "{\"Message\":\"M\"}", NULL, "", "M" },
        { "{\"Message\":\"M\",\"message\":\"m\"}", NULL, "", "m" },
        { "{\"message\":\"one\\ntwo secrets\"}", NULL, "", "one" },
        /* A run as long as a token's is one; a hash is not. */
        { "{\"message\":\"said " RUN_OF_50 RUN_OF_50 "\"}",
          NULL,
          "",
          "said " STARS_OF_50 STARS_OF_50 },
        { "{\"message\":\"said " RUN_OF_50 "0123456789abcd\"}",
          NULL,
          "",
          "said " RUN_OF_50 "0123456789abcd" },
        { "{\"__type\":\"A b\\u001b[2J\"}", NULL, "A", "" },
        { "{\"__type\":\"A\",\"__type\":\"B\"}", NULL, "", "" },
        { "<html>", NULL, "", "" },
        { "<html>", "A", "A", "" },
        { "[1]", NULL, "", "" },
        { "", NULL, "", "" },
        { "{\"__type\":"
          "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""
          "}",
          NULL,
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ent_service_error said;

        print_message("  %s\n", cases[i].body);
        assert_int_equal(entitle_response_begin(&response, 400, NULL), ENTITLE_OK);
        if (cases[i].header != NULL) {
            add_header("x-amzn-ErrorType", cases[i].header);
        }
        assert_int_equal(
            entitle_response_append_body(
                &response, cases[i].body, strlen(cases[i].body), NULL),
            ENTITLE_OK);
        ent_service_error_read(&response, &said);

        assert_string_equal(said.code, cases[i].want_code);
        assert_string_equal(said.message, cases[i].want_message);
    }
}

static void
redaction_hides_what_is_in_the_secret(void **state)
{
    static const struct {
        const char *message;
        const char *secret;
        const char *want;
    } cases[] = {
        { "token 0123456789abcdef given",
          "0123456789abcdef",
          "token **************** given" },
        { "token 0123456789ab given", "xx0123456789abxx", "token ************ given" },
        { "token 0123456789a given", "0123456789a", "token 0123456789a given" },
        { "0123456789abcdef0123456789abcdef",
          "0123456789abcdef",
          "********************************" },
        { "plain words that stay", "0123456789abcdef", "plain words that stay" },
        { "plain words that stay", "", "plain words that stay" },
        { "plain words that stay", NULL, "plain words that stay" },
        { "", "0123456789abcdef", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ent_service_error said = { .code = "A" };

        memcpy(said.message, cases[i].message, strlen(cases[i].message) + 1);
        ent_service_error_redact(&said, cases[i].secret);

        assert_string_equal(said.message, cases[i].want);
        assert_string_equal(said.code, "A");
    }
}

static void
common_rules_each_have_a_remedy(void **state)
{
    (void)state;
    for (const ent_error_rule *rule = ent_common_error_rules; rule->code; rule++) {
        assert_true(rule->hint != NULL && rule->hint[0] != '\0');
        assert_ptr_equal(ent_error_rule_find(ent_common_error_rules, rule->code), rule);
    }
    assert_non_null(ent_error_rule_find(ent_common_error_rules, "accessdenied"));
    assert_null(ent_error_rule_find(ent_common_error_rules, "AccessDeniedX"));
    assert_null(ent_error_rule_find(ent_common_error_rules, ""));
}

static void
clock_offset_is_measured_from_a_fresh_date(void **state)
{
    static const struct {
        const char *date;
        const char *age;
        int64_t round_trip_ms;
        bool want;
        int64_t want_ms;
    } cases[] = {
        { "Sat, 21 Nov 2026 20:00:00 GMT", NULL, 10, true, 0 },
        { "Sat, 21 Nov 2026 20:20:00 GMT", NULL, 10, true, 1200000 },
        { "Sat, 21 Nov 2026 19:59:59 GMT", NULL, 10, true, -1000 },
        { "Sat, 21 Nov 2026 19:59:59 GMT", NULL, 989, true, -1000 },
        { "Sat, 21 Nov 2026 19:59:59 GMT", NULL, 990, true, 0 }, /* written then */
        { "Sat, 21 Nov 2026 20:00:01 GMT", NULL, 1000, true, 1000 },
        { "Sat, 21 Nov 2026 20:20:00 GMT", NULL, 900000, true, 1200000 },
        { "Sat, 21 Nov 2026 20:20:00 GMT", NULL, 900001, false, 7 },
        { "Sat, 21 Nov 2026 20:20:00 GMT", "0", 10, false, 7 },
        { "yesterday", NULL, 10, false, 7 },
        { NULL, NULL, 10, false, 7 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t offset_ms = 7;

        print_message("  case %zu\n", i);
        assert_int_equal(entitle_response_begin(&response, 200, NULL), ENTITLE_OK);
        if (cases[i].date != NULL) {
            add_header("Date", cases[i].date);
        }
        if (cases[i].age != NULL) {
            add_header("Age", cases[i].age);
        }
        assert_int_equal(
            ent_clock_offset_measure(
                &response,
                (int64_t)FAKE_NOW_S * 1000 + 999,
                cases[i].round_trip_ms,
                &offset_ms),
            cases[i].want);
        assert_int_equal(offset_ms, cases[i].want_ms);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            errors_are_read_as_the_table_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            redaction_hides_what_is_in_the_secret, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            common_rules_each_have_a_remedy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            clock_offset_is_measured_from_a_fresh_date, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
