/* SPDX-License-Identifier: Apache-2.0 */
#include "keyring/encoding.h"

#include "base/error.h"
#include "crypto/key_refusal.h"
#include "crypto/rsa_key.h"
#include "keyring/pem.h"

#include <stdbool.h>
#include <string.h>

/* DER of any key is a SEQUENCE. No text that is accepted here begins with this byte. */
static bool
is_der(ent_stretch bytes)
{
    return bytes.length > 0 && (unsigned char)bytes.text[0] == 0x30;
}

static bool
contains(ent_stretch stretch, const char *mark)
{
    size_t length = strlen(mark);

    for (size_t i = 0; i + length <= stretch.length; i++) {
        if (memcmp(stretch.text + i, mark, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Appends `text` with each "\n" and "\r" of two characters as the one that is meant. */
static bool
append_unescaped(ent_stretch text, ent_buffer *out)
{
    for (size_t i = 0; i < text.length; i++) {
        char character = text.text[i];
        bool is_escape = character == '\\' && i + 1 < text.length &&
                         (text.text[i + 1] == 'n' || text.text[i + 1] == 'r');
        if (is_escape) {
            character = '\n';
            i++;
        }
        if (!ent_buffer_append(out, &character, 1)) {
            return false;
        }
    }
    return true;
}

static entitle_status
open_escaped_pem(
    ent_stretch text, ent_buffer *der, ent_key_encoding *out, entitle_error *error)
{
    ent_buffer plain;
    entitle_status status;

    ent_buffer_init(&plain, der->runtime, text.length);
    if (append_unescaped(text, &plain)) {
        ent_stretch unescaped = { ent_buffer_text(&plain), plain.length };
        status = ent_pem_open(unescaped, der, &out->promised_form, error);
    } else {
        status = ent_fail_memory(error);
    }
    ent_buffer_clear(&plain);
    return status;
}

static entitle_status
open_pem(ent_stretch text, ent_buffer *der, ent_key_encoding *out, entitle_error *error)
{
    if (contains(text, "\\n")) {
        out->envelope = ENT_ENVELOPE_PEM_ESCAPED;
        return open_escaped_pem(text, der, out, error);
    }
    out->envelope = contains(text, "\r\n") ? ENT_ENVELOPE_PEM_CRLF : ENT_ENVELOPE_PEM;
    return ent_pem_open(text, der, &out->promised_form, error);
}

static entitle_status
open_base64(
    ent_stretch text, ent_buffer *der, ent_key_encoding *out, entitle_error *error)
{
    ent_buffer inner;
    entitle_status status;

    ent_buffer_init(&inner, der->runtime, text.length);
    bool opened = ent_base64_open(text, &inner);
    ent_stretch bytes = { ent_buffer_text(&inner), inner.length };

    if (!opened) {
        status = inner.failed ? ent_fail_memory(error)
                              : ent_key_refuse(error, ENT_KEY_UNREADABLE);
    } else if (is_der(bytes)) {
        out->envelope = ENT_ENVELOPE_BASE64_DER;
        status = ent_buffer_append(der, bytes.text, bytes.length)
                     ? ENTITLE_OK
                     : ent_fail_memory(error);
    } else if (ent_pem_begins(ent_stretch_trim(bytes))) {
        status = open_pem(ent_stretch_trim(bytes), der, out, error);
        out->envelope = ENT_ENVELOPE_BASE64_PEM;
    } else {
        status = ent_key_refuse(error, ENT_KEY_UNREADABLE);
    }
    ent_buffer_clear(&inner);
    return status;
}

entitle_status
ent_key_encoding_open(
    const void *bytes,
    size_t length,
    ent_buffer *der,
    ent_key_encoding *out,
    entitle_error *error)
{
    ent_stretch whole = { bytes, length };

    *out = (ent_key_encoding){ .envelope = ENT_ENVELOPE_DER };
    if (length > ENT_KEY_TEXT_MAX) {
        return ent_key_refuse(error, ENT_KEY_TOO_MUCH);
    }
    if (is_der(whole)) {
        return ent_buffer_append(der, bytes, length) ? ENTITLE_OK
                                                     : ent_fail_memory(error);
    }
    ent_stretch text = ent_stretch_trim(whole);
    if (text.length == 0) {
        return ent_key_refuse(error, ENT_KEY_EMPTY);
    }
    if (ent_pem_begins(text)) {
        return open_pem(text, der, out, error);
    }
    if (contains(text, "-----BEGIN ")) {
        return ent_key_refuse(error, ENT_KEY_LEADING_BYTES);
    }
    return open_base64(text, der, out, error);
}

const char *
ent_key_encoding_name(ent_key_envelope envelope, const char *form)
{
    static const char *const names[ENT_ENVELOPE_COUNT][2] = {
        [ENT_ENVELOPE_DER] = { "SubjectPublicKeyInfo DER", "PKCS#1 DER" },
        [ENT_ENVELOPE_PEM] = { "SubjectPublicKeyInfo PEM", "PKCS#1 PEM" },
        [ENT_ENVELOPE_PEM_CRLF] = { "SubjectPublicKeyInfo PEM with CRLF",
                                    "PKCS#1 PEM with CRLF" },
        [ENT_ENVELOPE_PEM_ESCAPED] = { "SubjectPublicKeyInfo PEM with literal \\n",
                                       "PKCS#1 PEM with literal \\n" },
        [ENT_ENVELOPE_BASE64_PEM] = { "base64 of SubjectPublicKeyInfo PEM",
                                      "base64 of PKCS#1 PEM" },
        [ENT_ENVELOPE_BASE64_DER] = { "base64 of SubjectPublicKeyInfo DER",
                                      "base64 of PKCS#1 DER" },
    };

    return names[envelope][strcmp(form, ENT_FORM_PKCS1) == 0];
}
