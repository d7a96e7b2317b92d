/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MARKET_READER_H
#define SANDBOX_MARKET_READER_H

#include "market/arena.h"
#include "market/market.h"
#include "market/market_rules.h"
#include "market/name_list.h"
#include "wire/json_document.h"

#include <entitle/error.h>

/*
 * Reading the market file strictly. The first fault found is put into words that name
 * its line and its member; after it every other reader does nothing and returns what is
 * harmless, so that a row of them needs one check at the end.
 */
typedef struct market_reader {
    const char *name; /* of the file, for messages */
    json_document file;
    json_document defaults;   /* the default market's text */
    const char *given_region; /* beats the file's; NULL: none */
    market_arena *arena;      /* of the market: what is kept */
    market_arena scratch;     /* until the file has been read */
    sandbox_market *market;   /* as far as it has been read */

    /* For the references that come later. */
    name_list products;
    name_list accounts;
    name_list identifiers;
    const market_customer *first_customer; /* of the file; the market sorts them */
    size_t first_subscription;
    name_list licenses;

    entitle_status status;
    entitle_error *error;
} market_reader;

bool reader_failed(const market_reader *reader);

/* What is wrong with `value`, which is named. Without a hint: see the schema. */
void reader_fault(
    market_reader *reader,
    const ent_json *value,
    const char *hint,
    const char *format,
    ...) __attribute__((format(printf, 4, 5)));

void reader_fail_memory(market_reader *reader);

/* Adds what the parser found wrong with the text. */
void reader_fault_text(market_reader *reader, const json_document_fault *fault);

/* The member of the file, or of the default market where the file leaves it out. */
const ent_json *reader_top(const market_reader *reader, const char *name);

/* Whether the file has it. */
bool reader_has_top(const market_reader *reader, const char *name);

/* An object with members of `known` (ends with NULL) only. False: a fault. */
bool
reader_open(market_reader *reader, const ent_json *object, const char *const *known);

/* The number of elements of an array of `minimum` to `maximum`; 0 after a fault. */
size_t reader_count(
    market_reader *reader, const ent_json *array, size_t minimum, size_t maximum);

/*
 * Readers of one member of `object`, which take `fallback`, of the default market,
 * where it is absent. A text is copied; it is NULL where both are absent, or after a
 * fault.
 */
typedef struct reader_member {
    const ent_json *object;
    const ent_json *fallback; /* an object with members of the same names; or NULL */
} reader_member;

const char *reader_text(
    market_reader *reader,
    const reader_member *from,
    const char *name,
    const market_rule *rule);

/* The same, but absence is a fault. */
const char *reader_required_text(
    market_reader *reader,
    const reader_member *from,
    const char *name,
    const market_rule *rule);

int64_t reader_integer(
    market_reader *reader,
    const reader_member *from,
    const char *name,
    int64_t minimum,
    int64_t maximum);

bool reader_bool(market_reader *reader, const reader_member *from, const char *name);

/* ISO 8601 or whole epoch seconds; `absent` where the member is absent or null. */
int64_t reader_time(
    market_reader *reader, const ent_json *object, const char *name, int64_t absent);

/* A list of distinct texts; none where both are absent. */
typedef struct reader_texts {
    const char *const *texts;
    size_t count;
} reader_texts;

reader_texts reader_list(
    market_reader *reader,
    const reader_member *from,
    const char *name,
    size_t maximum,
    const market_rule *rule);

/*
 * Sorts names, and finds the first that occurs twice. `quotes` it, unless it is
 * nobody's business.
 */
void reader_require_distinct(market_reader *reader, name_list *names, bool quotes);

#endif
