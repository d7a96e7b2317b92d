/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/licence_forge.h"
#include "support/token_forge.h"
#include "verify_fixture.h"

#include <stdlib.h>
#include <string.h>

#define HEADER(TEXT) .recipe = { .header = (TEXT) }
#define ES256        "\"alg\":\"ES256\""
#define KID          "\"kid\":\"" LICENCE_KEY_ID "\""

static const struct {
    const char *name;
    licence_recipe recipe;
    entitle_status want;
} headers[] = {
    { "right", HEADER("{" ES256 "," KID "}"), ENTITLE_VERIFIED },
    { "type_in_any_case",
      HEADER("{" ES256 "," KID ",\"typ\":\"jwt\"}"),
      ENTITLE_VERIFIED },
    { "type_other", HEADER("{" ES256 "," KID ",\"typ\":\"JWE\"}"), ENTITLE_BAD_HEADER },
    { "type_number", HEADER("{" ES256 "," KID ",\"typ\":1}"), ENTITLE_BAD_HEADER },
    { "algorithm_none",
      HEADER("{\"alg\":\"none\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_hs256",
      HEADER("{\"alg\":\"HS256\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_es384",
      HEADER("{\"alg\":\"ES384\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_ps256",
      HEADER("{\"alg\":\"PS256\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_in_other_case",
      HEADER("{\"alg\":\"es256\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_of_the_other_kind_of_key",
      HEADER("{\"alg\":\"RS256\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_list",
      HEADER("{\"alg\":[\"ES256\"]," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_missing", HEADER("{" KID "}"), ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_twice", HEADER("{" ES256 "," KID "," ES256 "}"), ENTITLE_BAD_HEADER },
    { "algorithm_twice_once_escaped",
      HEADER("{" ES256 "," KID ",\"\\u0061lg\":\"none\"}"),
      ENTITLE_BAD_HEADER },
    { "key_id_missing", HEADER("{" ES256 "}"), ENTITLE_BAD_HEADER },
    { "key_id_number", HEADER("{" ES256 ",\"kid\":1}"), ENTITLE_BAD_HEADER },
    { "key_id_version_of_aws",
      HEADER("{" ES256 ",\"kid\":\"1\"}"),
      ENTITLE_BAD_HEADER },
    { "key_id_path",
      HEADER("{" ES256 ",\"kid\":\"../" LICENCE_KEY_ID "\"}"),
      ENTITLE_BAD_HEADER },
    { "key_id_unknown",
      HEADER("{" ES256 ",\"kid\":\"example-2027\"}"),
      ENTITLE_UNKNOWN_LICENCE_KEY },
    { "key_id_in_other_case",
      HEADER("{" ES256 ",\"kid\":\"Example-2026\"}"),
      ENTITLE_UNKNOWN_LICENCE_KEY },
    { "key_within", HEADER("{" ES256 "," KID ",\"jwk\":{}}"), ENTITLE_BAD_HEADER },
    { "critical_member",
      HEADER("{" ES256 "," KID ",\"crit\":[\"exp\"]}"),
      ENTITLE_BAD_HEADER },
    { "any_other_member", HEADER("{" ES256 "," KID ",\"x\":1}"), ENTITLE_BAD_HEADER },
    { "bytes_behind", HEADER("{" ES256 "," KID "}x"), ENTITLE_BAD_HEADER },
    { "list", HEADER("[" ES256 "]"), ENTITLE_BAD_HEADER },
};

/* Where a header is refused, and under which key it was looked for. */
static const char *
steps_of_header(entitle_status want, const char *header)
{
    if (want == ENTITLE_VERIFIED) {
        return "pppppccpcc";
    }
    return want == ENTITLE_UNKNOWN_LICENCE_KEY || strstr(header, "RS256") != NULL
               ? "ppfrrccrcc"
               : "pfrrrccrcc";
}

static void
header_is_judged_before_anything_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        char *licence = licence_forge(&headers[i].recipe);

        verify_expect(
            headers[i].name,
            licence,
            &verify_now,
            headers[i].want,
            steps_of_header(headers[i].want, headers[i].recipe.header));
        free(licence);
    }
}

/* What someone else's tools make of AWS's own token is never a licence. */
static void
token_of_aws_is_no_licence(void **state)
{
    const forge_recipe recipe = { .key = FORGE_KEY };
    char *token = forge_token(&recipe);

    (void)state;
    verify_expect(
        "token", token, &verify_now, ENTITLE_ALGORITHM_NOT_ALLOWED, "pfrrrccrcc");
    free(token);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_is_judged_before_anything_else),
        cmocka_unit_test(token_of_aws_is_no_licence),
    };

    return cmocka_run_group_tests(tests, verify_set_up, verify_tear_down);
}
