/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INPUT_H
#define SANDBOX_INPUT_H

#include "base/json.h"
#include "play/call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reading the body of a call as AWS JSON 1.1: a row of readers, and one check at the
 * end. The types of all members are judged before any value (SerializationException),
 * and every constraint of the model that is broken is told in one ValidationException,
 * with its path as AWS writes it: "usageAllocations.1.member.tags.2.member.key".
 * Members that are null count as absent and unknown ones are ignored. What was sent is
 * never repeated.
 */
typedef struct service_input {
    sandbox_call *call;
    ent_json *json; /* owns all texts */
    const char *type_fault;
    size_t violation_count;
    ent_buffer violations; /* the first of them */
} service_input;

/* An object in the body: the whole of it, a member's value or an element of a list. */
typedef struct input_object {
    service_input *input;
    const ent_json *json;
    const struct input_object *parent; /* NULL: it is the body */
    const char *name;                  /* under which it stands in its parent */
    size_t index;                      /* from 0: its place in that list */
} input_object;

typedef struct input_text_constraint {
    bool is_required;
    size_t minimum;                       /* characters, not bytes */
    size_t maximum;                       /* 0: none */
    bool (*is_allowed)(const char *text); /* NULL: everything is */
    const char *pattern;                  /* what that stands for, in AWS's words */
} input_text_constraint;

typedef struct input_integer_constraint {
    bool is_required;
    int64_t minimum;
    int64_t maximum;
} input_integer_constraint;

typedef struct input_list_constraint {
    bool is_required;
    size_t minimum;
    size_t maximum; /* 0: none */
} input_list_constraint;

/* An array of objects. Stepping through it does not look for each from the start. */
typedef struct input_list {
    const input_object *owner;
    const char *name;
    const ent_json *json; /* NULL: absent, or not an array */
    size_t count;
} input_list;

/*
 * On false the call has been refused. input_clear() is needed either way, and `body`
 * then is the object to read from.
 */
bool input_begin(service_input *input, sandbox_call *call, input_object *body);

/* Whether nothing was wrong; on false the call has been refused. */
bool input_end(service_input *input);
void input_clear(service_input *input);

/* Each gives nothing where the member is absent or faulty. */
const char *input_read_text(
    const input_object *object,
    const char *name,
    const input_text_constraint *constraint);
bool input_read_integer(
    const input_object *object,
    const char *name,
    const input_integer_constraint *constraint,
    int64_t *out);
bool input_read_flag(const input_object *object, const char *name);
input_list input_read_list(
    const input_object *object,
    const char *name,
    const input_list_constraint *constraint);

/* The first element, and the one after `element`; its `json` is NULL after the last. */
input_object input_list_first(const input_list *list);
input_object input_list_next(const input_object *element);

/*
 * Milliseconds since 1970, which is what AWS keeps of a time. SDKs send seconds, as an
 * integer or with a fraction; a number in quotes and ISO 8601 are understood, too, and
 * noted in the journal for the latter. What lies outside the years 1 to 9999 counts as
 * their ends. Required.
 */
bool input_read_time(const input_object *object, const char *name, int64_t *out_ms);

/* For readers of their own: notes what is wrong with that member. */
void input_fault_type(service_input *input, const char *message);
void input_violate(
    const input_object *object, const char *name, bool is_null, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
