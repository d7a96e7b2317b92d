/* SPDX-License-Identifier: Apache-2.0 */
#include "keyring/pem.h"

#include "base/base64url.h"
#include "base/error.h"
#include "base/text.h"
#include "crypto/key_refusal.h"
#include "crypto/rsa_key.h"

#include <string.h>

#define BEGIN  "-----BEGIN "
#define END    "-----END "
#define DASHES "-----"

static bool
is_space(char character)
{
    return character == ' ' || character == '\n' || character == '\r' ||
           character == '\t';
}

ent_stretch
ent_stretch_trim(ent_stretch stretch)
{
    while (stretch.length > 0 && is_space(stretch.text[0])) {
        stretch.text++;
        stretch.length--;
    }
    while (stretch.length > 0 && is_space(stretch.text[stretch.length - 1])) {
        stretch.length--;
    }
    return stretch;
}

static bool
begins_with(ent_stretch stretch, const char *prefix)
{
    size_t length = strlen(prefix);

    return stretch.length >= length && memcmp(stretch.text, prefix, length) == 0;
}

bool
ent_pem_begins(ent_stretch stretch)
{
    return begins_with(stretch, BEGIN);
}

/* Cuts `rest` at `mark`: what stands before it is returned, `rest` goes on after it. */
static bool
cut_at(ent_stretch *rest, const char *mark, ent_stretch *before)
{
    size_t mark_length = strlen(mark);

    for (size_t i = 0; i + mark_length <= rest->length; i++) {
        if (memcmp(rest->text + i, mark, mark_length) == 0) {
            *before = (ent_stretch){ rest->text, i };
            rest->text += i + mark_length;
            rest->length -= i + mark_length;
            return true;
        }
    }
    return false;
}

/* Up to four digits, collected until their bytes can be appended. */
typedef struct digit_group {
    char digits[4];
    size_t count;
} digit_group;

static bool
append_group(digit_group *group, ent_buffer *der)
{
    unsigned char bytes[3];
    size_t length = 0;

    if (!ent_base64url_decode(group->digits, group->count, bytes, &length)) {
        return false;
    }
    group->count = 0;
    return ent_buffer_append(der, bytes, length);
}

bool
ent_base64_open(ent_stretch base64, ent_buffer *der)
{
    digit_group group = { .count = 0 };
    size_t padding = 0;

    for (size_t i = 0; i < base64.length; i++) {
        char digit = base64.text[i];
        if (is_space(digit)) {
            continue;
        }
        if (digit == '=') {
            padding++;
            continue;
        }
        if (padding > 0 || digit == '-' || digit == '_') {
            return false;
        }
        group.digits[group.count++] = digit == '+' ? '-' : digit == '/' ? '_' : digit;
        if (group.count == 4 && !append_group(&group, der)) {
            return false;
        }
    }
    /* Without the padding that is due, the end may have been lost in copying. */
    return padding == (4 - group.count) % 4 && append_group(&group, der);
}

static bool
is_label(ent_stretch label, const char *expected)
{
    return label.length == strlen(expected) && begins_with(label, expected);
}

static bool
ends_with(ent_stretch stretch, const char *suffix)
{
    size_t length = strlen(suffix);

    return stretch.length >= length &&
           memcmp(stretch.text + stretch.length - length, suffix, length) == 0;
}

static entitle_status
judge_label(ent_stretch label, const char **form, entitle_error *error)
{
    if (is_label(label, "PUBLIC KEY")) {
        *form = ENT_FORM_SPKI;
        return ENTITLE_OK;
    }
    if (is_label(label, "RSA PUBLIC KEY")) {
        *form = ENT_FORM_PKCS1;
        return ENTITLE_OK;
    }
    if (ends_with(label, "PRIVATE KEY")) {
        return ent_key_refuse(error, ENT_KEY_PRIVATE);
    }
    if (ends_with(label, "CERTIFICATE")) {
        return ent_key_refuse(error, ENT_KEY_CERTIFICATE);
    }
    return ent_key_refuse(error, ENT_KEY_OTHER_PEM);
}

static entitle_status
judge_rest(ent_stretch rest, entitle_error *error)
{
    ent_stretch before;

    if (ent_stretch_trim(rest).length == 0) {
        return ENTITLE_OK;
    }
    if (cut_at(&rest, BEGIN, &before)) {
        return ent_key_refuse(error, ENT_KEY_SEVERAL_PEM);
    }
    return ent_key_refuse(error, ENT_KEY_TRAILING_BYTES);
}

entitle_status
ent_pem_open(ent_stretch text, ent_buffer *der, const char **form, entitle_error *error)
{
    ent_stretch rest = ent_stretch_trim(text);
    ent_stretch before;
    ent_stretch label;
    ent_stretch base64;
    ent_stretch end_label;

    if (!ent_pem_begins(rest) || !cut_at(&rest, BEGIN, &before) ||
        !cut_at(&rest, DASHES, &label) || !cut_at(&rest, END, &base64) ||
        !cut_at(&rest, DASHES, &end_label) || label.length != end_label.length ||
        memcmp(label.text, end_label.text, label.length) != 0) {
        return ent_key_refuse(error, ENT_KEY_CUT_PEM);
    }
    entitle_status status = judge_rest(rest, error);
    if (status == ENTITLE_OK) {
        status = judge_label(label, form, error);
    }
    if (status == ENTITLE_OK && !ent_base64_open(base64, der)) {
        status = der->failed ? ent_fail_memory(error)
                             : ent_key_refuse(error, ENT_KEY_NOT_BASE64);
    }
    return status;
}
