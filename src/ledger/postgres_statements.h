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
    " CASE WHEN (SELECT 1 FROM carry WHERE record = r.id LIMIT 1) IS NULL THEN '[]' "  \
    "ELSE"                                                                             \
    " (SELECT '[' || COALESCE(string_agg('{\"hour\":' || hour || ',\"quantity\":' ||"  \
    "   quantity || '}', ',' ORDER BY hour), '') || ']'"                               \
    "  FROM (SELECT hour, SUM(quantity) AS quantity FROM carry WHERE record = r.id"    \
    "        GROUP BY hour) AS link) END"
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
#define SQL_BY_DUE        ""
#define SQL_LOCK          " FOR UPDATE"
#define SQL_LOCK_IF_FREE  " FOR UPDATE OF r SKIP LOCKED"
#define SQL_UNLESS_THERE  " ON CONFLICT DO NOTHING"

/*
 * Whether the customer of row i has used something under another name, ever. With
 * EXISTS, both tables might be gone over as a whole.
 */
#define HAS_OTHER_NAME(own, other, other_form)                                         \
    "(SELECT 1 FROM customer c JOIN usage_key o ON o.customer = c." other              \
    "   AND o.form = " other_form " AND o.product_code = c.product_code"               \
    "  WHERE c.product_code = i.product_code AND c." own " = i.customer"               \
    "  AND c." own " <> '' AND c." other " <> '' LIMIT 1) IS NOT NULL"
#define IDENTIFIER_HAS_OTHER HAS_OTHER_NAME("identifier", "account", "2")
#define ACCOUNT_HAS_OTHER    HAS_OTHER_NAME("account", "identifier", "1")

/* Whether it is known by another name at all, under which it may be given, too. */
#define IS_KEPT_BY(own, other)                                                         \
    "(SELECT 1 FROM customer c WHERE c.product_code = i.product_code"                  \
    "  AND c." own " = i.customer AND c." own " <> '' AND c." other " <> '' LIMIT 1)"  \
    " IS NOT NULL"
#define IDENTIFIER_IS_KEPT IS_KEPT_BY("identifier", "account")
#define ACCOUNT_IS_KEPT    IS_KEPT_BY("account", "identifier")

#define GIVEN_KEYS                                                                     \
    " FROM unnest(?1, ?2, ?3, ?4, ?5, ?6, ?7)"                                         \
    "  AS i (n, product_code, dimension, form, customer, license_arn, instance)"

#define GIVEN_EVENTS                                                                   \
    "INSERT INTO event (id, at) SELECT i.id, i.at FROM unnest(?1, ?2) AS i (id, at)"

/* Of those records: whose hour has a record under the customer's other name. */
#define OTHER_NAMES_OF(form, own, other, other_form)                                   \
    "SELECT DISTINCT r.id FROM record r JOIN usage_key k ON k.id = r.key"              \
    " JOIN customer c ON c.product_code = k.product_code AND c." own " = k.customer"   \
    "  AND c." own " <> '' AND c." other " <> ''"                                      \
    " JOIN usage_key o ON o.customer = c." other " AND o.form = " other_form           \
    "  AND o.product_code = k.product_code"                                            \
    " JOIN record x ON x.key = o.id AND x.hour = r.hour AND x.state < 4"               \
    " WHERE r.id = ANY(?1) AND k.form = " form

/*
 * FIND_DUE of few keys, which then come first, or by the hour: then LATERAL and its
 * LIMIT have each record's key looked up by its number, whatever the planner takes the
 * tables for.
 */
#define DUE_RECORD                                                                     \
    " r.state < 3 AND ((r.state = 0 AND (r.token <> '' OR r.hour <= ?1))"              \
    "  OR (r.state = 2 AND r.owner <> ?9 AND (r.lease <= ?2 OR ?8 <> 0)))"             \
    " AND (?6 IS NULL OR k.product_code = ?6)"
#define FIRST_OF_DUE " ORDER BY r.hour, r.id LIMIT ?7" SQL_LOCK_IF_FREE

#define LOCK_CUSTOMERS(own, other)                                                     \
    "SELECT 1 FROM customer c WHERE c." other " <> '' AND (c.product_code, c." own     \
    ") IN (SELECT i.product, i.name FROM unnest(?1, ?2) AS i (product, name))"         \
    " ORDER BY c.product_code, c.account, c.identifier, c.license_arn FOR UPDATE OF c"

/*
 * Statements of this database alone, after those of the rules: what the rules do with
 * one at a time, for many at once. Arrays are sorted, so that two transactions lock in
 * the same order.
 */
#define ENT_POSTGRES_STATEMENTS(X)                                                     \
    X(CHECK_CUSTOMERS,                                                                 \
      "SELECT -1, (SELECT number FROM session WHERE name = ?1)"                        \
      " UNION ALL SELECT i.n, 0"                                                       \
      "  FROM unnest(?2, ?3, ?4, ?5) AS i (n, product_code, form, customer)"           \
      "  WHERE CASE WHEN ?6 <> 0 AND i.form = 1 THEN " IDENTIFIER_IS_KEPT              \
      "   WHEN ?6 <> 0 AND i.form = 2 THEN " ACCOUNT_IS_KEPT                           \
      "   WHEN i.form = 1 THEN " IDENTIFIER_HAS_OTHER                                  \
      "   WHEN i.form = 2 THEN " ACCOUNT_HAS_OTHER " ELSE FALSE END")                  \
    X(FIND_KEYS,                                                                       \
      "SELECT i.n, k.id" GIVEN_KEYS                                                    \
      " LEFT JOIN usage_key k ON k.customer = i.customer AND k.form = i.form"          \
      "  AND k.dimension = i.dimension AND k.product_code = i.product_code"            \
      "  AND k.license_arn = i.license_arn AND k.instance = i.instance")               \
    X(ADD_KEYS,                                                                        \
      "INSERT INTO usage_key"                                                          \
      " (product_code, dimension, form, customer, license_arn, instance)"              \
      " SELECT i.product_code, i.dimension, i.form, i.customer, i.license_arn,"        \
      "  i.instance" GIVEN_KEYS " ORDER BY i.n ON CONFLICT DO NOTHING")                \
    X(ADD_NEW_EVENTS, GIVEN_EVENTS)                                                    \
    X(ADD_EVENTS, GIVEN_EVENTS " ON CONFLICT DO NOTHING RETURNING id")                 \
    X(ADD_USAGES,                                                                      \
      "INSERT INTO record (key, hour, token, state, quantity, added)"                  \
      " SELECT i.key, i.hour, '', 0, i.quantity, i.quantity"                           \
      " FROM unnest(?1, ?2, ?3) AS i (key, hour, quantity)"                            \
      " ON CONFLICT (key, hour, token) DO UPDATE"                                      \
      " SET quantity = record.quantity + excluded.quantity,"                           \
      " added = record.added + excluded.added WHERE record.state = 0"                  \
      " RETURNING key, hour")                                                          \
    X(FIND_DUE_IN_ORDER,                                                               \
      "SELECT " RECORD_COLUMNS " FROM record r CROSS JOIN LATERAL"                     \
      " (SELECT * FROM usage_key WHERE id = r.key LIMIT 1) k WHERE " DUE_RECORD        \
      " AND (k.form <> 0 OR (?3 IS NOT NULL AND k.instance = ?3))" FIRST_OF_DUE)       \
    X(FIND_DUE_OF_INSTANCE,                                                            \
      "SELECT " RECORD_COLUMNS                                                         \
      " FROM usage_key k JOIN record r ON r.key = k.id WHERE " DUE_RECORD              \
      " AND k.customer = '' AND k.form = 0 AND k.instance = ?3" FIRST_OF_DUE)          \
    X(FIND_DUE_OF_CUSTOMER,                                                            \
      "SELECT " RECORD_COLUMNS                                                         \
      " FROM usage_key k JOIN record r ON r.key = k.id WHERE " DUE_RECORD              \
      " AND k.customer = ?5 AND k.form <> 0" FIRST_OF_DUE)                             \
    X(FIND_TAKEN,                                                                      \
      "SELECT " RECORD_COLUMNS " FROM record r JOIN usage_key k ON k.id = r.key"       \
      " WHERE r.id = ANY(?1) ORDER BY r.hour, r.id")                                   \
    X(LIST_TAGS_OF_ALL,                                                                \
      "SELECT record, tags, quantity FROM tag_sum WHERE record = ANY(?1)"              \
      " ORDER BY record, tags")                                                        \
    X(LOCK_ACCOUNTS, LOCK_CUSTOMERS("account", "identifier"))                          \
    X(LOCK_IDENTIFIERS, LOCK_CUSTOMERS("identifier", "account"))                       \
    X(FIND_OTHER_NAMES,                                                                \
      OTHER_NAMES_OF("2", "account", "identifier", "1") " UNION " OTHER_NAMES_OF(      \
          "1", "identifier", "account", "2"))                                          \
    X(FREEZE_ALL,                                                                      \
      "UPDATE record SET state = 2, request = i.request, owner = ?3, lease = ?4"       \
      " FROM unnest(?1, ?2) AS i (id, request) WHERE record.id = i.id")                \
    X(TAKE_ALL_OVER,                                                                   \
      "UPDATE record SET owner = ?2, lease = ?3,"                                      \
      " doubtful = CASE WHEN doubtful <> 0 OR owner <> '' THEN 1 ELSE 0 END"           \
      " WHERE id = ANY(?1)")                                                           \
    X(LOCK_ROWS,                                                                       \
      "SELECT id, state, owner, key, added, quantity FROM record"                      \
      " WHERE id = ANY(?1) ORDER BY id FOR UPDATE")                                    \
    X(ACCEPT_ALL,                                                                      \
      "UPDATE record SET state = 3, metering_record_id = i.name, reason = '',"         \
      " request = NULL, owner = '', lease = 0, added = 0"                              \
      " FROM unnest(?1, ?2) AS i (id, name) WHERE record.id = i.id")                   \
    X(LOCK_KEYS, "SELECT 1 FROM usage_key WHERE id = ANY(?1) ORDER BY id FOR UPDATE")  \
    X(COUNT_ACCEPTED,                                                                  \
      "UPDATE usage_key SET added = usage_key.added + i.added,"                        \
      " accepted = usage_key.accepted + i.accepted"                                    \
      " FROM unnest(?1, ?2, ?3) AS i (key, added, accepted)"                           \
      " WHERE usage_key.id = i.key")                                                   \
    X(DROP_TAGS_OF_ALL, "DELETE FROM tag_sum WHERE record = ANY(?1)")                  \
    X(DROP_FORMER_CUSTOMERS,                                                           \
      "DELETE FROM former_customer WHERE (product_code, form, customer, license_arn)"  \
      " IN (SELECT k.product_code, k.form, k.customer, k.license_arn"                  \
      "  FROM record r JOIN usage_key k ON k.id = r.key WHERE r.id = ANY(?1))")

enum {
    ENT_POSTGRES_STATEMENTS_BEFORE = ENT_SQL_COUNT - 1,
#define ENT_POSTGRES_MEMBER(name, text) ENT_SQL_##name,
    ENT_POSTGRES_STATEMENTS(ENT_POSTGRES_MEMBER)
#undef ENT_POSTGRES_MEMBER
        ENT_POSTGRES_STATEMENT_COUNT
};

#endif
