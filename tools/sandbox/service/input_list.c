/* SPDX-License-Identifier: Apache-2.0 */
#include "service/input.h"
#include "wire/fields.h"

input_list
input_read_list(
    const input_object *object,
    const char *name,
    const input_list_constraint *constraint)
{
    input_list list = { .owner = object, .name = name };
    const ent_json *value = input_member(object, name);
    if (value == NULL) {
        if (constraint->is_required) {
            input_violate_null(object, name);
        }
        return list;
    }
    if (!ent_json_is_array(value)) {
        input_fault_type(object, name, INPUT_LIST);
        return list;
    }
    list.json = value;
    list.count = fields_count(value);
    input_check_length(
        object, name, list.count, constraint->minimum, constraint->maximum);
    return list;
}

/* Passes over what is no object, from that element on. */
static input_object
settle(input_object element)
{
    while (element.json != NULL && !ent_json_is_object(element.json)) {
        if (ent_json_is_null(element.json)) {
            input_violate_null(&element, NULL);
        } else {
            input_fault_type(&element, NULL, INPUT_OBJECT);
        }
        element.json = ent_json_next(element.json);
        element.index++;
    }
    return element;
}

input_object
input_list_first(const input_list *list)
{
    const input_object element = {
        .input = list->owner->input,
        .json = ent_json_first(list->json),
        .parent = list->owner,
        .name = list->name,
    };
    return settle(element);
}

input_object
input_list_next(const input_object *element)
{
    input_object next = *element;
    next.json = ent_json_next(element->json);
    next.index++;
    return settle(next);
}
