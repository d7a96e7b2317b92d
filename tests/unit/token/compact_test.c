/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "token/compact.h"

#include <stdlib.h>
#include <string.h>

static fake_runtime fake;

static entitle_status
open_bytes(const char *token, size_t length, ent_compact *compact, entitle_error *error)
{
    fake_runtime_init(&fake);
    return ent_compact_open(&fake.runtime, token, length, compact, error);
}

static void
compact_gives_the_three_parts(void **state)
{
    ent_compact compact;

    (void)state;
    assert_int_equal(open_bytes("e30.e30K.AAH_", 13, &compact, NULL), ENTITLE_OK);
    assert_string_equal(compact.header, "{}");
    assert_int_equal(compact.header_length, 2);
    assert_string_equal(compact.payload, "{}\n");
    assert_int_equal(compact.payload_length, 3);
    assert_memory_equal(compact.signature, "\0\1\xff", 3);
    assert_int_equal(compact.signature_length, 3);
    assert_int_equal(compact.signing_input_length, 8);
    ent_compact_close(&fake.runtime, &compact);
    assert_int_equal(fake.blocks_in_use, 0);
}

static void
compact_refuses_what_is_no_compact_jws(void **state)
{
    static const struct {
        const char *token;
        const char *refusal; /* NULL: accepted */
    } cases[] = {
        { "e30.e30.AA", NULL },
        { "", "has 1" },
        { "e30", "has 1" },
        { "e30.e30", "has 2" },
        { "e30.e30.AA.", "has 4" },
        { "e30.e30.AA.AA", "has 4" },
        { "e30.e30.AA.AA.AA", "has 5" }, /* JWE */
        { ".", "has 2" },
        { "..", "header is empty" },
        { ".e30.AA", "header is empty" },
        { "e30..AA", "payload is empty" },
        { "e30.e30.", "signature is empty" },
        { "e30=.e30.AA", "header is not canonical" },
        { "e30.e30=.AA", "payload is not canonical" },
        { "e30.e30.AA==", "signature is not canonical" },
        { "e30.e30.AB", "signature is not canonical" },
        { "e31.e30.AA", "header is not canonical" },
        { "e30.e31.AA", "payload is not canonical" },
        { "e30.e30.A", "signature is not canonical" },
        { "e30.e30.A+", "signature is not canonical" },
        { "e30.e30.A/", "signature is not canonical" },
        { "e30.e30.AA\n", "signature is not canonical" },
        { " e30.e30.AA", "header is not canonical" },
        { "e30.e 30.AA", "payload is not canonical" },
        { "\"e30.e30.AA\"", "header is not canonical" },
        { "{\"payload\":\"\"}", "has 1" }, /* JWS in JSON */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ent_compact compact;
        entitle_error error = { 0 };
        const char *token = cases[i].token;
        const char *refusal = cases[i].refusal;
        entitle_status status = open_bytes(token, strlen(token), &compact, &error);
        ent_compact_close(&fake.runtime, &compact);
        assert_int_equal(fake.blocks_in_use, 0);
        assert_int_equal(
            status, refusal == NULL ? ENTITLE_OK : ENTITLE_MALFORMED_TOKEN);
        if (refusal != NULL && strstr(error.message, refusal) == NULL) {
            fail_msg("'%s': %s", token, error.message);
        }
    }
}

static void
compact_refuses_a_nul_byte(void **state)
{
    ent_compact compact;

    (void)state;
    assert_int_equal(open_bytes("e30.e30.AA", 10, &compact, NULL), ENTITLE_OK);
    ent_compact_close(&fake.runtime, &compact);
    assert_int_equal(
        open_bytes("e30.e30.AA\0", 11, &compact, NULL), ENTITLE_MALFORMED_TOKEN);
    ent_compact_close(&fake.runtime, &compact);
    assert_int_equal(
        open_bytes(
            "e30.e\0"
            "0.AA",
            10,
            &compact,
            NULL),
        ENTITLE_MALFORMED_TOKEN);
    ent_compact_close(&fake.runtime, &compact);
}

static void
compact_refuses_more_than_64_kib_before_decoding(void **state)
{
    const size_t limit = 65536;
    char *token = malloc(limit + 1);
    ent_compact compact;

    (void)state;
    assert_non_null(token);
    memset(token, 'A', limit + 1);
    memcpy(token, "e30.e30.", 8);
    assert_int_equal(open_bytes(token, limit, &compact, NULL), ENTITLE_OK);
    assert_int_equal(fake.allocations, 1);
    ent_compact_close(&fake.runtime, &compact);
    assert_int_equal(
        open_bytes(token, limit + 1, &compact, NULL), ENTITLE_MALFORMED_TOKEN);
    assert_int_equal(fake.allocations, 0);
    free(token);
}

/* A token of nothing but dots must not cost more than counting them. */
static void
compact_refuses_a_flood_of_dots(void **state)
{
    const size_t limit = 65536;
    char *token = malloc(limit);
    ent_compact compact;
    entitle_error error;

    (void)state;
    assert_non_null(token);
    memset(token, '.', limit);
    assert_int_equal(
        open_bytes(token, limit, &compact, &error), ENTITLE_MALFORMED_TOKEN);
    assert_non_null(strstr(error.message, "65537"));
    assert_int_equal(fake.allocations, 0);
    free(token);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compact_gives_the_three_parts),
        cmocka_unit_test(compact_refuses_what_is_no_compact_jws),
        cmocka_unit_test(compact_refuses_a_nul_byte),
        cmocka_unit_test(compact_refuses_more_than_64_kib_before_decoding),
        cmocka_unit_test(compact_refuses_a_flood_of_dots),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
