/* SPDX-License-Identifier: Apache-2.0 */
#include "answer_script.h"

#include "base/error.h"

#include <stdbool.h>
#include <string.h>

typedef struct stretch {
    const char *text;
    size_t length;
} stretch;

static const char DIVIDER[] = "\n===\n";

/* Cuts off what stands before the next `mark`, or everything, and the mark itself. */
static stretch
cut(stretch *rest, const char *mark)
{
    size_t mark_length = strlen(mark);

    for (size_t i = 0; i + mark_length <= rest->length; i++) {
        if (memcmp(rest->text + i, mark, mark_length) == 0) {
            stretch head = { rest->text, i };
            rest->text += i + mark_length;
            rest->length -= i + mark_length;
            return head;
        }
    }
    stretch all = *rest;
    rest->text += rest->length;
    rest->length = 0;
    return all;
}

static stretch
next_answer(answer_script *script)
{
    stretch rest = { script->text + script->at, script->length - script->at };
    stretch answer = cut(&rest, DIVIDER);

    /* The last one is kept for all further requests. */
    if (rest.length > 0) {
        script->at = (size_t)(rest.text - script->text);
    }
    return answer;
}

static bool
equals(stretch line, const char *text)
{
    return line.length == strlen(text) && memcmp(line.text, text, line.length) == 0;
}

static entitle_status
fail_as(stretch line, entitle_error *error)
{
    static const entitle_status failures[] = {
        ENTITLE_TIMEOUT, ENTITLE_TLS_ERROR, ENTITLE_BAD_RESPONSE, ENTITLE_INTERRUPTED
    };

    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        if (equals(line, entitle_status_name(failures[i]))) {
            return ent_fail(error, failures[i], "as scripted");
        }
    }
    return ent_fail(error, ENTITLE_UNREACHABLE, "as scripted");
}

/* As a careless transport would read it: the limits are the library's to keep. */
static int32_t
read_status(stretch line)
{
    int32_t status = 0;

    for (size_t i = 0; i < line.length && i < 6; i++) {
        if (line.text[i] >= '0' && line.text[i] <= '9') {
            status = status * 10 + (line.text[i] - '0');
        }
    }
    return line.length > 0 && line.text[0] == '-' ? -status : status;
}

static entitle_status
add_header(entitle_response *response, stretch line, entitle_error *error)
{
    stretch value = line;
    stretch name = cut(&value, ":");

    while (value.length > 0 && value.text[0] == ' ') {
        value.text++;
        value.length--;
    }
    return entitle_response_add_header(
        response, name.text, name.length, value.text, value.length, error);
}

static entitle_status
perform(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error)
{
    answer_script *script = context;
    stretch rest = next_answer(script);
    stretch line = cut(&rest, "\n");

    (void)request;
    script->last_status = 0;
    script->last_body = NULL;
    if (line.length > 0 && line.text[0] == '!') {
        script->may_have_worked = true;
        return fail_as((stretch){ line.text + 1, line.length - 1 }, error);
    }
    script->last_status = read_status(line);
    script->may_have_worked = script->may_have_worked || script->last_status / 100 != 4;
    entitle_status status =
        entitle_response_begin(response, script->last_status, error);
    while (status == ENTITLE_OK && (line = cut(&rest, "\n")).length > 0) {
        status = add_header(response, line, error);
    }
    script->last_body = rest.text;
    script->last_body_length = rest.length;
    /* In two pieces, as from a network. */
    size_t first = rest.length / 2;
    if (status == ENTITLE_OK) {
        status = entitle_response_append_body(response, rest.text, first, error);
    }
    if (status == ENTITLE_OK) {
        status = entitle_response_append_body(
            response, rest.text + first, rest.length - first, error);
    }
    return status;
}

void
answer_script_init(answer_script *script, const char *text, size_t length)
{
    *script = (answer_script){
        .transport = { .struct_size = sizeof(script->transport),
                       .context = script,
                       .perform = perform },
        .text = text,
        .length = length,
    };
}
