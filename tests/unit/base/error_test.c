/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "support/cmocka.h"

#include <string.h>

static void
status_names_are_those_of_the_contract(void **state)
{
    (void)state;
    assert_string_equal(entitle_status_name(ENTITLE_OK), "ok");
    assert_string_equal(entitle_status_name(ENTITLE_BAD_SIGNATURE), "bad_signature");
    assert_string_equal(entitle_status_name(ENTITLE_NOT_ENTITLED), "not_entitled");
    assert_string_equal(entitle_status_name((entitle_status)0x7777), "internal_error");
    assert_string_equal(entitle_status_text((entitle_status)-1), "internal error");
}

static void
status_category_is_the_high_byte_and_unknown_is_internal(void **state)
{
    (void)state;
#define ASSERT_CATEGORY(identifier, number, name, text)                                \
    assert_int_equal(entitle_status_category(ENTITLE_##identifier), (number) >> 8);    \
    assert_true(strlen(name) > 0 && strlen(text) > 0);
    ENTITLE_STATUS_MAP(ASSERT_CATEGORY)
#undef ASSERT_CATEGORY
    assert_int_equal(
        entitle_status_category((entitle_status)0x0901), ENTITLE_CATEGORY_INTERNAL);
}

static void
fail_fills_everything_and_accepts_null(void **state)
{
    entitle_error error;

    (void)state;
    memset(&error, 'x', sizeof(error));
    assert_int_equal(
        ent_fail(&error, ENTITLE_TIMEOUT, "after %d\n%s", 3, "attempts"),
        ENTITLE_TIMEOUT);
    assert_int_equal(error.status, ENTITLE_TIMEOUT);
    assert_string_equal(error.message, "after 3?attempts");
    assert_string_equal(error.hint, "");
    assert_string_equal(error.service_code, "");
    assert_string_equal(error.request_id, "");
    assert_int_equal(error.http_status, 0);

    ent_hint(&error, "wait %s", "longer");
    assert_string_equal(error.message, "after 3?attempts");
    assert_string_equal(error.hint, "wait longer");

    assert_int_equal(ent_fail(NULL, ENTITLE_TIMEOUT, "nobody looks"), ENTITLE_TIMEOUT);
    ent_hint(NULL, "nobody looks");
    assert_int_equal(ent_fail_memory(&error), ENTITLE_OUT_OF_MEMORY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_names_are_those_of_the_contract),
        cmocka_unit_test(status_category_is_the_high_byte_and_unknown_is_internal),
        cmocka_unit_test(fail_fills_everything_and_accepts_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
