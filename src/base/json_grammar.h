/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_JSON_GRAMMAR_H
#define ENT_BASE_JSON_GRAMMAR_H

#include <stddef.h>

/* How large a tree of the text would be, known before it is made. */
typedef struct ent_json_size {
    size_t values;   /* of any kind, at any depth */
    size_t elements; /* of the outermost array; 0 of anything else */
} ent_json_size;

/*
 * Whether `text` is exactly one JSON value by RFC 8259, with the restrictions of I-JSON
 * (RFC 7493 §2.1) that matter to a verifier: well-formed UTF-8, no lone surrogate, no
 * U+0000 (raw or escaped), no byte-order mark, nothing but white space around the
 * value, no number of more than 63 characters, and no more than `depth_limit` nested
 * arrays and objects (at most 64). Does not recurse or allocate.
 *
 * Returns NULL, or what is wrong, with the offset of the offending byte in `*offset`.
 */
const char *ent_json_grammar_fault(
    const char *text, size_t length, unsigned depth_limit, size_t *offset);

/* The same, and the size of what was read; `offset` may be NULL. */
const char *ent_json_grammar_measure(
    const char *text,
    size_t length,
    unsigned depth_limit,
    size_t *offset,
    ent_json_size *size);

#endif
