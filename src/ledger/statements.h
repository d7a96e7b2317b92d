/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_STATEMENTS_H
#define ENT_LEDGER_STATEMENTS_H

/*
 * Every statement of the rules: X(NAME, text), each prepared once and kept. Parameters
 * are ?1, ?2 and so on. The numbers of states are those of store.h.
 *
 * The databases speak dialects. Who uses a text first defines, as string literals or
 * macros of them:
 *
 * SQL_ADD_TO_HOUR(added): INSERT of ?4 units into the unsent record of key ?1, hour ?2
 * and token ?3, RETURNING id: none where the hour was sent.
 *
 * SQL_CARRIED: the links of record r as a JSON array.
 *
 * SQL_EARLIER(one, other): the lesser of two numbers.
 *
 * SQL_ADD_TAGS, SQL_SIZE_TAGS, SQL_OF_TAGS(tags): the parts of a record, by their text.
 *
 * SQL_BY_DUE: behind record: looks at those with state < 3 alone.
 *
 * SQL_LOCK: locks the rows of a SELECT until the transaction ends. SQL_LOCK_IF_FREE:
 * the same for record r, which is passed over where another has it.
 *
 * SQL_UNLESS_THERE: makes an INSERT pass over rows that are there.
 */

#define KEY_COLUMNS                                                                    \
    "k.product_code, k.dimension, k.form, k.customer, k.license_arn, k.instance"

/* In the order that ent_store_read_record() expects. */
#define RECORD_COLUMNS                                                                 \
    "r.id, r.state, " KEY_COLUMNS ", r.hour, r.quantity, r.token, r.request,"          \
    " r.metering_record_id, r.reason, r.doubtful, r.owner," SQL_CARRIED

/* Of an hour: what AWS has or may have and, where ?4, what it is to get. */
#define HAS_USAGE(key, hour)                                                           \
    "(EXISTS (SELECT 1 FROM record WHERE key = " key " AND hour = " hour               \
    "  AND state <> 0 AND state < 4)"                                                  \
    " OR (?4 <> 0 AND EXISTS (SELECT 1 FROM record WHERE key = " key                   \
    " AND hour = " hour "  AND state = 0)))"

/* Two questions each, as what is unsent has an index of its own. */
#define FIRST_HOUR(states)                                                             \
    "(SELECT MIN(hour) FROM record WHERE key = u.id AND " states " AND token = '')"
#define FIRST_UNSENT FIRST_HOUR("state = 0")
#define FIRST_SENT   FIRST_HOUR("state <> 0")
#define UNSENT_FIRST "COALESCE(" FIRST_UNSENT "," FIRST_SENT ")"
#define SENT_FIRST   "COALESCE(" FIRST_SENT "," FIRST_UNSENT ")"
#define FIRST_USE    "COALESCE(" SQL_EARLIER(UNSENT_FIRST, SENT_FIRST) ", ?2)"

#define HAS_HOUR(key, states)                                                          \
    "EXISTS (SELECT 1 FROM record WHERE key = " key " AND hour = due.hour"             \
    " AND token = '' AND " states ")"
#define LACKS_HOUR(key)                                                                \
    "NOT " HAS_HOUR(key, "state = 0") " AND NOT " HAS_HOUR(key, "state <> 0")

/* Those of `keys`, a condition on usage_key u, get the hours that they lack. */
#define FILL_HOURS_OF(keys, unless)                                                    \
    "WITH RECURSIVE due (hour) AS (SELECT ?2 WHERE ?2 <= ?3"                           \
    "  UNION ALL SELECT hour + 3600 FROM due WHERE hour + 3600 <= ?3),"                \
    " used (key, product_code, form, customer, first) AS (SELECT u.id,"                \
    "   u.product_code, u.form, u.customer, " FIRST_USE                                \
    "  FROM usage_key u WHERE " keys ")"                                               \
    " INSERT INTO record (key, hour, token, state, quantity, added)"                   \
    " SELECT used.key, due.hour, '', 0, ?4, ?4"                                        \
    " FROM used JOIN due ON due.hour >= used.first"                                    \
    " WHERE " LACKS_HOUR("used.key") unless                                            \
        " ORDER BY due.hour, used.key" SQL_UNLESS_THERE

/* Subscribed, as far as is known, and not known by a licence meanwhile. */
#define CUSTOMER_OF_NOW                                                                \
    "?1 IS NULL AND u.form <> 0 AND NOT EXISTS (SELECT 1 FROM former_customer f"       \
    "  WHERE f.product_code = u.product_code AND f.form = u.form"                      \
    "  AND f.customer = u.customer AND f.license_arn = u.license_arn)"                 \
    " AND NOT (u.form = 1 AND EXISTS (SELECT 1 FROM customer c CROSS JOIN usage_key o" \
    "   WHERE c.product_code = u.product_code AND c.identifier = u.customer"           \
    "   AND c.account <> '' AND o.product_code = u.product_code AND o.form = 2"        \
    "   AND o.customer = c.account))"
#define UNLESS_BY_IDENTIFIER                                                           \
    " AND NOT (used.form = 2 AND EXISTS (SELECT 1"                                     \
    "  FROM customer c CROSS JOIN usage_key o"                                         \
    "  WHERE c.product_code = used.product_code AND c.account = used.customer"         \
    "  AND c.identifier <> '' AND o.product_code = used.product_code AND o.form = 1"   \
    "  AND o.customer = c.identifier AND NOT (" LACKS_HOUR("o.id") ")))"

/* Those of its rows that know another name of it, always in the same order. */
#define LOCK_CUSTOMER(name, other)                                                     \
    "SELECT 1 FROM customer WHERE product_code = ?1 AND " name " = ?2"                 \
    " AND " other " <> '' ORDER BY account, identifier, license_arn" SQL_LOCK

#define TOTAL(units) "CAST(COALESCE(SUM(" units "), 0) AS BIGINT)"

/* What a key has that is neither accepted nor given up. */
#define UNSENT_BY_KEY                                                                  \
    "(SELECT key, SUM(added) AS added,"                                                \
    "  SUM(CASE WHEN state = 0 AND token = '' AND hour > ?1"                           \
    "   THEN quantity ELSE 0 END) AS open,"                                            \
    "  SUM(CASE WHEN state = 0 AND (token <> '' OR hour <= ?1)"                        \
    "   THEN quantity ELSE 0 END) AS closed,"                                          \
    "  SUM(CASE WHEN state = 2 THEN quantity ELSE 0 END) AS sending"                   \
    "  FROM record" SQL_BY_DUE " WHERE state < 3 GROUP BY key)"
#define CUSTOMER_COLUMNS                                                               \
    "k.product_code, k.dimension, k.form, k.customer, k.license_arn"
#define AND_TOTAL(units) "," TOTAL(units)
#define TOTALS                                                                         \
    AND_TOTAL("k.added + COALESCE(u.added, 0)")                                        \
    AND_TOTAL("u.open")                                                                \
    AND_TOTAL("u.closed")                                                              \
    AND_TOTAL("u.sending")                                                             \
    AND_TOTAL("k.accepted")                                                            \
    AND_TOTAL("k.rejected")                                                            \
    AND_TOTAL("k.lost")

#define ENT_SQL_STATEMENTS(X)                                                          \
    X(SAVE, "SAVEPOINT part")                                                          \
    X(RELEASE, "RELEASE part")                                                         \
    X(UNDO, "ROLLBACK TO part")                                                        \
                                                                                       \
    X(FIND_KEY,                                                                        \
      "SELECT id FROM usage_key WHERE product_code = ?1 AND dimension = ?2"            \
      " AND form = ?3 AND customer = ?4 AND license_arn = ?5 AND instance = ?6")       \
    X(ADD_KEY,                                                                         \
      "INSERT INTO usage_key"                                                          \
      " (product_code, dimension, form, customer, license_arn, instance)"              \
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING RETURNING id")          \
    X(ADD_EVENT, "INSERT INTO event (id, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING")  \
    X(ADD_USAGE, SQL_ADD_TO_HOUR("?4"))                                                \
    X(JOIN_USAGE, /* what ADD_USAGE does where there is such a record, and quicker */  \
      "UPDATE record SET quantity = quantity + ?3, added = added + ?3"                 \
      " WHERE key = ?1 AND hour = ?2 AND token = '' AND state = 0"                     \
      " AND NOT EXISTS (SELECT 1 FROM record"                                          \
      "  WHERE key = ?1 AND hour = ?2 AND token = '' AND state <> 0)")                 \
    X(JOIN_AT_ONCE, /* FIND_KEY and JOIN_USAGE for an instance, in one */              \
      "UPDATE record SET quantity = quantity + ?5, added = added + ?5"                 \
      " WHERE key = (SELECT id FROM usage_key WHERE product_code = ?1"                 \
      "  AND dimension = ?2 AND form = 0 AND customer = '' AND license_arn = ''"       \
      "  AND instance = ?3) AND hour = ?4 AND token = '' AND state = 0"                \
      " AND NOT EXISTS (SELECT 1 FROM record other WHERE other.key = record.key"       \
      "  AND other.hour = ?4 AND other.token = '' AND other.state <> 0)")              \
    X(MOVE_USAGE, SQL_ADD_TO_HOUR("0"))                                                \
    X(ADD_TAGS, SQL_ADD_TAGS)                                                          \
    X(HAS_TAGS, "SELECT 1 FROM tag_sum WHERE record = ?1 AND " SQL_OF_TAGS("?2"))      \
    X(COUNT_TAGS, "SELECT COUNT(*) FROM tag_sum WHERE record = ?1")                    \
    X(SIZE_TAGS, SQL_SIZE_TAGS)                                                        \
    X(SUM_TAGS, "SELECT " TOTAL("quantity") " FROM tag_sum WHERE record = ?1")         \
    X(HAS_ANY_TAGS, "SELECT 1 FROM tag_sum LIMIT 1")                                   \
    X(LIST_TAGS, "SELECT tags, quantity FROM tag_sum WHERE record = ?1 ORDER BY tags") \
    X(DROP_TAGS, "DELETE FROM tag_sum WHERE record = ?1")                              \
    X(TAKE_TAGS,                                                                       \
      "UPDATE tag_sum SET quantity = quantity - ?3 WHERE record = ?1 "                 \
      "AND " SQL_OF_TAGS("?2"))                                                        \
    X(DROP_EMPTY_TAGS, "DELETE FROM tag_sum WHERE record = ?1 AND quantity = 0")       \
    X(ADD_CARRY, "INSERT INTO carry (record, hour, quantity) VALUES (?1, ?2, ?3)")     \
    X(SUM_CARRY, "SELECT " TOTAL("quantity") " FROM carry WHERE record = ?1")          \
    X(PASS_CARRY, "UPDATE carry SET record = ?2 WHERE record = ?1")                    \
                                                                                       \
    X(FIND_DUE,                                                                        \
      "SELECT " RECORD_COLUMNS " FROM record r JOIN usage_key k ON k.id = r.key"       \
      " WHERE r.state < 3"                                                             \
      " AND ((r.state = 0 AND (r.token <> '' OR r.hour <= ?1))"                        \
      "  OR (r.state = 2 AND r.owner <> ?9 AND (r.lease <= ?2 OR ?8 <> 0)))"           \
      " AND ((k.form = 0 AND ?3 IS NOT NULL AND k.instance = ?3)"                      \
      "  OR (k.form <> 0 AND ?4 <> 0))"                                                \
      " AND (?5 IS NULL OR k.customer = ?5)"                                           \
      " AND (?6 IS NULL OR k.product_code = ?6)"                                       \
      " ORDER BY r.hour, r.id LIMIT ?7" SQL_LOCK_IF_FREE)                              \
    X(FIND_ROW,                                                                        \
      "SELECT key, hour, quantity, state, doubtful, owner, token, added"               \
      " FROM record WHERE id = ?1" SQL_LOCK)                                           \
    X(FIND_RECORD,                                                                     \
      "SELECT " RECORD_COLUMNS " FROM record r JOIN usage_key k ON k.id = r.key"       \
      " WHERE r.id = ?1")                                                              \
    X(FREEZE,                                                                          \
      "UPDATE record SET state = 2, request = ?2, owner = ?3, lease = ?4"              \
      " WHERE id = ?1")                                                                \
    X(TAKE_OVER,                                                                       \
      "UPDATE record SET owner = ?2, lease = ?3,"                                      \
      " doubtful = CASE WHEN doubtful <> 0 OR owner <> '' THEN 1 ELSE 0 END"           \
      " WHERE id = ?1")                                                                \
    X(THAW,                                                                            \
      "UPDATE record SET state = 0, request = NULL, owner = '', lease = 0"             \
      " WHERE id = ?1")                                                                \
    X(LET_GO, "UPDATE record SET owner = '', lease = 0, doubtful = ?2 WHERE id = ?1")  \
    X(SET_QUANTITY, "UPDATE record SET quantity = ?2 WHERE id = ?1")                   \
    X(FINISH,                                                                          \
      "UPDATE record SET state = ?2, metering_record_id = ?3, reason = ?4,"            \
      " request = CASE ?2 WHEN 3 THEN NULL ELSE request END,"                          \
      " owner = '', lease = 0, added = 0 WHERE id = ?1")                               \
    X(COUNT_FINISHED,                                                                  \
      "UPDATE usage_key SET added = added + ?2, accepted = accepted + ?3,"             \
      " rejected = rejected + ?4, lost = lost + ?5 WHERE id = ?1")                     \
    X(COUNT_ADDED,                                                                     \
      "UPDATE usage_key SET added = added + (SELECT added FROM record WHERE id = ?1)"  \
      " WHERE id = (SELECT key FROM record WHERE id = ?1)")                            \
    X(DROP_RECORD, "DELETE FROM record WHERE id = ?1")                                 \
    X(FIND_ACCEPTED_SIBLING,                                                           \
      "SELECT 1 FROM record one JOIN record other"                                     \
      " ON other.key = one.key AND other.hour = one.hour AND other.token = one.token"  \
      " WHERE one.id = ?1 AND other.state = 3")                                        \
    X(FIND_EXPIRED,                                                                    \
      "SELECT r.id FROM record r JOIN usage_key k ON k.id = r.key"                     \
      " WHERE r.state < 3 AND r.hour < ?1 AND (r.state = 0 OR r.lease <= ?3)"          \
      " AND (k.form <> 0) = (?2 <> 0) ORDER BY r.hour, r.id LIMIT 1" SQL_LOCK_IF_FREE) \
    X(FIND_ORPHAN,                                                                     \
      "SELECT r.id FROM record r JOIN usage_key k ON k.id = r.key"                     \
      " LEFT JOIN instance i ON i.name = k.instance"                                   \
      " WHERE r.state < 3 AND k.form = 0 AND k.instance <> ?1"                         \
      " AND COALESCE(i.lease, 0) <= ?2 ORDER BY r.hour, r.id LIMIT "                   \
      "1" SQL_LOCK_IF_FREE)                                                            \
    X(HAS_INSTANCES, /* looked for by product, of which there are few */               \
      "WITH RECURSIVE product (code) AS (SELECT MIN(product_code) FROM usage_key"      \
      "  UNION ALL SELECT (SELECT MIN(u.product_code) FROM usage_key u"                \
      "   WHERE u.product_code > p.code) FROM product p WHERE p.code IS NOT NULL)"     \
      " SELECT 1 FROM product p CROSS JOIN usage_key k"                                \
      " WHERE k.product_code = p.code AND k.form = 0 LIMIT 1")                         \
    X(KEEP_INSTANCE,                                                                   \
      "INSERT INTO instance (name, lease) VALUES (?1, ?2)"                             \
      " ON CONFLICT (name) DO UPDATE SET lease ="                                      \
      " CASE WHEN instance.lease > excluded.lease THEN instance.lease ELSE "           \
      "excluded.lease END")                                                            \
                                                                                       \
    X(KEEP_CUSTOMER,                                                                   \
      "INSERT INTO customer (product_code, account, identifier, license_arn, since)"   \
      " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")                           \
    X(LIST_CUSTOMERS,                                                                  \
      "SELECT product_code, account, identifier, license_arn FROM customer"            \
      " ORDER BY product_code, account, identifier, license_arn")                      \
    X(HAS_KEPT_CUSTOMERS, "SELECT 1 FROM customer LIMIT 1")                            \
    X(LOCK_ACCOUNT, LOCK_CUSTOMER("account", "identifier"))                            \
    X(LOCK_IDENTIFIER, LOCK_CUSTOMER("identifier", "account"))                         \
    X(FIND_BY_IDENTIFIER, /* usage of an account's identifier */                       \
      "SELECT 1 FROM customer c CROSS JOIN usage_key k" /* in this order */            \
      " WHERE c.product_code = ?1 AND c.account = ?2 AND c.account <> ''"              \
      " AND k.product_code = ?1 AND k.form = 1 AND k.customer = c.identifier"          \
      " AND " HAS_USAGE("k.id", "?3") " LIMIT 1")                                      \
    X(FIND_BY_ACCOUNT, /* usage of an identifier's account */                          \
      "SELECT 1 FROM customer c CROSS JOIN usage_key k"                                \
      " WHERE c.product_code = ?1 AND c.identifier = ?2 AND c.identifier <> ''"        \
      " AND k.product_code = ?1 AND k.form = 2 AND k.customer = c.account"             \
      " AND " HAS_USAGE("k.id", "?3") " LIMIT 1")                                      \
    X(HAS_FORMER_CUSTOMERS, "SELECT 1 FROM former_customer LIMIT 1")                   \
    X(ADD_FORMER_CUSTOMER,                                                             \
      "INSERT INTO former_customer (product_code, form, customer, license_arn)"        \
      " SELECT k.product_code, k.form, k.customer, k.license_arn"                      \
      " FROM record r JOIN usage_key k ON k.id = r.key"                                \
      " WHERE r.id = ?1 AND k.form <> 0 ON CONFLICT DO NOTHING")                       \
    X(DROP_FORMER_CUSTOMER,                                                            \
      "DELETE FROM former_customer"                                                    \
      " WHERE (product_code, form, customer, license_arn) ="                           \
      " (SELECT k.product_code, k.form, k.customer, k.license_arn"                     \
      "  FROM record r JOIN usage_key k ON k.id = r.key WHERE r.id = ?1)")             \
                                                                                       \
    X(FILL_HOURS, FILL_HOURS_OF("u.form = 0 AND u.instance = ?1", ""))                 \
    X(FILL_CUSTOMER_HOURS, FILL_HOURS_OF(CUSTOMER_OF_NOW, UNLESS_BY_IDENTIFIER))       \
    X(SUMS,                                                                            \
      "SELECT " CUSTOMER_COLUMNS ", ''" TOTALS " FROM usage_key k"                     \
      " LEFT JOIN " UNSENT_BY_KEY " u ON u.key = k.id"                                 \
      " GROUP BY " CUSTOMER_COLUMNS " ORDER BY " CUSTOMER_COLUMNS)                     \
    X(LIST,                                                                            \
      "SELECT " RECORD_COLUMNS " FROM record r JOIN usage_key k ON k.id = r.key"       \
      " WHERE ?1 = 6 OR r.state = ?1 ORDER BY r.hour, r.id")                           \
    X(LIST_UNSENT, /* the few, whatever has been accepted */                           \
      "SELECT " RECORD_COLUMNS " FROM record r JOIN usage_key k ON k.id = r.key"       \
      " WHERE r.state < 3 AND CASE ?1"                                                 \
      "  WHEN 0 THEN r.state = 0 AND r.token = '' AND r.hour > ?2"                     \
      "  WHEN 1 THEN r.state = 0 AND (r.token <> '' OR r.hour <= ?2)"                  \
      "  ELSE r.state = 2 END ORDER BY r.hour, r.id")                                  \
    X(OLDEST_UNSENT, "SELECT MIN(hour) FROM record WHERE state < 3")                   \
    X(PRUNE_CARRY,                                                                     \
      "DELETE FROM carry WHERE record IN"                                              \
      " (SELECT id FROM record WHERE state = 3 AND hour < ?1)")                        \
    X(PRUNE_RECORDS, "DELETE FROM record WHERE state = 3 AND hour < ?1")               \
    X(PRUNE_EVENTS, "DELETE FROM event WHERE at < ?1")

typedef enum ent_sql_statement {
#define ENT_SQL_MEMBER(name, text) ENT_SQL_##name,
    ENT_SQL_STATEMENTS(ENT_SQL_MEMBER)
#undef ENT_SQL_MEMBER
        ENT_SQL_COUNT
} ent_sql_statement;

#endif
