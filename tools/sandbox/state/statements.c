/* SPDX-License-Identifier: Apache-2.0 */
#include "state/statements.h"

#include <stddef.h>

const char *const statement_texts[STATEMENT_COUNT + 1] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLL_BACK] = "ROLLBACK",

    [STATEMENT_SETTING_READ] = "SELECT value FROM setting WHERE name = ?1",
    [STATEMENT_SETTING_WRITE] = "INSERT INTO setting(name, value) VALUES(?1, ?2)"
                                " ON CONFLICT(name) DO UPDATE SET value = ?2",

    [STATEMENT_IDENTITIES_OF_KEYS] =
        "SELECT number, kind, container_key, began_at_s, access_key_id, origin"
        " FROM identity WHERE access_key_id IS NOT NULL ORDER BY number",
    [STATEMENT_CONTAINERS] =
        "SELECT number, kind, container_key, began_at_s"
        " FROM identity WHERE access_key_id IS NULL ORDER BY number",
    [STATEMENT_IDENTITY_ADD] =
        "INSERT INTO identity(access_key_id, origin, kind, container_key, began_at_s)"
        " VALUES(?1, ?2, ?3, ?4, ?5)",
    [STATEMENT_IDENTITY_REMOVE] = "DELETE FROM identity WHERE number = ?1",
    [STATEMENT_REGISTRATIONS] = "SELECT identity, product_code FROM registration",
    [STATEMENT_REGISTRATION_ADD] =
        "INSERT INTO registration(identity, product_code) VALUES(?1, ?2)"
        " ON CONFLICT DO NOTHING",
    [STATEMENT_REGISTRATIONS_REMOVE] = "DELETE FROM registration WHERE identity = ?1",

    [STATEMENT_SUBSCRIPTIONS] =
        "SELECT product_code, account, license_arn, starts_at_s, ends_at_s"
        " FROM subscription",
    [STATEMENT_SUBSCRIPTION_WRITE] =
        "INSERT INTO subscription"
        "(product_code, account, license_arn, starts_at_s, ends_at_s)"
        " VALUES(?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT DO UPDATE SET starts_at_s = ?4, ends_at_s = ?5",

    [STATEMENT_TOKEN_USES] = "SELECT uses FROM registration_token WHERE token = ?1",
    [STATEMENT_TOKEN_USE] = "INSERT INTO registration_token(token, uses) VALUES(?1, 1)"
                            " ON CONFLICT(token) DO UPDATE SET uses = uses + 1",

    [STATEMENT_RECORD_ADD] =
        "INSERT INTO record(metering_record_id, style, operation, product_code, who,"
        " identity_name, account, customer_identifier, license_arn, client_token,"
        " dimension, timestamp_s, hour, quantity, allocations)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
        " ON CONFLICT DO NOTHING",
    [STATEMENT_RECORD_OF_HOUR] =
        "SELECT metering_record_id, quantity, allocations FROM record"
        " WHERE style = ?1 AND product_code = ?2 AND who = ?3 AND dimension = ?4"
        " AND hour = ?5 AND client_token IS NULL",
    [STATEMENT_RECORD_OF_TOKEN] =
        "SELECT metering_record_id, quantity, allocations, product_code, dimension,"
        " timestamp_s FROM record WHERE who = ?1 AND client_token = ?2",
    [STATEMENT_RECORD_DOUBLED] =
        "SELECT 1 FROM record WHERE hour = ?1 AND product_code = ?2 AND account = ?3"
        " AND dimension = ?4 AND style = ?5 LIMIT 1",
    [STATEMENT_RECORD_OF_STYLE] =
        "SELECT 1 FROM record WHERE style = ?1 AND client_token IS NULL LIMIT 1",
};

bool
statement_run(sqlite3_stmt *statement)
{
    bool is_done = sqlite3_step(statement) == SQLITE_DONE;
    return sqlite3_reset(statement) == SQLITE_OK && is_done;
}

void
statement_bind_text(sqlite3_stmt *statement, int place, const char *text)
{
    (void)sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

const char *
statement_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return text == NULL ? "" : (const char *)text;
}
