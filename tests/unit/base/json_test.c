/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/json.h"
#include "base/runtime.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct parse_case {
    const char *text;
    const char *want; /* the reason of the refusal; NULL: accepted */
} parse_case;

static void
json_parses_objects_without_repeated_members(void **state)
{
    static const char twice[] = "a member occurs twice";
    static const parse_case cases[] = {
        { "{}", NULL },
        { "{\"a\":1,\"b\":1}", NULL },
        { "{\"a\":1,\"a\":1}", twice },
        { "{\"a\":1,\"A\":1}", NULL },
        { "{\"a\":1,\"\\u0061\":1}", twice },
        { "{\"a\":1,\"a \":1}", NULL },
        { "{\"x\":{\"a\":1,\"a\":1}}", twice },
        { "{\"x\":{\"a\":1},\"y\":{\"a\":1}}", NULL },
        { "{\"x\":[{\"a\":1,\"a\":1}]}", twice },
        { "{\"x\":[{\"a\":1},{\"a\":1}]}", NULL },
        { "[]", "it is not an object" },
        { "\"{}\"", "it is not an object" },
        { "1", "it is not an object" },
        { "{}x", "something follows the value" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const parse_case *c = &cases[i];
        ent_json_fault fault;
        ent_json *json = ent_json_parse_object(c->text, strlen(c->text), &fault);
        if ((json != NULL) != (c->want == NULL)) {
            fail_msg("%s: %s", c->text, json != NULL ? "accepted" : fault.reason);
        }
        if (c->want != NULL) {
            assert_string_equal(fault.reason, c->want);
            assert_false(fault.out_of_memory);
        }
        ent_json_free(json);
    }
}

/*
 * An object of `count` members, the last of them named like `repeated`
 * where that is >= 0.
 */
static char *
object_of(size_t count, long repeated)
{
    char *text = malloc(count * 16 + 16);
    size_t length = 1;

    assert_non_null(text);
    text[0] = '{';
    for (size_t i = 0; i < count; i++) {
        bool is_last = i + 1 == count;
        size_t name = is_last && repeated >= 0 ? (size_t)repeated : i;
        length += (size_t)snprintf(
            text + length, 16, "\"%zu\":0%s", name, is_last ? "}" : ",");
    }
    return text;
}

static void
json_finds_a_repeated_member_among_many(void **state)
{
    /* 16 members are compared with each other, more are sorted. */
    static const size_t counts[] = { 2, 15, 16, 17, 18, 1000, 100000 };

    (void)state;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        char *distinct = object_of(counts[i], -1);
        char *first_repeated = object_of(counts[i], 0);
        char *last_repeated = object_of(counts[i], (long)counts[i] - 2);
        ent_json *json = ent_json_parse_object(distinct, strlen(distinct), NULL);

        assert_non_null(json);
        assert_null(
            ent_json_parse_object(first_repeated, strlen(first_repeated), NULL));
        assert_null(ent_json_parse_object(last_repeated, strlen(last_repeated), NULL));
        ent_json_free(json);
        free(distinct);
        free(first_repeated);
        free(last_repeated);
    }
}

static void
json_reads_members_by_exact_name_and_type(void **state)
{
    static const char text[] =
        "{\"s\":\"\\u00e9\",\"n\":1.5,\"z\":null,\"o\":{},\"huge\":1e999}";
    ent_json *json = ent_json_parse_object(text, strlen(text), NULL);
    double number = 0;

    (void)state;
    assert_non_null(json);
    assert_string_equal(ent_json_string(ent_json_member(json, "s")), "\xc3\xa9");
    assert_null(ent_json_member(json, "S"));
    assert_null(ent_json_string(ent_json_member(json, "missing")));
    assert_null(ent_json_string(ent_json_member(json, "n")));
    assert_true(ent_json_number(ent_json_member(json, "n"), &number));
    assert_true(number > 1.4 && number < 1.6);
    assert_false(ent_json_number(ent_json_member(json, "huge"), &number));
    assert_false(ent_json_number(ent_json_member(json, "s"), &number));
    assert_true(ent_json_is_null(ent_json_member(json, "z")));
    assert_false(ent_json_is_null(ent_json_member(json, "missing")));
    assert_true(ent_json_is_object(ent_json_member(json, "o")));
    assert_false(ent_json_is_object(ent_json_member(json, "s")));
    ent_json_free(json);
}

static void
json_writes_strings_that_it_reads_back(void **state)
{
    static const char nasty[] = "a\"b\\c\n\r\t\x01\x1f/\xc3\xa9";
    entitle_runtime runtime;
    ent_buffer buffer;
    ent_json *json;

    (void)state;
    assert_int_equal(ent_runtime_fill(&runtime, NULL, NULL), ENTITLE_OK);
    ent_buffer_init(&buffer, &runtime, 4096);
    assert_true(ent_json_append_string(&buffer, nasty));
    assert_string_equal(
        ent_buffer_text(&buffer), "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f/\xc3\xa9\"");
    json = ent_json_parse(ent_buffer_text(&buffer), buffer.length, NULL);
    assert_string_equal(ent_json_string(json), nasty);
    ent_json_free(json);
    ent_buffer_clear(&buffer);
}

static void
json_walks_lists_to_their_end(void **state)
{
    static const char text[] = "{\"list\":[1,2,3],\"empty\":[],\"object\":{\"a\":1}}";
    ent_json *json = ent_json_parse_object(text, strlen(text), NULL);
    const ent_json *each = ent_json_first(ent_json_member(json, "list"));
    double sum = 0;

    (void)state;
    assert_true(ent_json_is_array(ent_json_member(json, "list")));
    for (; each != NULL; each = ent_json_next(each)) {
        double number = 0;
        assert_true(ent_json_number(each, &number));
        sum = sum * 10 + number;
    }
    assert_true(sum == 123);
    assert_true(ent_json_is_array(ent_json_member(json, "empty")));
    assert_null(ent_json_first(ent_json_member(json, "empty")));
    assert_false(ent_json_is_array(ent_json_member(json, "object")));
    assert_null(ent_json_first(ent_json_member(json, "object")));
    assert_false(ent_json_is_array(NULL));
    assert_null(ent_json_first(NULL));
    ent_json_free(json);
}

static void
json_takes_only_true_for_true(void **state)
{
    static const char text[] =
        "{\"yes\":true,\"no\":false,\"text\":\"true\",\"number\":1,\"null\":null}";
    ent_json *json = ent_json_parse_object(text, strlen(text), NULL);

    (void)state;
    assert_true(ent_json_is_true(ent_json_member(json, "yes")));
    assert_false(ent_json_is_true(ent_json_member(json, "no")));
    assert_false(ent_json_is_true(ent_json_member(json, "text")));
    assert_false(ent_json_is_true(ent_json_member(json, "number")));
    assert_false(ent_json_is_true(ent_json_member(json, "null")));
    assert_false(ent_json_is_true(ent_json_member(json, "absent")));
    ent_json_free(json);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_parses_objects_without_repeated_members),
        cmocka_unit_test(json_finds_a_repeated_member_among_many),
        cmocka_unit_test(json_reads_members_by_exact_name_and_type),
        cmocka_unit_test(json_writes_strings_that_it_reads_back),
        cmocka_unit_test(json_walks_lists_to_their_end),
        cmocka_unit_test(json_takes_only_true_for_true),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
