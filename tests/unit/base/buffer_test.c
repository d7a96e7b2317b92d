/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <string.h>

static void
buffer_grows_to_its_limit_and_no_further(void **state)
{
    fake_runtime fake;
    ent_buffer buffer;

    (void)state;
    fake_runtime_init(&fake);
    ent_buffer_init(&buffer, &fake.runtime, 200);
    assert_string_equal(ent_buffer_text(&buffer), "");
    for (int i = 0; i < 200; i++) {
        assert_true(ent_buffer_append(&buffer, "x", 1));
    }
    assert_int_equal(buffer.length, 200);
    assert_int_equal(strlen(ent_buffer_text(&buffer)), 200);

    assert_false(ent_buffer_append(&buffer, "x", 1));
    assert_true(buffer.failed);
    assert_true(buffer.is_full);
    assert_int_equal(buffer.length, 200);
    ent_buffer_clear(&buffer);
    assert_false(buffer.failed);
    assert_false(buffer.is_full);
    assert_int_equal(fake.blocks_in_use, 0);
}

static void
buffer_formats_over_the_border_of_its_capacity(void **state)
{
    fake_runtime fake;
    ent_buffer buffer;

    (void)state;
    fake_runtime_init(&fake);
    ent_buffer_init(&buffer, &fake.runtime, 1000);
    assert_true(ent_buffer_append_format(&buffer, "%060d", 7));
    assert_true(ent_buffer_append_format(&buffer, "%s-%d", "abcdef", 42));
    assert_int_equal(buffer.length, 69);
    assert_string_equal(ent_buffer_text(&buffer) + 59, "7abcdef-42");
    assert_false(ent_buffer_append_format(&buffer, "%2000d", 1));
    assert_string_equal(ent_buffer_text(&buffer) + 59, "7abcdef-42");
    ent_buffer_clear(&buffer);
}

static void
buffer_writes_integers(void **state)
{
    static const struct {
        int64_t value;
        const char *text;
    } integers[] = {
        { 0, "0" },
        { 9, "9" },
        { 10, "10" },
        { -1, "-1" },
        { INT64_MAX, "9223372036854775807" },
        { INT64_MIN, "-9223372036854775808" },
    };
    fake_runtime fake;

    (void)state;
    fake_runtime_init(&fake);
    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
        ent_buffer buffer;
        ent_buffer_init(&buffer, &fake.runtime, 20);
        assert_true(ent_buffer_append_integer(&buffer, integers[i].value));
        assert_string_equal(ent_buffer_text(&buffer), integers[i].text);
        ent_buffer_clear(&buffer);
    }
}

/* Within its capacity, which is more than its limit. */
static void
buffer_formats_up_to_its_limit(void **state)
{
    fake_runtime fake;
    ent_buffer buffer;

    (void)state;
    fake_runtime_init(&fake);
    ent_buffer_init(&buffer, &fake.runtime, 70);
    assert_true(ent_buffer_append_format(&buffer, "%066d", 7));
    assert_true(ent_buffer_append_format(&buffer, "%d", 1234));
    assert_int_equal(buffer.length, 70);
    assert_false(ent_buffer_append_format(&buffer, "%d", 5));
    assert_true(buffer.is_full);
    assert_string_equal(ent_buffer_text(&buffer) + 65, "71234");
    ent_buffer_clear(&buffer);
}

static void
buffer_stays_failed_after_memory_ran_out(void **state)
{
    fake_runtime fake;
    ent_buffer buffer;

    (void)state;
    fake_runtime_init(&fake);
    fake.fail_allocation = 1;
    ent_buffer_init(&buffer, &fake.runtime, 1000);
    assert_true(ent_buffer_append_text(&buffer, "first"));
    assert_false(ent_buffer_append_format(&buffer, "%100d", 1));
    fake.fail_allocation = -1;
    assert_false(ent_buffer_append_text(&buffer, "later"));
    assert_string_equal(ent_buffer_text(&buffer), "first");
    assert_false(buffer.is_full);
    ent_buffer_clear(&buffer);
    assert_int_equal(fake.blocks_in_use, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer_grows_to_its_limit_and_no_further),
        cmocka_unit_test(buffer_formats_over_the_border_of_its_capacity),
        cmocka_unit_test(buffer_writes_integers),
        cmocka_unit_test(buffer_formats_up_to_its_limit),
        cmocka_unit_test(buffer_stays_failed_after_memory_ran_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
