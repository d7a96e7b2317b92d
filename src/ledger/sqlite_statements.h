/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_SQLITE_STATEMENTS_H
#define ENT_LEDGER_SQLITE_STATEMENTS_H

#include "ledger/statements.h"

#include <stddef.h>

/* What statements.h leaves to the dialect. */

/* Hours are sent once: the row counts only where none of that hour has left. */
#define SQL_ADD_TO_HOUR(added)                                                         \
    "INSERT INTO record (key, hour, token, state, quantity, added)"                    \
    " SELECT ?1, ?2, ?3, 0, ?4, " added " WHERE NOT EXISTS (SELECT 1 FROM record"      \
    "  WHERE key = ?1 AND hour = ?2 AND token = ?3 AND state <> 0)"                    \
    " ON CONFLICT (key, hour, token) WHERE state = 0 DO UPDATE"                        \
    " SET quantity = quantity + excluded.quantity, added = added + excluded.added"     \
    " RETURNING id"
/*
 * To compose a list takes longer than to see that there is nothing for it; whether any
 * record has one is looked for once.
 */
#define SQL_CARRIED                                                                    \
    " CASE WHEN EXISTS (SELECT 1 FROM carry)"                                          \
    "  AND EXISTS (SELECT 1 FROM carry WHERE record = r.id) THEN"                      \
    " (SELECT json_group_array(json_object('hour', hour, 'quantity', quantity))"       \
    "  FROM (SELECT hour, SUM(quantity) AS quantity FROM carry WHERE record = r.id"    \
    "        GROUP BY hour ORDER BY hour)) ELSE '[]' END"
#define SQL_EARLIER(one, other) "MIN(" one ", " other ")"
#define SQL_ADD_TAGS                                                                   \
    "INSERT INTO tag_sum (record, tags, quantity) VALUES (?1, ?2, ?3)"                 \
    " ON CONFLICT (record, tags) DO UPDATE SET quantity = quantity + "                 \
    "excluded.quantity"
#define SQL_SIZE_TAGS                                                                  \
    "SELECT COALESCE(SUM(LENGTH(tags) + 64), 0) FROM tag_sum WHERE record = ?1"
#define SQL_OF_TAGS(tags) "tags = " tags
/* Left to itself it would go over all records, so as not to sort the few. */
#define SQL_BY_DUE       " INDEXED BY record_due"
#define SQL_LOCK         ""
#define SQL_LOCK_IF_FREE ""
#define SQL_UNLESS_THERE ""

/* --- Many at once ----------------------------------------------------------------- */

/*
 * A request's worth: with more of them, a statement is no cheaper for each. Where there
 * are fewer, the others' parameters are null, which is no record's number.
 *
 * Parameters have names here, and have their numbers by where they first stand: each
 * :id, followed by its :one where there is such; each :other; and the rest.
 */
#define ENT_SQLITE_GROUP ((size_t)25)

#define OTHERS_OF_GROUP(X)                                                             \
    X(2)                                                                               \
    X(3)                                                                               \
    X(4)                                                                               \
    X(5)                                                                               \
    X(6)                                                                               \
    X(7)                                                                               \
    X(8)                                                                               \
    X(9)                                                                               \
    X(10)                                                                              \
    X(11)                                                                              \
    X(12)                                                                              \
    X(13)                                                                              \
    X(14)                                                                              \
    X(15)                                                                              \
    X(16)                                                                              \
    X(17)                                                                              \
    X(18)                                                                              \
    X(19)                                                                              \
    X(20)                                                                              \
    X(21)                                                                              \
    X(22)                                                                              \
    X(23)                                                                              \
    X(24)                                                                              \
    X(25)
#define GROUP_ID(n)    ", :id" #n
#define GROUP_ONE(n)   " WHEN :id" #n " THEN :one" #n
#define GROUP_OTHER(n) " WHEN :id" #n " THEN :other" #n
#define IN_GROUP       " IN (:id1" OTHERS_OF_GROUP(GROUP_ID) ")"
#define ONE_OF_GROUP   " CASE id" GROUP_ONE(1) OTHERS_OF_GROUP(GROUP_ONE) " END"
#define OTHER_OF_GROUP " CASE id" GROUP_OTHER(1) OTHERS_OF_GROUP(GROUP_OTHER) " END"

/*
 * Statements of this database alone, after those of the rules. What fails ends its
 * transaction; told so by OR FAIL, SQLite does not keep each page as it was before the
 * statement, for which it would make a file.
 */
#define ENT_SQLITE_STATEMENTS(X)                                                       \
    X(FREEZE_GROUP,                                                                    \
      "UPDATE OR FAIL record SET request =" ONE_OF_GROUP                               \
      ", state = 2, owner = :owner, lease = :lease WHERE id" IN_GROUP)                 \
    X(FIND_GROUP,                                                                      \
      "SELECT id, key, added, quantity FROM record WHERE id" IN_GROUP                  \
      " AND state = 2 AND owner = :owner")                                             \
    X(COUNT_GROUP,                                                                     \
      "UPDATE OR FAIL usage_key SET added = added +" ONE_OF_GROUP                      \
      ", accepted = accepted +" OTHER_OF_GROUP " WHERE id" IN_GROUP)                   \
    X(ACCEPT_GROUP,                                                                    \
      "UPDATE OR FAIL record SET metering_record_id =" ONE_OF_GROUP                    \
      ", state = 3, reason = '', request = NULL, owner = '', lease = 0, added = 0"     \
      " WHERE id" IN_GROUP)

enum {
    ENT_SQLITE_STATEMENTS_BEFORE = ENT_SQL_COUNT - 1,
#define ENT_SQLITE_MEMBER(name, text) ENT_SQL_##name,
    ENT_SQLITE_STATEMENTS(ENT_SQLITE_MEMBER)
#undef ENT_SQLITE_MEMBER
        ENT_SQLITE_STATEMENT_COUNT
};

#endif
