/* SPDX-License-Identifier: Apache-2.0 */
#include "service/input.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

/*
 * A path is three levels deep at most, and an index at most as long as that of a body
 * of 1 MiB. More than a handful of faults teach nobody.
 */
enum { TEXT_LIMIT = 256, VIOLATIONS_LIMIT = 8192, VIOLATIONS_TOLD = 10 };

static bool
refuse(
    sandbox_call *call, const char *error, const sandbox_rule *rule, const char *text)
{
    call_refuse(call, error, rule, text);
    return false;
}

/* Some SDKs can compress; the model of no operation here asks for it. */
static bool
check_encoding(sandbox_call *call)
{
    const char *encoding = request_header(call->request, "Content-Encoding");
    if (encoding == NULL || encoding[0] == '\0' ||
        ent_text_equal_ignoring_case(encoding, "identity")) {
        return true;
    }
    return refuse(
        call,
        "SerializationException",
        &rule_encoding,
        "The request body must not be compressed: only the Content-Encoding 'identity' "
        "is supported.");
}

bool
input_begin(service_input *input, sandbox_call *call, input_object *body)
{
    const entitle_runtime *runtime = &call->sandbox->runtime;
    const ent_buffer *text = &call->request->body;
    ent_json_fault fault = { 0 };
    *input = (service_input){ .call = call };
    ent_buffer_init(&input->type_fault, runtime, TEXT_LIMIT);
    ent_buffer_init(&input->violations, runtime, VIOLATIONS_LIMIT);
    *body = (input_object){ .input = input };
    if (!check_encoding(call)) {
        return false;
    }
    input->json = ent_json_parse_object(ent_buffer_text(text), text->length, &fault);
    body->json = input->json;
    if (input->json != NULL) {
        return true;
    }
    if (fault.out_of_memory) {
        call_fail(call);
        return false;
    }
    return refuse(
        call,
        "SerializationException",
        &rule_json,
        "The request body is not a JSON object.");
}

static bool
refuse_violations(service_input *input)
{
    sandbox_call *call = input->call;
    ent_buffer message;
    ent_buffer_init(&message, &call->sandbox->runtime, VIOLATIONS_LIMIT + TEXT_LIMIT);
    ent_buffer_append_format(
        &message,
        "%zu validation error%s detected: %s",
        input->violation_count,
        input->violation_count == 1 ? "" : "s",
        ent_buffer_text(&input->violations));
    refuse(call, "ValidationException", &rule_constraint, ent_buffer_text(&message));
    ent_buffer_clear(&message);
    return false;
}

bool
input_end(service_input *input)
{
    if (input->type_fault.length > 0 || input->type_fault.failed) {
        return refuse(
            input->call,
            "SerializationException",
            &rule_json,
            ent_buffer_text(&input->type_fault));
    }
    return input->violation_count == 0 || refuse_violations(input);
}

void
input_clear(service_input *input)
{
    ent_json_free(input->json);
    ent_buffer_clear(&input->type_fault);
    ent_buffer_clear(&input->violations);
    input->json = NULL;
}

const ent_json *
input_member(const input_object *object, const char *name)
{
    const ent_json *value = ent_json_member(object->json, name);
    return ent_json_is_null(value) ? NULL : value;
}

/* "UsageRecords" is "usageRecords" in a path. */
static void
append_name(ent_buffer *out, const char *name)
{
    char first = *name;
    if (first >= 'A' && first <= 'Z') {
        first = (char)(first - 'A' + 'a');
    }
    ent_buffer_append(out, &first, 1);
    ent_buffer_append_text(out, name + 1);
}

/* Recursion as deep as the model. */
static void
append_path(ent_buffer *out, const input_object *object)
{
    if (object->parent == NULL) {
        return;
    }
    append_path(out, object->parent);
    if (object->parent->parent != NULL) {
        ent_buffer_append_text(out, ".");
    }
    append_name(out, object->name);
    ent_buffer_append_format(out, ".%zu.member", object->index + 1);
}

static void
append_place(ent_buffer *out, const input_object *object, const char *name)
{
    append_path(out, object);
    if (name != NULL) {
        ent_buffer_append_text(out, object->parent != NULL ? "." : "");
        append_name(out, name);
    }
}

void
input_fault_type(const input_object *object, const char *name, input_wanted wanted)
{
    static const char *const wanted_words[] = {
        [INPUT_TEXT] = "a String",  [INPUT_INTEGER] = "an Integer",
        [INPUT_FLAG] = "a Boolean", [INPUT_TIME] = "a Timestamp",
        [INPUT_LIST] = "a List",    [INPUT_OBJECT] = "a Structure",
    };
    ent_buffer *fault = &object->input->type_fault;
    if (fault->length > 0) {
        return;
    }
    ent_buffer_append_text(fault, "The value at '");
    append_place(fault, object, name);
    ent_buffer_append_format(
        fault, "' can not be converted to %s", wanted_words[wanted]);
}

/* Whether this violation is told; then everything but the constraint has been. */
static bool
begin_violation(const input_object *object, const char *name, const char *value)
{
    service_input *input = object->input;
    ent_buffer *out = &input->violations;
    input->violation_count++;
    if (input->violation_count > VIOLATIONS_TOLD) {
        return false;
    }
    ent_buffer_append_format(
        out, "%sValue %sat '", input->violation_count > 1 ? "; " : "", value);
    append_place(out, object, name);
    ent_buffer_append_text(out, "' failed to satisfy constraint: Member must ");
    return true;
}

void
input_violate_null(const input_object *object, const char *name)
{
    if (begin_violation(object, name, "null ")) {
        ent_buffer_append_text(&object->input->violations, "not be null");
    }
}

void
input_violate(const input_object *object, const char *name, const char *format, ...)
{
    if (!begin_violation(object, name, "")) {
        return;
    }
    char constraint[TEXT_LIMIT];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(constraint, sizeof(constraint), format, arguments);
    va_end(arguments);
    ent_buffer_append_text(&object->input->violations, constraint);
}
