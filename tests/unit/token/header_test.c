/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "token/header.h"

#include <string.h>

static const struct header_case {
    const char *header;
    entitle_status want;
} cases[] = {
    { "{\"alg\":\"PS256\"}", ENTITLE_OK },
    { " {\"alg\" : \"PS256\"}\n", ENTITLE_OK },
    { "{\"alg\":\"\\u0050S256\"}", ENTITLE_OK },

    /* alg */
    { "{}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"Alg\":\"PS256\"}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":null}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":256}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":[\"PS256\"]}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":\"\"}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":\"none\"}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":\"NONE\"}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":\"HS256\"}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":\"RS256\"}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":\"ES256\"}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":\"PS384\"}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":\"PS512\"}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":\"ps256\"}", ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "{\"alg\":\"PS256 \"}", ENTITLE_ALGORITHM_NOT_ALLOWED },

    /* typ */
    { "{\"alg\":\"PS256\",\"typ\":\"JWT\"}", ENTITLE_OK },
    { "{\"alg\":\"PS256\",\"typ\":\"jwt\"}", ENTITLE_OK },
    { "{\"alg\":\"PS256\",\"typ\":\"Jwt\"}", ENTITLE_OK },
    { "{\"alg\":\"PS256\",\"typ\":\"JWS\"}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"typ\":\"\"}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"typ\":null}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"typ\":1}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"typ\":\"at+jwt\"}", ENTITLE_BAD_HEADER },

    /* members that steer the verifier, and their harmless neighbours */
    { "{\"alg\":\"PS256\",\"kid\":\"../../etc/passwd\"}", ENTITLE_OK },
    { "{\"alg\":\"PS256\",\"x5t\":\"\",\"cty\":\"JWT\",\"x\":{}}", ENTITLE_OK },
    { "{\"alg\":\"PS256\",\"Crit\":[]}", ENTITLE_OK },
    { "{\"alg\":\"PS256\",\"crit\":[]}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"crit\":[\"exp\"]}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"\\u0063rit\":null}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"b64\":true}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"jwk\":{}}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"jku\":\"\"}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"x5u\":\"\"}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"x5c\":[]}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"zip\":\"DEF\"}", ENTITLE_BAD_HEADER },

    /* JSON */
    { "{\"alg\":\"PS256\",\"alg\":\"PS256\"}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"none\",\"alg\":\"PS256\"}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"\\u0061lg\":\"PS256\"}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"x\":{\"a\":1,\"a\":1}}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"x\":{\"a\":1,\"A\":1}}", ENTITLE_OK },
    { "[\"alg\",\"PS256\"]", ENTITLE_BAD_HEADER },
    { "\"PS256\"", ENTITLE_BAD_HEADER },
    { "null", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\"}{}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\"", ENTITLE_BAD_HEADER },
    { "{alg:\"PS256\"}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\\u0000\"}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"x\":\"\xff\"}", ENTITLE_BAD_HEADER },
    { "\xef\xbb\xbf{\"alg\":\"PS256\"}", ENTITLE_BAD_HEADER },
    { "{\"alg\":\"PS256\",\"x\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}", ENTITLE_OK },
    { "{\"alg\":\"PS256\",\"x\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}",
      ENTITLE_BAD_HEADER },
};

static void
header_is_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ent_header header;
        entitle_error error = { 0 };
        entitle_status status =
            ent_header_read(cases[i].header, strlen(cases[i].header), &header, &error);
        if (status != cases[i].want) {
            fail_msg("%s: %s", cases[i].header, entitle_status_name(status));
        }
        assert_int_equal(error.message[0] != '\0', status != ENTITLE_OK);
        ent_header_clear(&header);
    }
}

static void
header_refuses_a_nul_byte(void **state)
{
    static const char with_nul[] = "{\"alg\":\"PS256\"}\0";
    ent_header header;

    (void)state;
    assert_int_equal(ent_header_read(with_nul, 15, &header, NULL), ENTITLE_OK);
    ent_header_clear(&header);
    assert_int_equal(ent_header_read(with_nul, 16, &header, NULL), ENTITLE_BAD_HEADER);
    ent_header_clear(&header);
}

static void
header_shows_what_it_refuses(void **state)
{
    static const char rs256[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
    static const char twice[] = "{\"alg\":\"RS256\",\"alg\":\"PS256\"}";
    ent_header header;

    (void)state;
    assert_int_equal(
        ent_header_read(rs256, strlen(rs256), &header, NULL),
        ENTITLE_ALGORITHM_NOT_ALLOWED);
    assert_string_equal(header.algorithm, "RS256");
    assert_string_equal(header.type, "JWT");
    ent_header_clear(&header);

    assert_int_equal(
        ent_header_read(twice, strlen(twice), &header, NULL), ENTITLE_BAD_HEADER);
    assert_null(header.algorithm);
    ent_header_clear(&header);
}

/* What a peer wrote must not drive a terminal or forge a line of a log. */
static void
header_message_is_one_printable_line(void **state)
{
    static const char hostile[] = "{\"alg\":\"\\u001b[2J\\nentitle: ok\"}";
    ent_header header;
    entitle_error error;

    (void)state;
    assert_int_equal(
        ent_header_read(hostile, strlen(hostile), &header, &error),
        ENTITLE_ALGORITHM_NOT_ALLOWED);
    assert_null(strchr(error.message, '\n'));
    assert_null(strchr(error.message, '\x1b'));
    ent_header_clear(&header);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_is_judged),
        cmocka_unit_test(header_refuses_a_nul_byte),
        cmocka_unit_test(header_shows_what_it_refuses),
        cmocka_unit_test(header_message_is_one_printable_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
