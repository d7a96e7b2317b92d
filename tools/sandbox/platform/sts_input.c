/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sts_input.h"

#include "base/text.h"
#include "wire/form.h"

#include <string.h>

enum {
    DURATION_DEFAULT_S = 3600,
    DURATION_MINIMUM_S = 900,
    DURATION_MAXIMUM_S = 43200,
    ROLE_ARN_LIMIT = 2048,
    SESSION_NAME_MINIMUM = 2,
    SESSION_NAME_LIMIT = 64,
    DURATION_LIMIT = 16,
    ACCOUNT_LENGTH = STS_ACCOUNT_SIZE - 1
};

static const char name_characters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "0123456789_+=,.@-";

static bool
refuse(sandbox_call *call, const char *message)
{
    call_refuse_with(call, "ValidationError", 400, &rule_sts_input, message);
    return false;
}

/* Takes "arn:PARTITION:iam::ACCOUNT:role/PATH/NAME" apart. */
static bool
split_role_arn(const char *arn, sts_input *out)
{
    static const char service[] = ":iam::";
    static const char kind[] = ":role/";
    const char *account = strstr(arn, service);
    if (!ent_text_starts_with(arn, "arn:aws") || account == NULL) {
        return false;
    }
    account += sizeof(service) - 1;
    if (strspn(account, "0123456789") != ACCOUNT_LENGTH ||
        !ent_text_starts_with(account + ACCOUNT_LENGTH, kind)) {
        return false;
    }
    const char *name = strrchr(account, '/') + 1;
    size_t length = strspn(name, name_characters);
    if (length == 0 || length >= sizeof(out->role_name) || name[length] != '\0') {
        return false;
    }
    memcpy(out->account, account, ACCOUNT_LENGTH);
    out->account[ACCOUNT_LENGTH] = '\0';
    memcpy(out->role_name, name, length + 1);
    return true;
}

static bool
read_role(sandbox_call *call, sts_input *out)
{
    ent_buffer arn;
    ent_buffer_init(&arn, &call->sandbox->runtime, ROLE_ARN_LIMIT);
    bool is_read = form_read(call->request, "RoleArn", &arn) &&
                   split_role_arn(ent_buffer_text(&arn), out);
    ent_buffer_clear(&arn);
    return is_read || refuse(call, "RoleArn has to be the ARN of a role.");
}

static bool
read_session_name(sandbox_call *call, sts_input *out)
{
    bool is_read = form_read(call->request, "RoleSessionName", &out->session_name);
    const char *name = ent_buffer_text(&out->session_name);
    size_t length = strspn(name, name_characters);
    if (!is_read || length < SESSION_NAME_MINIMUM || name[length] != '\0') {
        return refuse(
            call,
            "RoleSessionName has to be of 2 to 64 letters, digits and _+=,.@- alone.");
    }
    return true;
}

static bool
read_duration(sandbox_call *call, sts_input *out)
{
    ent_buffer text;
    uint64_t value = DURATION_DEFAULT_S;
    ent_buffer_init(&text, &call->sandbox->runtime, DURATION_LIMIT);
    bool is_valid = true;
    if (form_read(call->request, "DurationSeconds", &text) || text.failed) {
        is_valid =
            !text.failed &&
            ent_text_to_unsigned(
                ent_buffer_text(&text), text.length, DURATION_MAXIMUM_S, &value) &&
            value >= DURATION_MINIMUM_S;
    }
    ent_buffer_clear(&text);
    out->duration_s = (int64_t)value;
    return is_valid || refuse(call, "DurationSeconds has to be from 900 to 43200.");
}

bool
sts_input_read(sandbox_call *call, sts_input *out)
{
    *out = (sts_input){ .duration_s = DURATION_DEFAULT_S };
    ent_buffer_init(&out->session_name, &call->sandbox->runtime, SESSION_NAME_LIMIT);
    return read_role(call, out) && read_session_name(call, out) &&
           read_duration(call, out);
}

void
sts_input_clear(sts_input *input)
{
    ent_buffer_clear(&input->session_name);
}
