/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_grammar.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

typedef struct grammar_case {
    const char *text;
    const char *want; /* the fault; NULL: none */
} grammar_case;

static const char ESCAPE[] = "an escape is not one of JSON's";
static const char UNICODE_ESCAPE[] = "an escape is not \\u and four hex digits";
static const char SURROGATE[] = "a surrogate stands alone";
static const char NOT_UTF8[] = "a string is not UTF-8";
static const char DIGIT[] = "a digit was expected";
static const char VALUE[] = "a value was expected";
static const char STRING[] = "a string was expected";
static const char CONTROL[] = "a control character stands in a string";
static const char COMMA[] = "a comma or the end of an object or array was expected";
static const char TRAILING[] = "something follows the value";

static const grammar_case cases[] = {
    { "{}", NULL },
    { "[]", NULL },
    { " \t\r\n{ } ", NULL },
    { "{\"a\":1,\"b\":[true,false,null,\"\"]}", NULL },
    { "{\"a\":{\"b\":[{}]}}", NULL },
    { "", VALUE },
    { " ", VALUE },
    { "{", STRING },
    { "[", VALUE },
    { "[1", COMMA },
    { "{\"a\":1", COMMA },
    { "[1]]", TRAILING },
    { "{}{}", TRAILING },
    { "{} x", TRAILING },
    { "[1,]", VALUE },
    { "[,1]", VALUE },
    { "{\"a\":1,}", STRING },
    { "{a:1}", STRING },
    { "{'a':1}", STRING },
    { "{\"a\" 1}", "a colon was expected" },
    { "{\"a\":}", VALUE },
    { "[1}", COMMA },
    { "{\"a\":1]", COMMA },
    { "\xef\xbb\xbf{}", VALUE }, /* a byte-order mark */
    { "/**/{}", VALUE },
    { "\v{}", VALUE },

    { "0", NULL },
    { "-0", NULL },
    { "10", NULL },
    { "01", TRAILING },
    { "-", DIGIT },
    { "+1", VALUE },
    { "1.0", NULL },
    { "1.", DIGIT },
    { ".1", VALUE },
    { "1e9", NULL },
    { "1E-9", NULL },
    { "1e+9", NULL },
    { "1e", DIGIT },
    { "1e+", DIGIT },
    { "0x10", TRAILING },
    { "100000000000000000000000000000000000000000000000000000000000000", NULL },
    { "1000000000000000000000000000000000000000000000000000000000000000",
      "a number is too long" },
    { "[-0.11111111111111111111111111111111111111111111111111111111111e-1]",
      "a number is too long" },
    { "NaN", VALUE },
    { "Infinity", VALUE },
    { "-Infinity", DIGIT },

    { "true", NULL },
    { "tru", VALUE },
    { "True", VALUE },
    { "false", NULL },
    { "fals", VALUE },
    { "null", NULL },
    { "nul", VALUE },
    { "nulll", TRAILING },

    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", NULL },
    { "\"\\x\"", ESCAPE },
    { "\"\\\"", "a string does not end" },
    { "\"\\", ESCAPE },
    { "\"a", "a string does not end" },
    { "\"\t\"", CONTROL },
    { "\"\x7f\"", NULL },
    { "\"\x1f\"", CONTROL },
    { "\"\\u00e9\"", NULL },
    { "\"\\u00E9\"", NULL },
    { "\"\\u00g9\"", UNICODE_ESCAPE },
    { "\"\\u00e\"", UNICODE_ESCAPE },
    { "\"\\U00e9\"", ESCAPE },
    { "\"\\u0001\"", NULL },
    { "\"\\u0000\"", "a string holds U+0000" },
    { "\"\\ud83d\\ude00\"", NULL },
    { "\"\\ud83d\"", SURROGATE },
    { "\"\\ud83dx\"", SURROGATE },
    { "\"\\ud83d\\n\"", SURROGATE },
    { "\"\\ud83d\\u0041\"", SURROGATE },
    { "\"\\ud83d\\ud83d\"", SURROGATE },
    { "\"\\ude00\"", SURROGATE },

    { "\"\xc3\xa9\"", NULL },
    { "\"\xc3\"", NOT_UTF8 },
    { "\"\xc3\x28\"", NOT_UTF8 },
    { "\"\xa9\"", NOT_UTF8 },
    { "\"\xc0\xaf\"", NOT_UTF8 },
    { "\"\xc1\xbf\"", NOT_UTF8 },
    { "\"\xe0\xa0\x80\"", NULL },
    { "\"\xe0\x9f\xbf\"", NOT_UTF8 },
    { "\"\xed\x9f\xbf\"", NULL },
    { "\"\xed\xa0\x80\"", NOT_UTF8 }, /* a surrogate */
    { "\"\xf0\x90\x80\x80\"", NULL },
    { "\"\xf0\x8f\xbf\xbf\"", NOT_UTF8 },
    { "\"\xf4\x8f\xbf\xbf\"", NULL },
    { "\"\xf4\x90\x80\x80\"", NOT_UTF8 },
    { "\"\xf5\x80\x80\x80\"", NOT_UTF8 },
    { "\"\xff\"", NOT_UTF8 },
    { "{\"\xff\":1}", NOT_UTF8 },
};

static void
grammar_accepts_json_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const grammar_case *c = &cases[i];
        const char *fault = ent_json_grammar_fault(c->text, strlen(c->text), 16, NULL);
        if ((fault == NULL) != (c->want == NULL) ||
            (fault != NULL && strcmp(fault, c->want) != 0)) {
            fail_msg("%s: %s", c->text, fault != NULL ? fault : "accepted");
        }
    }
}

static void
grammar_refuses_a_nul_byte_wherever_it_stands(void **state)
{
    static const char text[] = "{\"a\":1}";

    (void)state;
    for (size_t i = 0; i <= strlen(text); i++) {
        char with_nul[sizeof(text) + 1];
        memcpy(with_nul, text, i);
        with_nul[i] = '\0';
        memcpy(with_nul + i + 1, text + i, strlen(text) - i);
        assert_non_null(ent_json_grammar_fault(with_nul, strlen(text) + 1, 16, NULL));
    }
}

/* The fault of a string of letters with one other byte among them. */
static const char *
fault_with(unsigned char byte, size_t at)
{
    enum { LENGTH = 24 };
    char text[LENGTH + 2];

    memset(text, 'a', sizeof(text));
    text[0] = text[LENGTH + 1] = '"';
    text[1 + at] = (char)byte;
    return ent_json_grammar_fault(text, sizeof(text), 16, NULL);
}

static const char *
expected_fault(unsigned char byte)
{
    if (byte == '"') {
        return TRAILING;
    }
    if (byte == '\\') {
        return ESCAPE;
    }
    if (byte < 0x20) {
        return CONTROL;
    }
    return byte < 0x80 ? NULL : NOT_UTF8;
}

static void
grammar_sees_each_byte_wherever_it_stands_in_a_string(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte <= 0xff; byte++) {
        for (size_t at = 0; at < 23; at++) {
            const char *want = expected_fault((unsigned char)byte);
            const char *fault = fault_with((unsigned char)byte, at);
            if (fault != want &&
                (fault == NULL || want == NULL || strcmp(fault, want) != 0)) {
                fail_msg(
                    "%02x at %zu: %s", byte, at, fault != NULL ? fault : "accepted");
            }
        }
    }
}

static void
grammar_refuses_every_cut(void **state)
{
    static const char text[] = "{\"a\":[1.5e3,\"\\ud83d\\ude00\xc3\xa9\",true]}";

    (void)state;
    assert_null(ent_json_grammar_fault(text, strlen(text), 16, NULL));
    for (size_t length = 0; length < strlen(text); length++) {
        assert_non_null(ent_json_grammar_fault(text, length, 16, NULL));
    }
}

/* `depth` arrays or objects, each the only thing in the one around it. */
static size_t
nest(char *text, size_t size, size_t depth, const char *open, const char *close)
{
    size_t length = 0;

    for (size_t i = 0; i < depth; i++) {
        length += (size_t)snprintf(text + length, size - length, "%s", open);
    }
    length += (size_t)snprintf(text + length, size - length, "0");
    for (size_t i = 0; i < depth; i++) {
        length += (size_t)snprintf(text + length, size - length, "%s", close);
    }
    return length;
}

static void
grammar_bounds_the_depth(void **state)
{
    static char text[1 << 16];
    static const char deep[] = "it is nested too deeply";
    size_t length;

    (void)state;
    length = nest(text, sizeof(text), 16, "[", "]");
    assert_null(ent_json_grammar_fault(text, length, 16, NULL));
    length = nest(text, sizeof(text), 17, "[", "]");
    assert_string_equal(ent_json_grammar_fault(text, length, 16, NULL), deep);
    length = nest(text, sizeof(text), 16, "{\"a\":", "}");
    assert_null(ent_json_grammar_fault(text, length, 16, NULL));
    length = nest(text, sizeof(text), 17, "{\"a\":", "}");
    assert_string_equal(ent_json_grammar_fault(text, length, 16, NULL), deep);
    length = nest(text, sizeof(text), 30000, "[", "]");
    assert_string_equal(ent_json_grammar_fault(text, length, 1000, NULL), deep);
}

static void
grammar_says_where(void **state)
{
    size_t offset = 0;

    (void)state;
    assert_non_null(ent_json_grammar_fault("{\"a\":x}", 7, 16, &offset));
    assert_int_equal(offset, 5);
    assert_non_null(ent_json_grammar_fault("[\"\\", 3, 16, &offset));
    assert_int_equal(offset, 3);
}

static void
grammar_measures_what_it_reads(void **state)
{
    static const struct {
        const char *text;
        size_t values;
        size_t elements;
    } sizes[] = {
        { "1", 1, 0 },
        { "{}", 1, 0 },
        { "[]", 1, 0 },
        { " [ 1 ] ", 2, 1 },
        { "[1,[2,3],{\"a\":4,\"b\":[5]}]", 9, 3 },
        { "{\"a\":[1,2,3],\"b\":2}", 6, 0 },
        { "[[],{}]", 3, 2 },
        { "[\"[1,2]\"]", 2, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        ent_json_size size;
        const char *text = sizes[i].text;
        assert_null(ent_json_grammar_measure(text, strlen(text), 16, NULL, &size));
        if (size.values != sizes[i].values || size.elements != sizes[i].elements) {
            fail_msg("%s: %zu values, %zu elements", text, size.values, size.elements);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grammar_accepts_json_and_nothing_else),
        cmocka_unit_test(grammar_refuses_a_nul_byte_wherever_it_stands),
        cmocka_unit_test(grammar_sees_each_byte_wherever_it_stands_in_a_string),
        cmocka_unit_test(grammar_refuses_every_cut),
        cmocka_unit_test(grammar_bounds_the_depth),
        cmocka_unit_test(grammar_says_where),
        cmocka_unit_test(grammar_measures_what_it_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
