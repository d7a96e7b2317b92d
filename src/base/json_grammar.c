/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_grammar.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Reads `text` once, from left to right; `fault` is the first thing that is wrong. */
typedef struct json_scanner {
    const char *text;
    size_t length;
    size_t at;
    const char *fault;
    ent_json_size size;
} json_scanner;

static bool
fail(json_scanner *scanner, const char *fault)
{
    if (scanner->fault == NULL) {
        scanner->fault = fault;
    }
    return false;
}

/* The next byte, or -1 at the end; NUL is a byte like any other. */
static int
peek(const json_scanner *scanner)
{
    return scanner->at < scanner->length ? (unsigned char)scanner->text[scanner->at]
                                         : -1;
}

static bool
accept(json_scanner *scanner, char wanted)
{
    if (peek(scanner) != wanted) {
        return false;
    }
    scanner->at++;
    return true;
}

static void
skip_white_space(json_scanner *scanner)
{
    int next = peek(scanner);

    while (next == ' ' || next == '\t' || next == '\n' || next == '\r') {
        scanner->at++;
        next = peek(scanner);
    }
}

/* The four digits after "\u". */
static bool
scan_code_unit(json_scanner *scanner, unsigned *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        int next = peek(scanner);
        int digit = next >= '0' && next <= '9'   ? next - '0'
                    : next >= 'a' && next <= 'f' ? next - 'a' + 10
                    : next >= 'A' && next <= 'F' ? next - 'A' + 10
                                                 : -1;
        if (digit < 0) {
            return fail(scanner, "an escape is not \\u and four hex digits");
        }
        *out = *out << 4 | (unsigned)digit;
        scanner->at++;
    }
    return true;
}

/* RFC 8259 §7: characters beyond U+FFFF are escaped as two surrogates. */
static bool
scan_unicode_escape(json_scanner *scanner)
{
    unsigned unit;

    if (!scan_code_unit(scanner, &unit)) {
        return false;
    }
    if (unit == 0) {
        return fail(scanner, "a string holds U+0000");
    }
    if (unit < 0xd800 || unit > 0xdfff) {
        return true;
    }
    if (unit > 0xdbff || !accept(scanner, '\\') || !accept(scanner, 'u')) {
        return fail(scanner, "a surrogate stands alone");
    }
    if (!scan_code_unit(scanner, &unit)) {
        return false;
    }
    return (unit >= 0xdc00 && unit <= 0xdfff) ||
           fail(scanner, "a surrogate stands alone");
}

static bool
scan_escape(json_scanner *scanner)
{
    int next = peek(scanner);

    if (next <= 0 || strchr("\"\\/bfnrtu", next) == NULL) {
        return fail(scanner, "an escape is not one of JSON's");
    }
    scanner->at++;
    return next != 'u' || scan_unicode_escape(scanner);
}

/*
 * Whether eight bytes stand for themselves. What is less than the number taken away
 * borrows, which its highest bit shows; that of the next may, too, for nothing.
 */
static bool
eight_are_plain(const unsigned char *at)
{
    const uint64_t each = 0x0101010101010101;
    uint64_t bytes;

    memcpy(&bytes, at, sizeof(bytes));
    uint64_t special = bytes | (bytes - each * 0x20);
    special |= (bytes ^ each * '"') - each;
    special |= (bytes ^ each * '\\') - each;
    special |= (bytes ^ each * 0x7f) - each;
    return (special & each * 0x80) == 0;
}

/* What stands for itself and is one byte long; nearly all of any string. */
static void
skip_plain(json_scanner *scanner)
{
    const unsigned char *at = (const unsigned char *)scanner->text + scanner->at;
    const unsigned char *end = (const unsigned char *)scanner->text + scanner->length;

    while (end - at >= 8 && eight_are_plain(at)) {
        at += 8;
    }
    while (at < end && *at >= 0x20 && *at < 0x7f && *at != '"' && *at != '\\') {
        at++;
    }
    scanner->at = (size_t)(at - (const unsigned char *)scanner->text);
}

static bool
scan_string(json_scanner *scanner)
{
    if (!accept(scanner, '"')) {
        return fail(scanner, "a string was expected");
    }
    for (;;) {
        skip_plain(scanner);
        const unsigned char *bytes = (const unsigned char *)scanner->text + scanner->at;
        int next = peek(scanner);
        size_t sequence;

        if (next < 0) {
            return fail(scanner, "a string does not end");
        }
        if (next < 0x20) {
            return fail(scanner, "a control character stands in a string");
        }
        sequence = ent_utf8_sequence_length(bytes, scanner->length - scanner->at);
        if (sequence == 0) {
            return fail(scanner, "a string is not UTF-8");
        }
        scanner->at += sequence;
        if (next == '"') {
            return true;
        }
        if (next == '\\' && !scan_escape(scanner)) {
            return false;
        }
    }
}

static bool
scan_digits(json_scanner *scanner)
{
    size_t start = scanner->at;

    while (peek(scanner) >= '0' && peek(scanner) <= '9') {
        scanner->at++;
    }
    return scanner->at > start || fail(scanner, "a digit was expected");
}

static bool
scan_number(json_scanner *scanner)
{
    (void)accept(scanner, '-');
    if (!accept(scanner, '0') && !scan_digits(scanner)) {
        return false;
    }
    if (accept(scanner, '.') && !scan_digits(scanner)) {
        return false;
    }
    if (accept(scanner, 'e') || accept(scanner, 'E')) {
        (void)(accept(scanner, '+') || accept(scanner, '-'));
        return scan_digits(scanner);
    }
    return true;
}

/* cJSON before 1.7.19 has room for so many characters, and reads no further. */
enum { NUMBER_LENGTH_MAX = 63 };

static bool
scan_bounded_number(json_scanner *scanner)
{
    size_t start = scanner->at;

    return scan_number(scanner) && (scanner->at - start <= NUMBER_LENGTH_MAX ||
                                    fail(scanner, "a number is too long"));
}

static bool
scan_literal(json_scanner *scanner, const char *literal)
{
    size_t length = strlen(literal);

    if (scanner->length - scanner->at < length ||
        memcmp(scanner->text + scanner->at, literal, length) != 0) {
        return fail(scanner, "a value was expected");
    }
    scanner->at += length;
    return true;
}

static bool
scan_scalar(json_scanner *scanner)
{
    int next = peek(scanner);

    switch (next) {
    case '"':
        return scan_string(scanner);
    case 't':
        return scan_literal(scanner, "true");
    case 'f':
        return scan_literal(scanner, "false");
    case 'n':
        return scan_literal(scanner, "null");
    default:
        return next == '-' || (next >= '0' && next <= '9')
                   ? scan_bounded_number(scanner)
                   : fail(scanner, "a value was expected");
    }
}

/* `"name" :`, up to the value. */
static bool
scan_member_name(json_scanner *scanner)
{
    skip_white_space(scanner);
    if (!scan_string(scanner)) {
        return false;
    }
    skip_white_space(scanner);
    if (!accept(scanner, ':')) {
        return fail(scanner, "a colon was expected");
    }
    return true;
}

/* The arrays and objects that are open: one bit each, set for objects. */
typedef struct json_nesting {
    uint64_t objects;
    unsigned depth;
    unsigned limit;
} json_nesting;

static bool
in_object(const json_nesting *nesting)
{
    return (nesting->objects & 1) != 0;
}

static bool
open_container(json_scanner *scanner, json_nesting *nesting, bool is_object)
{
    if (nesting->depth == nesting->limit) {
        return fail(scanner, "it is nested too deeply");
    }
    scanner->at++;
    nesting->depth++;
    nesting->objects = nesting->objects << 1 | is_object;
    return true;
}

static void
close_container(json_scanner *scanner, json_nesting *nesting)
{
    scanner->at++;
    nesting->depth--;
    nesting->objects >>= 1;
}

static void
count_value(json_scanner *scanner, const json_nesting *nesting)
{
    scanner->size.values++;
    scanner->size.elements += nesting->depth == 1 && !in_object(nesting) ? 1 : 0;
}

/*
 * One value up to where it ends or opens a container that is not empty; `*complete`
 * tells which.
 */
static bool
scan_value_start(json_scanner *scanner, json_nesting *nesting, bool *complete)
{
    int next;

    count_value(scanner, nesting);
    skip_white_space(scanner);
    next = peek(scanner);
    *complete = true;
    if (next != '{' && next != '[') {
        return scan_scalar(scanner);
    }
    if (!open_container(scanner, nesting, next == '{')) {
        return false;
    }
    skip_white_space(scanner);
    if (peek(scanner) == (next == '{' ? '}' : ']')) {
        close_container(scanner, nesting);
        return true;
    }
    *complete = false;
    return next != '{' || scan_member_name(scanner);
}

/* After a value inside a container: the next one, or the ends of containers. */
static bool
scan_after_value(json_scanner *scanner, json_nesting *nesting)
{
    while (nesting->depth > 0) {
        skip_white_space(scanner);
        if (accept(scanner, ',')) {
            return !in_object(nesting) || scan_member_name(scanner);
        }
        if (peek(scanner) != (in_object(nesting) ? '}' : ']')) {
            return fail(
                scanner, "a comma or the end of an object or array was expected");
        }
        close_container(scanner, nesting);
    }
    return true;
}

static bool
scan_document(json_scanner *scanner, unsigned depth_limit)
{
    json_nesting nesting = { .limit = depth_limit <= 64 ? depth_limit : 64 };

    do {
        bool complete;
        if (!scan_value_start(scanner, &nesting, &complete)) {
            return false;
        }
        if (complete && !scan_after_value(scanner, &nesting)) {
            return false;
        }
    } while (nesting.depth > 0);

    skip_white_space(scanner);
    return scanner->at == scanner->length ||
           fail(scanner, "something follows the value");
}

const char *
ent_json_grammar_measure(
    const char *text,
    size_t length,
    unsigned depth_limit,
    size_t *offset,
    ent_json_size *size)
{
    json_scanner scanner = { .text = text, .length = length };

    (void)scan_document(&scanner, depth_limit);
    if (offset != NULL) {
        *offset = scanner.at;
    }
    *size = scanner.size;
    return scanner.fault;
}

const char *
ent_json_grammar_fault(
    const char *text, size_t length, unsigned depth_limit, size_t *offset)
{
    ent_json_size size;

    return ent_json_grammar_measure(text, length, depth_limit, offset, &size);
}
