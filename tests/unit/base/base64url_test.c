/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64url.h"
#include "support/cmocka.h"

#include <string.h>

typedef struct decode_case {
    const char *name;
    const char *text;
    const char *want; /* NULL: refused */
} decode_case;

static void
base64url_decodes_the_canonical_form_only(void **state)
{
    static const decode_case cases[] = {
        { "empty", "", "" },
        { "one byte", "Zg", "f" },
        { "one byte, unused bits set", "Zh", NULL },
        { "two bytes", "Zm8", "fo" },
        { "two bytes, unused bits set", "Zm9", NULL },
        { "three bytes", "Zm9v", "foo" },
        { "four bytes", "Zm9vYg", "foob" },
        { "both characters of the URL alphabet", "-_-_", "\xfb\xff\xbf" },
        { "plus, of the other alphabet", "+_-_", NULL },
        { "slash, of the other alphabet", "-/-_", NULL },
        { "padded", "Zg==", NULL },
        { "padded by one", "Zm8=", NULL },
        { "a length of one", "Z", NULL },
        { "a length of five", "Zm9vY", NULL },
        { "a space", "Zm 9", NULL },
        { "a newline at the end", "Zm8\n", NULL },
        { "a dot", "Zm.v", NULL },
        { "a byte over 0x7f", "Zm\xc3v", NULL },
        { "refused in the first group", "Zm=vZm9v", NULL },
        { "refused in the tail", "Zm9vZ*", NULL },
    };
    unsigned char out[16];
    size_t length;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const decode_case *c = &cases[i];
        bool decoded = ent_base64url_decode(c->text, strlen(c->text), out, &length);
        if (decoded != (c->want != NULL)) {
            fail_msg("%s: %s", c->name, decoded ? "accepted" : "refused");
        }
        if (decoded) {
            assert_int_equal(length, strlen(c->want));
            assert_memory_equal(out, c->want, length);
        }
    }
}

static void
base64url_refuses_a_nul_byte(void **state)
{
    unsigned char out[8];
    size_t length;

    (void)state;
    assert_true(ent_base64url_decode("AAAA", 4, out, &length));
    assert_false(ent_base64url_decode("AA\0A", 4, out, &length));
}

static void
base64url_decodes_what_it_encodes(void **state)
{
    unsigned char bytes[67];
    unsigned char back[67];
    char text[sizeof(bytes) * 4 / 3 + 3];
    size_t length;

    (void)state;
    for (size_t size = 0; size <= sizeof(bytes); size++) {
        for (size_t i = 0; i < size; i++) {
            bytes[i] = (unsigned char)(i * 37 + size * 11);
        }
        ent_base64url_encode(bytes, size, text);
        assert_int_equal(strlen(text), (size * 4 + 2) / 3);
        assert_int_equal(ent_base64url_decoded_size(strlen(text)), size);
        assert_true(ent_base64url_decode(text, strlen(text), back, &length));
        assert_int_equal(length, size);
        assert_memory_equal(back, bytes, size);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64url_decodes_the_canonical_form_only),
        cmocka_unit_test(base64url_refuses_a_nul_byte),
        cmocka_unit_test(base64url_decodes_what_it_encodes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
