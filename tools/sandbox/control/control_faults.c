/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "control/control.h"
#include "faults/fault_reader.h"
#include "signing/key_file.h"

/* The key is made here, while nobody waits, and not in the first call that wants it. */
static bool
prepare_stranger(sandbox_core *sandbox)
{
    pthread_mutex_lock(&sandbox->changes);
    if (product_keys_stranger(sandbox->keys) == NULL) {
        EVP_PKEY *stranger = key_generate();
        pthread_mutex_lock(&sandbox->lock);
        product_keys_set_stranger(sandbox->keys, stranger);
        pthread_mutex_unlock(&sandbox->lock);
    }
    bool is_there = product_keys_stranger(sandbox->keys) != NULL;
    pthread_mutex_unlock(&sandbox->changes);
    return is_there;
}

static bool
wants_stranger(const sandbox_fault *faults, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (faults[i].kind == FAULT_TOKEN && faults[i].twist == TOKEN_OTHER_KEY) {
            return true;
        }
    }
    return false;
}

/* Reads all of them, or leaves the first fault found in `fields`. */
static bool
read_all(sandbox_fields *fields, const ent_json *array, sandbox_fault *out)
{
    for (size_t i = 0; i < fields_count(array); i++) {
        const ent_json *element = fields_element(array, i);
        struct sandbox_fields one;
        fields_begin(&one, element);
        if (!ent_json_is_object(element)) {
            fields_fault(&one, "not an object");
        } else if (fault_read(&one, &out[i])) {
            continue;
        }
        fields_fault(fields, "faults[%zu]: %s", i, one.fault);
        return false;
    }
    return true;
}

static void
replace(
    sandbox_core *sandbox,
    sandbox_fields *fields,
    const ent_json *array,
    sandbox_answer *answer)
{
    sandbox_fault *faults =
        ent_allocate(&sandbox->runtime, FAULT_LIMIT * sizeof(*faults));
    if (faults == NULL) {
        answer_set_refusal(answer, 500, "out of memory");
        return;
    }
    size_t count = fields_count(array);
    if (!read_all(fields, array, faults)) {
        ent_release(&sandbox->runtime, faults);
        return;
    }
    if (wants_stranger(faults, count) && !prepare_stranger(sandbox)) {
        answer_set_refusal(answer, 500, "cannot generate a key pair");
        ent_release(&sandbox->runtime, faults);
        return;
    }
    pthread_mutex_lock(&sandbox->lock);
    faults_replace(&sandbox->faults, faults, count);
    ent_buffer_append_text(&answer->body, "{\"faults\":");
    faults_write(&sandbox->faults, &answer->body);
    ent_buffer_append_text(&answer->body, "}");
    pthread_mutex_unlock(&sandbox->lock);
    ent_release(&sandbox->runtime, faults);
}

void
control_set_faults(
    sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    static const char *const known[] = { "faults", NULL };
    fields_refuse_others(fields, known);
    const ent_json *array = ent_json_member(fields->object, "faults");
    if (!fields_is_array(array) || fields_count(array) > FAULT_LIMIT) {
        fields_fault(fields, "\"faults\" must be an array of at most %d", FAULT_LIMIT);
    }
    if (fields->fault[0] == '\0') {
        replace(sandbox, fields, array, answer);
    }
}
