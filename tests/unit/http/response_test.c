/* SPDX-License-Identifier: Apache-2.0 */
#include "http/response.h"
#include "http/transport.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/scripted_transport.h"

#include <stdlib.h>
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
    assert_int_equal(fake.blocks_in_use, 0);
    return 0;
}

static entitle_status
add(const char *name, const char *value)
{
    return entitle_response_add_header(
        &response, name, strlen(name), value, strlen(value), NULL);
}

static void
response_accepts_statuses_from_100_to_599(void **state)
{
    (void)state;
    assert_int_equal(entitle_response_begin(&response, 100, NULL), ENTITLE_OK);
    assert_int_equal(entitle_response_begin(&response, 599, NULL), ENTITLE_OK);
    assert_int_equal(entitle_response_begin(&response, 99, NULL), ENTITLE_BAD_RESPONSE);
    assert_int_equal(
        entitle_response_begin(&response, 600, NULL), ENTITLE_BAD_RESPONSE);
    assert_int_equal(response.http_status, 0);
}

static void
response_finds_the_first_header_in_any_case(void **state)
{
    (void)state;
    assert_int_equal(add("Date", "one"), ENTITLE_OK);
    assert_int_equal(add("date", "two"), ENTITLE_OK);
    assert_int_equal(add("Empty", ""), ENTITLE_OK);

    assert_string_equal(ent_response_header(&response, "DATE"), "one");
    assert_string_equal(ent_response_header(&response, "empty"), "");
    assert_null(ent_response_header(&response, "dat"));
    assert_null(ent_response_header(&response, "one"));
}

static void
response_forgets_an_interim_answer(void **state)
{
    (void)state;
    assert_int_equal(entitle_response_begin(&response, 103, NULL), ENTITLE_OK);
    assert_int_equal(add("Link", "x"), ENTITLE_OK);
    assert_int_equal(entitle_response_begin(&response, 200, NULL), ENTITLE_OK);

    assert_null(ent_response_header(&response, "Link"));
    assert_int_equal(response.http_status, 200);
}

static void
response_refuses_control_characters_in_headers(void **state)
{
    (void)state;
    assert_int_equal(add("a", "tab\tis fine, as is \xc3\xa9"), ENTITLE_OK);
    assert_int_equal(add("a", "line\nbreak"), ENTITLE_BAD_RESPONSE);
    assert_int_equal(add("a", "escape\x1b[2J"), ENTITLE_BAD_RESPONSE);
    assert_int_equal(add("a\x7f", "b"), ENTITLE_BAD_RESPONSE);
    assert_int_equal(add("", "b"), ENTITLE_BAD_RESPONSE);
    assert_int_equal(
        entitle_response_add_header(&response, "a", 1, "b\0c", 3, NULL),
        ENTITLE_BAD_RESPONSE);
}

static void
response_holds_64_kib_of_headers(void **state)
{
    enum { LIMIT = 64 * 1024 };

    char *value = malloc(LIMIT);
    entitle_error error;

    (void)state;
    assert_non_null(value);
    memset(value, 'v', LIMIT);

    assert_int_equal(
        entitle_response_add_header(&response, "n", 1, value, LIMIT - 3, NULL),
        ENTITLE_OK);
    ent_response_clear(&response);
    assert_int_equal(
        entitle_response_add_header(&response, "n", 1, value, LIMIT - 2, &error),
        ENTITLE_BAD_RESPONSE);
    assert_int_equal(error.status, ENTITLE_BAD_RESPONSE);
    free(value);
}

static void
response_holds_2_mib_of_body(void **state)
{
    enum { LIMIT = 2 * 1024 * 1024 };

    char *body = calloc(1, LIMIT);

    (void)state;
    assert_non_null(body);
    assert_int_equal(
        entitle_response_append_body(&response, body, LIMIT, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_response_append_body(&response, body, 1, NULL), ENTITLE_BAD_RESPONSE);
    assert_int_equal(response.body.length, LIMIT);
    free(body);
}

static void
response_tells_want_of_memory_from_excess(void **state)
{
    (void)state;
    fake.fail_allocation = 0;
    assert_int_equal(add("a", "b"), ENTITLE_OUT_OF_MEMORY);
    assert_int_equal(
        entitle_response_append_body(&response, "x", 1, NULL), ENTITLE_OUT_OF_MEMORY);
}

typedef struct request_case {
    const char *method;
    const char *url;
    const char *header_name;
    const char *header_value;
    bool direct;
    entitle_status want;
} request_case;

static void
transport_is_asked_for_nothing_forbidden(void **state)
{
    static const request_case cases[] = {
        { "POST", "https://h/", "a", "b", false, ENTITLE_OK },
        { "POST", "http://h/", "a", "b", false, ENTITLE_CONFIGURATION },
        { "POST", "http://127.0.0.1/", "a", "b", false, ENTITLE_OK },
        { "GET", "http://169.254.169.254/", "a", "b", false, ENTITLE_CONFIGURATION },
        { "GET", "http://169.254.169.254/", "a", "b", true, ENTITLE_OK },
        { "POST", "file:///etc/passwd", "a", "b", false, ENTITLE_CONFIGURATION },
        { "POST", "https://h/", "a", "b\r\nc: d", false, ENTITLE_CONFIGURATION },
        { "POST", "https://h/", "a", "b\nc: d", false, ENTITLE_CONFIGURATION },
        { "POST", "https://h/", "a", "b\tc", false, ENTITLE_OK },
        { "POST", "https://h/", "a", "b\x7f", false, ENTITLE_CONFIGURATION },
        { "POST", "https://h/", "a:", "b", false, ENTITLE_INTERNAL_ERROR },
        { "POST", "https://h/", "a\r\nx", "b", false, ENTITLE_INTERNAL_ERROR },
        { "POST", "https://h/", "", "b", false, ENTITLE_INTERNAL_ERROR },
        { "PO ST", "https://h/", "a", "b", false, ENTITLE_INTERNAL_ERROR },
    };
    static const scripted_answer answer = { .http_status = 200 };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const request_case *each = &cases[i];
        const entitle_header header = { each->header_name, each->header_value };
        const entitle_request request = {
            .method = each->method,
            .url = each->url,
            .headers = &header,
            .header_count = 1,
            .timeout_ms = 1000,
            .direct = each->direct,
        };
        static scripted_transport script;

        scripted_transport_init(&script, &fake, &answer, 1);
        print_message("  %s %s\n", each->method, each->url);
        assert_int_equal(
            ent_transport_perform(&script.transport, &request, &response, NULL),
            each->want);
        assert_int_equal(script.request_count, each->want == ENTITLE_OK);
        scripted_transport_clear(&script);
    }
}

static void
transport_must_give_a_final_answer(void **state)
{
    static const scripted_answer answer = { .http_status = 100 };
    static scripted_transport script;
    const entitle_request request = { .method = "GET",
                                      .url = "https://h/",
                                      .timeout_ms = 1 };

    (void)state;
    scripted_transport_init(&script, &fake, &answer, 1);
    assert_int_equal(
        ent_transport_perform(&script.transport, &request, &response, NULL),
        ENTITLE_BAD_RESPONSE);
    scripted_transport_clear(&script);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            response_accepts_statuses_from_100_to_599, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            response_finds_the_first_header_in_any_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            response_forgets_an_interim_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            response_refuses_control_characters_in_headers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            response_holds_64_kib_of_headers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            response_holds_2_mib_of_body, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            response_tells_want_of_memory_from_excess, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            transport_is_asked_for_nothing_forbidden, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            transport_must_give_a_final_answer, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
