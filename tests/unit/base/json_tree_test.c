/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* cJSON is what it has to equal, wherever the grammar accepts a text. */
static void
tree_is_the_one_that_cjson_makes(void **state)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        " { } ",
        "[ ]",
        "\"\"",
        "true",
        "false",
        " null ",
        "0",
        "-0",
        "7",
        "{\"a\":1}",
        "{ \"a\" : 1 , \"b\" : [ ] , \"c\" : { } }",
        "[[],{},[[]],[{}],{\"\":[]}]",
        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
        "{\"a\":{\"b\":{\"c\":[1,[2,[3]]]}},\"d\":true,\"e\":false,\"f\":null}",
        "[\"a\",\"\",\"b c\",\"]\",\"}\",\",\",\":\"]",
        "{\"\":\"\",\" \":\" \"}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"a\\\\\"",
        "\"\\u0001\\u007f\\u0080\\u07ff\\u0800\\ud7ff\\ue000\\uFFFF\"",
        "\"\\ud800\\udc00 \\uD83D\\uDE00 \\udbff\\udfff\"",
        "{\"\\u00e9\":\"\xc3\xa9\",\"\\\"\":\"\\\\u0041\"}",
        "[1,-1,10,2147483647,2147483648,-2147483648,-2147483649]",
        "[999999999999999,-999999999999999,9999999999999999,12345678901234567890]",
        "[1.5,-2.25,0.1,1e3,1E+3,1e-3,-1.25e2,5e-324,1794308400.125]",
        "[0.000000000000000000000000000000000000000000000000000000000001]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        size_t length = strlen(texts[i]);
        ent_json *json = ent_json_parse(texts[i], length, NULL);
        cJSON *want = cJSON_ParseWithLength(texts[i], length);
        assert_non_null(json);
        assert_non_null(want);
        if (!cJSON_Compare(json, want, true)) {
            fail_msg("%s", texts[i]);
        }
        cJSON_Delete(want);
        ent_json_free(json);
    }
}

static const ent_json *
element(const ent_json *json, size_t index)
{
    const ent_json *found = ent_json_element(json, index);

    assert_non_null(found);
    return found;
}

/* cJSON compares with a tolerance. */
static void
tree_has_numbers_to_the_last_bit(void **state)
{
    static const char *const numbers[] = {
        "0",
        "2147483646",
        "1794308400",
        "1.79430840025E9",
        "999999999999999",
        "9007199254740993",
        "0.1",
        "-0.3",
        "123456789012345678901234567890",
        "1e22",
        "1e23",
        "4.9e-324",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        ent_json *json = ent_json_parse(numbers[i], strlen(numbers[i]), NULL);
        double want = strtod(numbers[i], NULL);
        double number = -1;
        assert_true(ent_json_number(json, &number));
        assert_memory_equal(&number, &want, sizeof(want));
        ent_json_free(json);
    }
}

static void
tree_tells_minus_zero_from_zero(void **state)
{
    static const char text[] = "[0,-0]";
    ent_json *json = ent_json_parse(text, strlen(text), NULL);

    (void)state;
    assert_false(signbit(element(json, 0)->valuedouble) != 0);
    assert_true(signbit(element(json, 1)->valuedouble) != 0);
    ent_json_free(json);
}

static void
tree_has_whole_numbers_within_their_bounds(void **state)
{
    static const char text[] =
        "[2147483646,2147483647,2147483648,-2147483648,-2147483649,1e999,-1e999,1.9]";
    static const int want[] = { 2147483646, INT_MAX, INT_MAX, INT_MIN,
                                INT_MIN,    INT_MAX, INT_MIN, 1 };
    ent_json *json = ent_json_parse(text, strlen(text), NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        assert_int_equal(element(json, i)->valueint, want[i]);
    }
    ent_json_free(json);
}

/* A point is a point wherever the program runs. */
static void
tree_reads_numbers_in_any_locale(void **state)
{
    static const char *const locales[] = { "de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "C" };
    static const char text[] = "1.5";
    double number = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(locales) / sizeof(locales[0]); i++) {
        if (setlocale(LC_NUMERIC, locales[i]) == NULL) {
            continue;
        }
        ent_json *json = ent_json_parse(text, strlen(text), NULL);
        assert_true(ent_json_number(json, &number));
        assert_true(number > 1.4 && number < 1.6);
        ent_json_free(json);
    }
    (void)setlocale(LC_NUMERIC, "C");
}

/* The text may end where its memory does: under ASan, nothing behind it is read. */
static void
tree_reads_nothing_behind_the_text(void **state)
{
    static const char *const texts[] = {
        "1", "-12", "\"a\"", "true", "[1]", "{\"a\":1}"
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        size_t length = strlen(texts[i]);
        char *exact = malloc(length);
        assert_non_null(exact);
        memcpy(exact, texts[i], length);
        ent_json *json = ent_json_parse(exact, length, NULL);
        free(exact);
        assert_non_null(json);
        ent_json_free(json);
    }
}

static size_t allocations;

static void *
refuse_memory(size_t size)
{
    (void)size;
    allocations++;
    return NULL;
}

static void *
count_memory(size_t size)
{
    allocations++;
    return malloc(size);
}

/* However large: what a hostile text costs is known before. */
static void
tree_takes_one_block(void **state)
{
    static const char text[] = "{\"a\":[1,\"b\",{\"c\":\"d\"}],\"e\":\"f\"}";
    cJSON_Hooks counting = { count_memory, free };

    (void)state;
    allocations = 0;
    cJSON_InitHooks(&counting);
    ent_json *json = ent_json_parse(text, strlen(text), NULL);
    assert_non_null(json);
    ent_json_free(json);
    cJSON_InitHooks(NULL);
    assert_int_equal(allocations, 1);
}

static void
tree_tells_when_there_is_no_memory(void **state)
{
    cJSON_Hooks refusing = { refuse_memory, free };
    ent_json_fault fault = { .out_of_memory = false };

    (void)state;
    allocations = 0;
    cJSON_InitHooks(&refusing);
    assert_null(ent_json_parse("{}", 2, &fault));
    cJSON_InitHooks(NULL);
    assert_true(fault.out_of_memory);
    assert_int_equal(allocations, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_is_the_one_that_cjson_makes),
        cmocka_unit_test(tree_has_numbers_to_the_last_bit),
        cmocka_unit_test(tree_tells_minus_zero_from_zero),
        cmocka_unit_test(tree_has_whole_numbers_within_their_bounds),
        cmocka_unit_test(tree_reads_numbers_in_any_locale),
        cmocka_unit_test(tree_reads_nothing_behind_the_text),
        cmocka_unit_test(tree_takes_one_block),
        cmocka_unit_test(tree_tells_when_there_is_no_memory),
    };

    return cmocka_run_group_tests_name("json_tree", tests, NULL, NULL);
}
