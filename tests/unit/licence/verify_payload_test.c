/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/licence_forge.h"
#include "verify_fixture.h"

#include <stdlib.h>

#define PAYLOAD(TEXT)        .recipe = { .payload = (TEXT) }
#define MORE(TEXT)           PAYLOAD(LICENCE_PAYLOAD_WITH("," TEXT))
#define DATES(IAT, NBF, EXP) PAYLOAD(VERIFY_PAYLOAD_LASTING(IAT, NBF, EXP))
#define NAMES(FORMAT, REST)                                                            \
    PAYLOAD("{\"format\":" FORMAT "," REST "\"iat\":1795291200,\"nbf\":1795291200,"    \
            "\"exp\":1826827200}")
#define THREE "\"jti\":\"l\",\"product\":\"p\",\"licensee\":\"x\","

/* GRAMMAR: refused before libjwt gets to parse it, and so before the signature. */
typedef enum payload_want { WRONG = 0, RIGHT, GRAMMAR } payload_want;

static const struct {
    const char *name;
    licence_recipe recipe;
    payload_want want;
} payloads[] = {
    { "right", NAMES("\"entitle-licence-1\"", THREE), RIGHT },
    { "format_of_another_kind", NAMES("\"entitle-licence-2\"", THREE), WRONG },
    { "format_number", NAMES("1", THREE), WRONG },
    { "format_missing",
      PAYLOAD("{" THREE "\"iat\":1795291200,\"nbf\":1795291200,\"exp\":1826827200}"),
      WRONG },
    { "id_missing",
      NAMES("\"entitle-licence-1\"", "\"product\":\"p\",\"licensee\":\"x\","),
      WRONG },
    { "id_empty",
      NAMES(
          "\"entitle-licence-1\"",
          "\"jti\":\"\",\"product\":\"p\",\"licensee\":\"x\","),
      WRONG },
    { "id_with_a_space",
      NAMES(
          "\"entitle-licence-1\"",
          "\"jti\":\"a b\",\"product\":\"p\",\"licensee\":\"x\","),
      WRONG },
    { "product_missing",
      NAMES("\"entitle-licence-1\"", "\"jti\":\"l\",\"licensee\":\"x\","),
      WRONG },
    { "product_with_a_space",
      NAMES(
          "\"entitle-licence-1\"",
          "\"jti\":\"l\",\"product\":\"p p\",\"licensee\":\"x\","),
      WRONG },
    { "licensee_missing",
      NAMES("\"entitle-licence-1\"", "\"jti\":\"l\",\"product\":\"p\","),
      WRONG },
    { "member_twice", MORE("\"product\":\"" LICENCE_PRODUCT "\""), WRONG },
    { "member_twice_once_escaped", MORE("\"\\u0065xp\":1826827200"), WRONG },
    { "member_of_the_sellers", MORE("\"order\":{\"number\":1}"), RIGHT },
    { "nul_in_a_text", MORE("\"x\":\"\\u0000\""), GRAMMAR },
    { "not_utf8", MORE("\"x\":\"\xff\""), GRAMMAR },
    { "bytes_behind", PAYLOAD(LICENCE_PAYLOAD "x"), GRAMMAR },
    { "list", PAYLOAD("[1]"), WRONG },

    { "dates", DATES("1795291200", "1795291200", "1826827200"), RIGHT },
    { "issued_text", DATES("\"1795291200\"", "1795291200", "1826827200"), WRONG },
    { "begin_missing",
      PAYLOAD("{\"format\":\"entitle-licence-1\"," THREE
              "\"iat\":1795291200,\"exp\":1826827200}"),
      WRONG },
    { "end_missing",
      PAYLOAD("{\"format\":\"entitle-licence-1\"," THREE
              "\"iat\":1795291200,\"nbf\":1795291200}"),
      WRONG },
    { "end_null", DATES("1795291200", "1795291200", "null"), WRONG },
    { "end_text", DATES("1795291200", "1795291200", "\"1826827200\""), WRONG },
    { "end_true", DATES("1795291200", "1795291200", "true"), WRONG },
    { "end_fraction", DATES("1795291200", "1795291200", "1826827200.5"), WRONG },
    { "end_float", DATES("1795291200", "1795291200", "1826827200.0"), WRONG },
    { "end_with_exponent", DATES("1795291200", "1795291200", "1.8268272e9"), WRONG },
    { "end_negative", DATES("1795291200", "1795291200", "-1"), WRONG },
    { "end_at_the_last", DATES("1795291200", "1795291200", "253402300799"), RIGHT },
    { "end_after_the_last", DATES("1795291200", "1795291200", "253402300800"), WRONG },
    { "end_beyond_64_bits",
      DATES("1795291200", "1795291200", "18446744073709551616"),
      GRAMMAR },
    { "end_at_the_begin", DATES("1795291200", "1795291200", "1795291200"), WRONG },
    { "end_a_second_later", DATES("1795291200", "1795291200", "1795291201"), RIGHT },

    { "one_seat", MORE("\"seats\":1"), RIGHT },
    { "no_seats", MORE("\"seats\":0"), WRONG },
    { "half_a_seat", MORE("\"seats\":1.5"), WRONG },
    { "seats_text", MORE("\"seats\":\"1\""), WRONG },
    { "many_seats", MORE("\"seats\":2147483647"), RIGHT },
    { "too_many_seats", MORE("\"seats\":2147483648"), WRONG },

    { "no_features", MORE("\"features\":[]"), RIGHT },
    { "features_text", MORE("\"features\":\"export\""), WRONG },
    { "features_object", MORE("\"features\":{\"export\":true}"), WRONG },
    { "feature_number", MORE("\"features\":[1]"), WRONG },
    { "feature_empty", MORE("\"features\":[\"\"]"), WRONG },
    { "feature_twice", MORE("\"features\":[\"a\",\"a\"]"), WRONG },
    { "features_that_differ", MORE("\"features\":[\"a\",\"A\"]"), RIGHT },

    { "account", MORE("\"account\":\"123456789012\""), RIGHT },
    { "account_number", MORE("\"account\":123456789012"), WRONG },
    { "account_short", MORE("\"account\":\"12345678901\""), WRONG },
    { "account_long", MORE("\"account\":\"1234567890123\""), WRONG },
    { "account_null", MORE("\"account\":null"), WRONG },
    { "host", MORE("\"host\":\"db7\""), RIGHT },
    { "host_empty", MORE("\"host\":\"\""), WRONG },
    { "host_with_a_space", MORE("\"host\":\"db 7\""), WRONG },
};

static void
payload_is_read_strictly_after_the_signature(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
        static const char *const steps[] = {
            [WRONG] = "ppppfccrcc", [RIGHT] = "pppppccpcc", [GRAMMAR] = "ppprfccrcc"
        };
        payload_want want = payloads[i].want;
        char *licence = licence_forge(&payloads[i].recipe);

        verify_expect(
            payloads[i].name,
            licence,
            &verify_now,
            want == RIGHT ? ENTITLE_VERIFIED : ENTITLE_BAD_PAYLOAD,
            steps[want]);
        free(licence);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payload_is_read_strictly_after_the_signature),
    };

    return cmocka_run_group_tests(tests, verify_set_up, verify_tear_down);
}
