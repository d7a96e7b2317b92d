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
    ent_json *json;        /* owns all texts */
    ent_buffer type_fault; /* the first; empty: none */
    ent_buffer violations; /* the first of them, as a list */
    size_t violation_count;
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

/* An array of objects. */
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

/*
 * The first element, and the one after `element`; its `json` is NULL after the last.
 * Elements that are no objects are faults, and passed over.
 */
input_object input_list_first(const input_list *list);
input_object input_list_next(const input_object *element);

/*
 * Milliseconds since 1970, which is what AWS keeps of a time. SDKs send seconds, as an
 * integer or with a fraction. A number in quotes is understood, too, and so is ISO
 * 8601, which the journal notes. What lies outside the years 1 to 9999 counts as their
 * ends. The member is required.
 */
bool input_read_time(const input_object *object, const char *name, int64_t *out_ms);

/*
 * For readers of their own: what is wrong with that member (NULL: the object itself).
 */
typedef enum input_wanted {
    INPUT_TEXT,
    INPUT_INTEGER,
    INPUT_FLAG,
    INPUT_TIME,
    INPUT_LIST,
    INPUT_OBJECT
} input_wanted;

void
input_fault_type(const input_object *object, const char *name, input_wanted wanted);
void input_violate_null(const input_object *object, const char *name);
void
input_violate(const input_object *object, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void input_check_length(
    const input_object *object,
    const char *name,
    size_t length,
    size_t minimum,
    size_t maximum); /* 0: none */

/* The member, or NULL when it is absent or null. */
const ent_json *input_member(const input_object *object, const char *name);

#endif
