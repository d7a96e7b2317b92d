/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "crypto/digest.h"
#include "support/cmocka.h"

#include <limits.h>
#include <string.h>

/* FIPS 180-4 and RFC 4231 §4.3 publish these answers. */
static void
sha256_matches_published_answers(void **state)
{
    static const struct {
        const char *message;
        const char *want;
    } cases[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    };
    char digest[ENT_SHA256_HEX_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_true(ent_sha256_hex(cases[i].message, strlen(cases[i].message), digest));
        assert_string_equal(digest, cases[i].want);
    }
}

static void
hmac_matches_published_answer(void **state)
{
    const char *message = "what do ya want for nothing?";
    unsigned char code[ENT_SHA256_SIZE];
    char hex[ENT_SHA256_HEX_SIZE];

    (void)state;
    assert_true(ent_hmac_sha256("Jefe", 4, message, strlen(message), code));

    ent_text_hex(code, sizeof(code), hex);
    assert_string_equal(
        hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void
hmac_refuses_key_longer_than_an_int(void **state)
{
    unsigned char code[ENT_SHA256_SIZE];

    (void)state;
    assert_false(ent_hmac_sha256("", (size_t)INT_MAX + 1, "", 0, code));
    assert_true(ent_hmac_sha256("", 0, "", 0, code));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_matches_published_answers),
        cmocka_unit_test(hmac_matches_published_answer),
        cmocka_unit_test(hmac_refuses_key_longer_than_an_int),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
