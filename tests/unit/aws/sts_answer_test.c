/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sts_answer.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ent_sts_answer answer;

static const char *
read_text(const char *xml)
{
    return ent_sts_answer_read(xml, strlen(xml), &answer);
}

#define CREDENTIALS(inside_)                                                           \
    "<AssumeRoleWithWebIdentityResponse "                                              \
    "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"                             \
    "<AssumeRoleWithWebIdentityResult>"                                                \
    "<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>"           \
    "</AssumedRoleUser><Credentials>" inside_ "</Credentials>"                         \
    "</AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>r-1</RequestId>"   \
    "</ResponseMetadata></AssumeRoleWithWebIdentityResponse>"
#define FOUR                                                                           \
    "<AccessKeyId>ASIAEXAMPLE</AccessKeyId>"                                           \
    "<SecretAccessKey>se&amp;cr&#x65;t&lt;&gt;&quot;&apos;</SecretAccessKey>"          \
    "<SessionToken>tok/en+=</SessionToken>"                                            \
    "<Expiration>2026-11-21T21:00:00Z</Expiration>"

static void
answer_gives_credentials_with_entities_decoded(void **state)
{
    (void)state;
    assert_null(read_text("<?xml version=\"1.0\"?>\n" CREDENTIALS("\n " FOUR)));
    assert_string_equal(answer.access_key_id, "ASIAEXAMPLE");
    assert_string_equal(answer.secret_access_key, "se&cret<>\"'");
    assert_string_equal(answer.session_token, "tok/en+=");
    assert_string_equal(answer.expiration, "2026-11-21T21:00:00Z");
    assert_string_equal(answer.request_id, "r-1");
    assert_string_equal(answer.error.code, "");
}

static void
answer_of_assume_role_is_read_too(void **state)
{
    (void)state;
    assert_null(read_text("<AssumeRoleResponse><AssumeRoleResult><Credentials>" FOUR
                          "</Credentials></AssumeRoleResult></AssumeRoleResponse>"));
    assert_string_equal(answer.access_key_id, "ASIAEXAMPLE");
}

static void
answer_gives_code_and_message_of_an_error(void **state)
{
    (void)state;
    assert_null(
        read_text("<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                  "<Error><Type>Sender</Type><Code>InvalidIdentityToken</Code>"
                  "<Message>No &quot;provider&quot;</Message></Error>"
                  "<RequestId>r-2</RequestId></ErrorResponse>"));
    assert_string_equal(answer.error.code, "InvalidIdentityToken");
    assert_string_equal(answer.error.message, "No \"provider\"");
    assert_string_equal(answer.request_id, "r-2");
    assert_string_equal(answer.access_key_id, "");
}

/* Texts of these names elsewhere are none of ours. */
static void
answer_minds_where_an_element_stands(void **state)
{
    (void)state;
    assert_null(read_text("<ErrorResponse>" FOUR "</ErrorResponse>"));
    assert_string_equal(answer.access_key_id, "");
    assert_null(read_text(CREDENTIALS("<AccessKeyId>A<b>x</b>B</AccessKeyId>")));
    assert_string_equal(answer.access_key_id, "A");
}

typedef struct refusal_case {
    const char *xml;
    const char *want; /* NULL: read */
} refusal_case;

static void
answer_refuses_what_the_table_says(void **state)
{
    static const refusal_case cases[] = {
        { "<a/>", NULL },
        { "", "well-formed" },
        { "{}", "well-formed" },
        { "<a>", "well-formed" },
        { "<a></b>", "well-formed" },
        { "<a/><a/>", "well-formed" },
        { "<a>&nbsp;</a>", "well-formed" },
        { "<a>&amp;</a>", NULL },
        { "<!DOCTYPE a><a/>", "document type" },
        { "<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>", "document type" },
        { "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "document type" },
        { CREDENTIALS("<SessionToken>a</SessionToken>"), NULL },
        { CREDENTIALS("<SessionToken>a</SessionToken><SessionToken>b</SessionToken>"),
          "twice" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *refusal = read_text(cases[i].xml);

        print_message("  %s\n", cases[i].xml);
        if (cases[i].want == NULL) {
            assert_null(refusal);
        } else {
            assert_non_null(refusal);
            assert_non_null(strstr(refusal, cases[i].want));
        }
    }
}

/* A text of `length` characters in the place of the key id, whose room is 128. */
static const char *
read_key_id_of(size_t length)
{
    static char xml[1024];
    char key_id[256];

    memset(key_id, 'A', length);
    key_id[length] = '\0';
    (void)snprintf(
        xml, sizeof(xml), CREDENTIALS("<AccessKeyId>%s</AccessKeyId>"), key_id);
    return read_text(xml);
}

static void
answer_bounds_every_text(void **state)
{
    (void)state;
    assert_null(read_key_id_of(128));
    assert_int_equal(strlen(answer.access_key_id), 128);
    assert_non_null(read_key_id_of(129));
}

static void
answer_bounds_the_depth(void **state)
{
    char xml[1024] = "";

    (void)state;
    for (size_t i = 0; i < 127; i++) {
        (void)snprintf(xml + 3 * i, sizeof(xml) - 3 * i, "<a>");
    }
    assert_string_equal(read_text(xml), "it is not well-formed XML");
    (void)snprintf(xml + 3 * 127, sizeof(xml) - 3 * 127, "<a>");
    assert_non_null(strstr(read_text(xml), "nested"));
}

/* An empty element with such a name has an end, too, which the parser still tells. */
static void
answer_bounds_every_name(void **state)
{
    char name[301];
    char xml[512];

    (void)state;
    for (size_t length = 1; length < sizeof(name); length++) {
        memset(name, 'a', length);
        name[length] = '\0';
        (void)snprintf(xml, sizeof(xml), "<b><%s/></b>", name);
        const char *refusal = read_text(xml);
        if (length < 253) {
            assert_null(refusal);
        } else {
            assert_non_null(strstr(refusal, "nested"));
        }
    }
}

static void
answer_bounds_the_whole(void **state)
{
    char *xml = calloc(1, ENT_STS_ANSWER_LIMIT + 2);

    (void)state;
    assert_non_null(xml);
    memset(xml, ' ', ENT_STS_ANSWER_LIMIT + 1);
    memcpy(xml, "<a/>", 4);
    assert_null(ent_sts_answer_read(xml, ENT_STS_ANSWER_LIMIT, &answer));
    assert_non_null(ent_sts_answer_read(xml, ENT_STS_ANSWER_LIMIT + 1, &answer));
    free(xml);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer_gives_credentials_with_entities_decoded),
        cmocka_unit_test(answer_of_assume_role_is_read_too),
        cmocka_unit_test(answer_gives_code_and_message_of_an_error),
        cmocka_unit_test(answer_minds_where_an_element_stands),
        cmocka_unit_test(answer_refuses_what_the_table_says),
        cmocka_unit_test(answer_bounds_every_text),
        cmocka_unit_test(answer_bounds_the_depth),
        cmocka_unit_test(answer_bounds_every_name),
        cmocka_unit_test(answer_bounds_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
