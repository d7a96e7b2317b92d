/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_JOURNAL_H
#define SANDBOX_JOURNAL_H

#include "base/buffer.h"
#include "journal/rules.h"
#include "market/identity_kind.h"

#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_LIMIT = 4096, JOURNAL_NAME_SIZE = 64 };

/* One call that was received. It holds no token, nonce, signature or secret. */
typedef struct journal_entry {
    int64_t at_s;
    char operation[JOURNAL_NAME_SIZE]; /* "": the request named none */
    char identity[IDENTITY_NAME_SIZE]; /* "": the signature did not tell */
    unsigned http_status;              /* 0: closed without an answer */
    char error[JOURNAL_NAME_SIZE];     /* "": none */
    size_t records;
    const sandbox_rule *rule;
    const char *note; /* what is odd about it but decided nothing; NULL: nothing */
} journal_entry;

/* The last JOURNAL_LIMIT calls since the reset; older ones are only counted. */
typedef struct sandbox_journal {
    journal_entry entries[JOURNAL_LIMIT];
    uint64_t first; /* number of the first call since the reset */
    uint64_t count; /* the number of the next call */
} sandbox_journal;

void journal_reset(sandbox_journal *journal);
void journal_add(sandbox_journal *journal, const journal_entry *entry);

/*
 * {"calls":[…],"forgotten":N,"next":N}: the calls from the number `after` on, which is
 * the `next` of an earlier answer. A number that has not been given yet is of another
 * journal, and gets everything.
 */
void journal_write(const sandbox_journal *journal, uint64_t after, ent_buffer *out);

#endif
