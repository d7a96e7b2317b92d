/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The reader of STS's XML. What is read is bounded, has no document type behind it, and
 * is the same when it is written as STS would write it and read again; what is refused
 * has a reason.
 */
#include "aws/sts_answer.h"
#include "base/buffer.h"
#include "fuzz.h"
#include "support/fake_runtime.h"

#include <string.h>

static fake_runtime fake;

/* The texts of an answer, in the order of the elements that say them. */
static void
append_element(ent_buffer *xml, const char *name, const char *text)
{
    if (text[0] == '\0') {
        return;
    }
    ent_buffer_append_format(xml, "<%s>", name);
    /* Each byte of markup and white space by its number, which no parser normalises. */
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x80) {
            ent_buffer_append_format(xml, "&#%d;", *text);
        } else {
            ent_buffer_append(xml, text, 1);
        }
    }
    ent_buffer_append_format(xml, "</%s>", name);
}

static void
append_success(ent_buffer *xml, const ent_sts_answer *answer)
{
    ent_buffer_append_text(xml, "<AssumeRoleResponse><AssumeRoleResult><Credentials>");
    append_element(xml, "AccessKeyId", answer->access_key_id);
    append_element(xml, "SecretAccessKey", answer->secret_access_key);
    append_element(xml, "SessionToken", answer->session_token);
    append_element(xml, "Expiration", answer->expiration);
    ent_buffer_append_text(xml, "</Credentials></AssumeRoleResult><ResponseMetadata>");
    append_element(xml, "RequestId", answer->request_id);
    ent_buffer_append_text(xml, "</ResponseMetadata></AssumeRoleResponse>");
}

static void
append_error(ent_buffer *xml, const ent_sts_answer *answer)
{
    ent_buffer_append_text(xml, "<ErrorResponse><Error>");
    append_element(xml, "Code", answer->error.code);
    append_element(xml, "Message", answer->error.message);
    ent_buffer_append_text(xml, "</Error>");
    append_element(xml, "RequestId", answer->request_id);
    ent_buffer_append_text(xml, "</ErrorResponse>");
}

static bool
has_credentials(const ent_sts_answer *answer)
{
    return answer->access_key_id[0] != '\0' || answer->secret_access_key[0] != '\0' ||
           answer->session_token[0] != '\0' || answer->expiration[0] != '\0';
}

static void
require_same_when_rewritten(const ent_sts_answer *answer)
{
    static ent_sts_answer again;
    ent_buffer xml;

    ent_buffer_init(&xml, &fake.runtime, 128 * 1024);
    if (has_credentials(answer)) {
        append_success(&xml, answer);
    } else {
        append_error(&xml, answer);
    }
    /* Numbers take more room than what they stand for. */
    if (xml.length <= ENT_STS_ANSWER_LIMIT) {
        FUZZ_REQUIRE(
            ent_sts_answer_read(ent_buffer_text(&xml), xml.length, &again) == NULL);
        FUZZ_REQUIRE(strcmp(again.access_key_id, answer->access_key_id) == 0);
        FUZZ_REQUIRE(strcmp(again.secret_access_key, answer->secret_access_key) == 0);
        FUZZ_REQUIRE(strcmp(again.session_token, answer->session_token) == 0);
        FUZZ_REQUIRE(strcmp(again.expiration, answer->expiration) == 0);
        FUZZ_REQUIRE(strcmp(again.error.code, answer->error.code) == 0);
        FUZZ_REQUIRE(strcmp(again.error.message, answer->error.message) == 0);
        FUZZ_REQUIRE(strcmp(again.request_id, answer->request_id) == 0);
    }
    ent_buffer_clear(&xml);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static ent_sts_answer answer;
    const char *refusal = NULL;

    fake_runtime_init(&fake);
    refusal = ent_sts_answer_read((const char *)bytes, length, &answer);
    FUZZ_REQUIRE(refusal == NULL || refusal[0] != '\0');
    FUZZ_REQUIRE(refusal != NULL || length <= ENT_STS_ANSWER_LIMIT);
    if (refusal == NULL) {
        /* One root: a success or an error. */
        FUZZ_REQUIRE(!has_credentials(&answer) || answer.error.code[0] == '\0');
        require_same_when_rewritten(&answer);
    }
    FUZZ_REQUIRE(fake.blocks_in_use == 0);
    return 0;
}
