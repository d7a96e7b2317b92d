/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the sandbox reads of a request by itself. The input is a target, then headers as
 * "Name: value", a line each, an empty line and a body. An Authorization header that is
 * accepted has all its parts, in its own memory, and the same header put together from
 * them means the same; form fields decode to what encodes to them; a query becomes
 * JSON; and whatever XML is written holds no markup of the input's.
 */
#include "base/json.h"
#include "control/query.h"
#include "fuzz.h"
#include "signature/authorization.h"
#include "support/fake_runtime.h"
#include "wire/form.h"
#include "wire/request.h"
#include "wire/xml.h"

#include <string.h>

static fake_runtime fake;

enum { TEXT_LIMIT = 2 * REQUEST_BODY_LIMIT };

static bool
lies_inside(const sandbox_authorization *authorization, const char *part)
{
    const char *text = authorization->text;

    return part >= text && part + strlen(part) < text + sizeof(authorization->text);
}

static void
require_parts(const sandbox_authorization *read)
{
    FUZZ_REQUIRE(lies_inside(read, read->access_key_id) && read->access_key_id[0] != 0);
    FUZZ_REQUIRE(lies_inside(read, read->date) && lies_inside(read, read->region));
    FUZZ_REQUIRE(lies_inside(read, read->service));
    FUZZ_REQUIRE(lies_inside(read, read->terminator));
    FUZZ_REQUIRE(lies_inside(read, read->signature));
    FUZZ_REQUIRE(strlen(read->signature) == AUTHORIZATION_SIGNATURE_LENGTH);
    FUZZ_REQUIRE(strspn(read->signature, "0123456789abcdef") == 64);
    FUZZ_REQUIRE(read->signed_header_count > 0);
    FUZZ_REQUIRE(read->signed_header_count <= AUTHORIZATION_HEADERS);
    for (size_t i = 0; i < read->signed_header_count; i++) {
        const char *name = read->signed_headers[i];
        FUZZ_REQUIRE(lies_inside(read, name) && name[0] != '\0');
        FUZZ_REQUIRE(i == 0 || strcmp(read->signed_headers[i - 1], name) < 0);
        FUZZ_REQUIRE(authorization_signs(read, name));
    }
    FUZZ_REQUIRE(!authorization_signs(read, "Host"));
}

/* Two ways to write the same header must not be two headers. */
static void
require_same_when_rebuilt(const sandbox_authorization *read)
{
    static sandbox_authorization again;
    ent_buffer text;

    ent_buffer_init(&text, &fake.runtime, TEXT_LIMIT);
    ent_buffer_append_format(
        &text,
        "AWS4-HMAC-SHA256 Credential=%s/%s/%s/%s/%s, SignedHeaders=",
        read->access_key_id,
        read->date,
        read->region,
        read->service,
        read->terminator);
    for (size_t i = 0; i < read->signed_header_count; i++) {
        ent_buffer_append_format(
            &text, "%s%s", i > 0 ? ";" : "", read->signed_headers[i]);
    }
    ent_buffer_append_format(&text, ", Signature=%s", read->signature);
    /* The blanks that a sender may leave out are what may be too much. */
    if (text.length < AUTHORIZATION_LIMIT) {
        FUZZ_REQUIRE(authorization_parse(ent_buffer_text(&text), &again) == NULL);
        FUZZ_REQUIRE(strcmp(again.access_key_id, read->access_key_id) == 0);
        FUZZ_REQUIRE(strcmp(again.date, read->date) == 0);
        FUZZ_REQUIRE(strcmp(again.region, read->region) == 0);
        FUZZ_REQUIRE(strcmp(again.service, read->service) == 0);
        FUZZ_REQUIRE(strcmp(again.terminator, read->terminator) == 0);
        FUZZ_REQUIRE(strcmp(again.signature, read->signature) == 0);
        FUZZ_REQUIRE(again.signed_header_count == read->signed_header_count);
    }
    ent_buffer_clear(&text);
}

static void
try_authorization(const sandbox_request *request)
{
    static sandbox_authorization read;
    const char *value = request_header(request, "Authorization");

    if (value != NULL && authorization_parse(value, &read) == NULL) {
        require_parts(&read);
        require_same_when_rebuilt(&read);
    }
}

static void
require_no_markup(const char *text)
{
    static const char open[] = "<Field>";
    ent_buffer out;

    ent_buffer_init(&out, &fake.runtime, 8UL * TEXT_LIMIT);
    xml_append_element(&out, "Field", text);
    FUZZ_REQUIRE(!out.failed);
    const char *content = ent_buffer_text(&out) + sizeof(open) - 1;
    size_t length = strcspn(content, "<>\"'");
    FUZZ_REQUIRE(strcmp(content + length, "</Field>") == 0);
    ent_buffer_clear(&out);
}

static void
try_form(const sandbox_request *request)
{
    static const char *const names[] = { "Action", "Version", "WebIdentityToken" };

    FUZZ_REQUIRE(
        !form_is_in(request) || strstr(ent_buffer_text(&request->body), "Action="));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ent_buffer value;
        ent_buffer_init(&value, &fake.runtime, TEXT_LIMIT);
        if (form_read(request, names[i], &value)) {
            FUZZ_REQUIRE(value.length <= request->body.length);
            FUZZ_REQUIRE(strlen(ent_buffer_text(&value)) == value.length);
            require_no_markup(ent_buffer_text(&value));
        }
        ent_buffer_clear(&value);
    }
}

static void
try_query(const sandbox_request *request)
{
    ent_buffer object;

    ent_buffer_init(&object, &fake.runtime, TEXT_LIMIT);
    if (query_write_object(request->query, &object) && !object.failed) {
        FUZZ_REQUIRE(ent_buffer_text(&object)[0] == '{');
        FUZZ_REQUIRE(object.bytes[object.length - 1] == '}');
    }
    ent_buffer_clear(&object);
}

/* Cuts the input, whose last byte is a NUL, into a request. */
static bool
take_apart(char *text, sandbox_request *request)
{
    char *rest = strchr(text, '\n');

    if (rest != NULL) {
        *rest++ = '\0';
    }
    if (!request_init(request, &fake.runtime, text)) {
        return false;
    }
    while (rest != NULL && *rest != '\n' && *rest != '\0') {
        char *line = rest;
        rest = strchr(line, '\n');
        if (rest != NULL) {
            *rest++ = '\0';
        }
        char *value = strchr(line, ':');
        if (value != NULL) {
            *value++ = '\0';
            request_add_header(request, line, value + strspn(value, " "));
        }
    }
    if (rest != NULL && *rest == '\n') {
        ent_buffer_append_text(&request->body, rest + 1);
    }
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    sandbox_request request;

    FUZZ_REQUIRE(text != NULL);
    memcpy(text, bytes, length);
    text[length] = '\0';
    fake_runtime_init(&fake);
    if (take_apart(text, &request)) {
        FUZZ_REQUIRE(strchr(request.path, '?') == NULL);
        FUZZ_REQUIRE(request.header_count <= REQUEST_HEADER_LIMIT);
        try_authorization(&request);
        try_form(&request);
        try_query(&request);
        request_clear(&request);
    }
    free(text);
    return 0;
}
