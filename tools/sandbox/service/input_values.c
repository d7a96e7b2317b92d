/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "service/input.h"
#include "wire/fields.h"

#include <inttypes.h>
#include <math.h>

void
input_check_length(
    const input_object *object,
    const char *name,
    size_t length,
    size_t minimum,
    size_t maximum)
{
    if (length < minimum) {
        input_violate(
            object, name, "have length greater than or equal to %zu", minimum);
    }
    if (maximum > 0 && length > maximum) {
        input_violate(object, name, "have length less than or equal to %zu", maximum);
    }
}

const char *
input_read_text(
    const input_object *object,
    const char *name,
    const input_text_constraint *constraint)
{
    const ent_json *value = input_member(object, name);
    if (value == NULL) {
        if (constraint->is_required) {
            input_violate_null(object, name);
        }
        return NULL;
    }
    const char *text = ent_json_string(value);
    if (text == NULL) {
        input_fault_type(object, name, INPUT_TEXT);
        return NULL;
    }
    /*
     * AWS counts characters, not bytes. The parser has seen to it that this is UTF-8.
     */
    size_t length = 0;
    (void)ent_utf8_count(text, &length);
    input_check_length(object, name, length, constraint->minimum, constraint->maximum);
    if (constraint->is_allowed != NULL && !constraint->is_allowed(text)) {
        input_violate(
            object,
            name,
            "satisfy regular expression pattern: %s",
            constraint->pattern);
    }
    return text;
}

/*
 * The services' own parsers, as far as they are open, take 1.0 and 1e3 for integers,
 * for they look at the value and not at how it is written; and refuse 1.5 and what does
 * not fit 32 bits as being of another type.
 */
bool
input_read_integer(
    const input_object *object,
    const char *name,
    const input_integer_constraint *constraint,
    int64_t *out)
{
    const ent_json *value = input_member(object, name);
    double number = 0;
    if (value == NULL) {
        if (constraint->is_required) {
            input_violate_null(object, name);
        }
        return false;
    }
    if (!ent_json_number(value, &number) || floor(number) < number ||
        number < INT32_MIN || number > INT32_MAX) {
        input_fault_type(object, name, INPUT_INTEGER);
        return false;
    }
    *out = (int64_t)number;
    if (*out < constraint->minimum) {
        input_violate(
            object,
            name,
            "have value greater than or equal to %" PRId64,
            constraint->minimum);
    }
    if (*out > constraint->maximum) {
        input_violate(
            object,
            name,
            "have value less than or equal to %" PRId64,
            constraint->maximum);
    }
    return true;
}

bool
input_read_flag(const input_object *object, const char *name)
{
    const ent_json *value = input_member(object, name);
    bool flag = false;
    if (value != NULL && !fields_to_bool(value, &flag)) {
        input_fault_type(object, name, INPUT_FLAG);
    }
    return flag;
}
