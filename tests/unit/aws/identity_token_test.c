/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/identity_token.h"
#include "base/base64url.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <string.h>

static fake_runtime fake;

/* A token around a payload; the other parts are never looked at. */
static bool
decode(const char *payload, ent_identity_token *out)
{
    char encoded[2048];
    char token[2100];

    ent_base64url_encode((const unsigned char *)payload, strlen(payload), encoded);
    (void)snprintf(token, sizeof(token), "e30.%s.c2ln", encoded);
    fake_runtime_init(&fake);
    return ent_identity_token_decode(&fake.runtime, token, strlen(token), out);
}

static void
token_tells_of_itself(void **state)
{
    ent_identity_token token;

    (void)state;
    assert_true(decode(
        "{\"iss\":\"https://oidc.example/id/1\",\"sub\":\"system:serviceaccount:a:b\","
        "\"aud\":[\"sts.amazonaws.com\"],\"exp\":1795291200}",
        &token));
    assert_string_equal(token.issuer, "https://oidc.example/id/1");
    assert_string_equal(token.subject, "system:serviceaccount:a:b");
    assert_string_equal(token.audience, "sts.amazonaws.com");
    assert_true(token.is_for_sts);
    assert_true(token.has_expiry);
    assert_int_equal(token.expires_at_s, FAKE_NOW_S);
    assert_int_equal(fake.blocks_in_use, 0);
}

static const struct {
    const char *payload;
    bool want_decoded;
    bool want_for_sts;
    bool want_expiry;
} cases[] = {
    { "{\"aud\":\"sts.amazonaws.com\",\"exp\":1}", true, true, true },
    { "{\"aud\":[\"vault\",\"sts.amazonaws.com\"],\"exp\":1}", true, true, true },
    { "{\"aud\":[\"vault\"],\"exp\":1}", true, false, true },
    { "{\"aud\":\"STS.amazonaws.com\",\"exp\":1}", true, false, true },
    { "{\"aud\":[7,null],\"exp\":1}", true, false, true },
    { "{\"aud\":{\"sts.amazonaws.com\":1},\"exp\":1}", true, false, true },
    { "{\"exp\":-1}", true, false, false },
    { "{\"exp\":1e300}", true, false, false },
    { "{\"exp\":\"1\"}", true, false, false },
    { "{}", true, false, false },
    { "[]", false, false, false },
    { "{\"exp\":1,\"exp\":2}", false, false, false },
    { "{\"exp\":1", false, false, false },
    { "", false, false, false },
};

static void
token_is_decoded_whatever_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ent_identity_token token;

        if (decode(cases[i].payload, &token) != cases[i].want_decoded ||
            token.is_for_sts != cases[i].want_for_sts ||
            token.has_expiry != cases[i].want_expiry) {
            fail_msg("%s", cases[i].payload);
        }
        assert_int_equal(fake.blocks_in_use, 0);
    }
}

static void
token_needs_three_parts(void **state)
{
    static const char *const texts[] = {
        "", ".", "a.b", "a.e30", "e30..c2ln", "a.!.c"
    };
    ent_identity_token token;

    (void)state;
    fake_runtime_init(&fake);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_false(ent_identity_token_decode(
            &fake.runtime, texts[i], strlen(texts[i]), &token));
    }
    assert_true(
        ent_identity_token_decode(&fake.runtime, "a.e30.c", strlen("a.e30.c"), &token));
    assert_int_equal(fake.blocks_in_use, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token_tells_of_itself),
        cmocka_unit_test(token_is_decoded_whatever_it_says),
        cmocka_unit_test(token_needs_three_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
