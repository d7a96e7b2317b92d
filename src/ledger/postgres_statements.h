/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_POSTGRES_STATEMENTS_H
#define ENT_LEDGER_POSTGRES_STATEMENTS_H

#include "ledger/statements.h"

/* What statements.h leaves to the dialect. */

/*
 * An hour has one record, whatever its state. The INSERT waits for whoever is writing
 * that record and then sees its last state: where it has been sent, no row comes back.
 */
#define SQL_ADD_TO_HOUR(added)                                                         \
    "INSERT INTO record (key, hour, token, state, quantity, added)"                    \
    " VALUES (?1, ?2, ?3, 0, ?4, " added ") ON CONFLICT (key, hour, token) DO UPDATE"  \
    " SET quantity = record.quantity + excluded.quantity,"                             \
    " added = record.added + excluded.added WHERE record.state = 0 RETURNING id"
#define SQL_CARRIED                                                                    \
    " (SELECT '[' || COALESCE(string_agg('{\"hour\":' || hour || ',\"quantity\":' ||"  \
    "   quantity || '}', ',' ORDER BY hour), '') || ']'"                               \
    "  FROM (SELECT hour, SUM(quantity) AS quantity FROM carry WHERE record = r.id"    \
    "        GROUP BY hour) AS link)"
#define SQL_EARLIER(one, other) "LEAST(" one ", " other ")"
#define HASH_OF(tags)           "sha256(convert_to(" tags ", 'UTF8'))"
#define SQL_ADD_TAGS                                                                   \
    "INSERT INTO tag_sum (record, tags_hash, tags, quantity)"                          \
    " VALUES (?1, " HASH_OF(                                                           \
        "?2") ", ?2, ?3) ON CONFLICT (record, tags_hash)"                              \
              " DO UPDATE SET quantity = tag_sum.quantity + excluded.quantity"
#define SQL_SIZE_TAGS                                                                  \
    "SELECT CAST(COALESCE(SUM(octet_length(tags) + 64), 0) AS BIGINT) FROM tag_sum"    \
    " WHERE record = ?1"
#define SQL_OF_TAGS(tags) "tags_hash = " HASH_OF(tags)
#define SQL_LOCK          " FOR UPDATE"
#define SQL_LOCK_IF_FREE  " FOR UPDATE OF r SKIP LOCKED"
#define SQL_UNLESS_THERE  " ON CONFLICT DO NOTHING"

/* Statements of this database alone, after those of the rules. */
#define ENT_POSTGRES_STATEMENTS(X)

enum {
    ENT_POSTGRES_STATEMENTS_BEFORE = ENT_SQL_COUNT - 1,
#define ENT_POSTGRES_MEMBER(name, text) ENT_SQL_##name,
    ENT_POSTGRES_STATEMENTS(ENT_POSTGRES_MEMBER)
#undef ENT_POSTGRES_MEMBER
        ENT_POSTGRES_STATEMENT_COUNT
};

#endif
