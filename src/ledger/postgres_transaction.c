/* SPDX-License-Identifier: Apache-2.0 */
#include "base/runtime.h"
#include "ledger/postgres_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A commit whose answer is lost may hold or not. So each transaction writes its number
 * into the row of its session, and after a lost connection that row is looked up. The
 * look-up writes the number there, too: should the lost transaction only now come to
 * its end, it finds a number that is not lower than its own, breaks the rule that a
 * number is not negative, and is undone.
 */
enum {
    REPEATS_LIMIT = 20,
    PAUSE_STEP_MS = 5,
    TEXT_SIZE = 512,
    LOOK_UP_LIMIT_MS = 60 * 1000
};

#define OF_SESSION "INSERT INTO entitle.session (name, number, seen) VALUES ('%s', "

/* --- Repeating -------------------------------------------------------------------- */

/* Those that stood in each other's way should not meet again. */
static void
step_aside(const ent_postgres *sql)
{
    const entitle_runtime *runtime = &sql->runtime;
    double fraction = 0;

    (void)ent_random_fraction(runtime, &fraction);
    int64_t pause_ms = (int64_t)(fraction * (sql->repeats * PAUSE_STEP_MS));
    runtime->sleep_ms(runtime->context, pause_ms < 50 ? pause_ms : 50);
}

bool
ent_postgres_is_worth_repeating(ent_sql *base)
{
    ent_postgres *sql = (ent_postgres *)base;

    switch (sql->trouble) {
    case ENT_POSTGRES_LOST:
    case ENT_POSTGRES_ABORTED:
    case ENT_POSTGRES_FORGOTTEN:
        break;
    default:
        return false;
    }
    if (sql->repeats >= REPEATS_LIMIT) {
        return false;
    }
    sql->repeats++;
    step_aside(sql);
    if (sql->trouble == ENT_POSTGRES_LOST) {
        ent_postgres_disconnect(sql);
    }
    ent_postgres_forget_trouble(sql);
    return true;
}

/* --- Transactions ----------------------------------------------------------------- */

/*
 * Settings hold for the transaction alone, as poolers want it. A host that dies amid
 * one leaves its locks for a minute, not until the network is sure. Compiling a
 * statement that a large ledger makes look dear takes longer than all of them take.
 */
bool
ent_postgres_begin(ent_sql *base, bool is_reading)
{
    ent_postgres *sql = (ent_postgres *)base;
    char text[TEXT_SIZE];

    if (!ent_postgres_connect(sql)) {
        return false;
    }
    (void)snprintf(
        text,
        sizeof(text),
        "BEGIN ISOLATION LEVEL READ COMMITTED%s; SET LOCAL search_path = entitle; "
        "SET LOCAL lock_timeout = '10s'; "
        "SET LOCAL idle_in_transaction_session_timeout = '%s'%s%s",
        is_reading ? " READ ONLY" : "",
        base->is_held || is_reading ? "15min" : "1min",
        sql->has_planner ? "; SET LOCAL jit = off" : "",
        sql->needs_durability ? "; SET LOCAL synchronous_commit = on" : "");
    PGresult *result = ent_postgres_do(sql, text);
    PQclear(result);
    return result != NULL;
}

void
ent_postgres_roll_back(ent_sql *base)
{
    ent_postgres *sql = (ent_postgres *)base;
    ent_postgres_trouble trouble = sql->trouble;
    if (sql->connection == NULL ||
        PQtransactionStatus(sql->connection) == PQTRANS_IDLE) {
        return;
    }
    /* The first trouble counts; this one only costs the connection. */
    sql->trouble = ENT_POSTGRES_FINE;
    PGresult *result = ent_postgres_do(sql, "ROLLBACK");
    if (result == NULL) {
        ent_postgres_disconnect(sql);
    }
    PQclear(result);
    sql->trouble = trouble;
}

bool
ent_postgres_let_sort(ent_postgres *sql, bool may_sort)
{
    if (!sql->has_planner) {
        return true;
    }
    PGresult *result = ent_postgres_do(
        sql,
        may_sort ? "SET LOCAL enable_sort TO DEFAULT" : "SET LOCAL enable_sort = off");
    PQclear(result);
    return result != NULL;
}

static bool
is_tagged(PGresult *result, const char *tag)
{
    return result != NULL &&
           strcmp(PQcmdStatus((PGresult *)(uintptr_t)result), tag) == 0;
}

/* Whether the transaction of that number holds; afterwards it never will if not yet. */
static bool
look_up(ent_postgres *sql, bool *holds)
{
    char text[TEXT_SIZE];
    (void)snprintf(
        text,
        sizeof(text),
        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = "
        "'10s'; " OF_SESSION "0, %" PRId64 ") ON CONFLICT DO NOTHING;"
        "SELECT number FROM entitle.session WHERE name = '%s' FOR UPDATE",
        sql->session,
        ent_now_s(&sql->runtime),
        sql->session);
    PGresult *result = ent_postgres_do(sql, text);
    if (result == NULL || PQntuples(result) != 1) {
        PQclear(result);
        return false;
    }
    *holds = strtoll(PQgetvalue(result, 0, 0), NULL, 10) == sql->commit_number;
    PQclear(result);
    (void)snprintf(
        text,
        sizeof(text),
        "UPDATE entitle.session SET number = %" PRId64 " WHERE name = '%s'; COMMIT",
        sql->commit_number,
        sql->session);
    result = ent_postgres_do(sql, text);
    bool is_done = is_tagged(result, "COMMIT");
    PQclear(result);
    return is_done;
}

/* A server that stands still would else hold its caller, attempt by attempt. */
static bool
may_look_again(const ent_postgres *sql, int times, int64_t begin_ms)
{
    const entitle_runtime *runtime = &sql->runtime;

    return times < REPEATS_LIMIT && !runtime->interrupted(runtime->context) &&
           runtime->monotonic_ms(runtime->context) - begin_ms < LOOK_UP_LIMIT_MS;
}

/* The answer to a COMMIT was lost. False: it does not hold, or nobody can tell. */
static bool
find_commit(ent_postgres *sql)
{
    bool holds = false;
    bool is_known = false;
    int64_t begin_ms = sql->runtime.monotonic_ms(sql->runtime.context);

    sql->is_in_doubt = true;
    for (int i = 0; !is_known && (i == 0 || may_look_again(sql, i, begin_ms)); i++) {
        ent_postgres_disconnect(sql);
        if (!ent_postgres_connect(sql)) {
            return false;
        }
        is_known = look_up(sql, &holds);
    }
    if (!is_known) {
        return false;
    }
    sql->is_in_doubt = false;
    ent_postgres_forget_trouble(sql);
    if (!holds) {
        ent_postgres_set_trouble(sql, ENT_POSTGRES_LOST);
    }
    return holds;
}

/* What was read has been read, however this ends. */
static bool
commit_reading(ent_postgres *sql)
{
    PGresult *result = ent_postgres_do(sql, "COMMIT");

    if (result == NULL) {
        ent_postgres_disconnect(sql);
        ent_postgres_forget_trouble(sql);
    }
    PQclear(result);
    sql->repeats = 0;
    return true;
}

/* Nobody has refused the commit; its answer is missing, or there was no room for it. */
static bool
is_unanswered(const ent_postgres *sql)
{
    switch (sql->trouble) {
    case ENT_POSTGRES_FINE:
    case ENT_POSTGRES_LOST:
    case ENT_POSTGRES_SILENT:
    case ENT_POSTGRES_NO_MEMORY:
        return true;
    default:
        return false;
    }
}

bool
ent_postgres_commit(ent_sql *base, bool is_reading)
{
    ent_postgres *sql = (ent_postgres *)base;
    char text[TEXT_SIZE];
    if (is_reading) {
        return commit_reading(sql);
    }
    sql->commit_number++;
    (void)snprintf(
        text,
        sizeof(text),
        OF_SESSION "%" PRId64 ", %" PRId64 ") ON CONFLICT (name) DO UPDATE SET seen = "
                   "excluded.seen, number = CASE WHEN session.number < excluded.number "
                   "THEN excluded.number ELSE -1 END; COMMIT",
        sql->session,
        sql->commit_number,
        ent_now_s(&sql->runtime));
    PGresult *result = ent_postgres_do(sql, text);
    bool holds = is_tagged(result, "COMMIT");
    PQclear(result);
    if (!holds && is_unanswered(sql)) {
        holds = find_commit(sql);
    }
    if (holds) {
        sql->repeats = 0;
    }
    return holds;
}

void
ent_postgres_forget_session(ent_postgres *sql)
{
    char text[TEXT_SIZE];
    if (sql->connection == NULL || sql->commit_number == 0 ||
        PQtransactionStatus(sql->connection) != PQTRANS_IDLE) {
        return;
    }
    (void)snprintf(
        text,
        sizeof(text),
        "SET LOCAL synchronous_commit = off; SET LOCAL lock_timeout = '1s'; DELETE "
        "FROM entitle.session "
        "WHERE name = '%s'",
        sql->session);
    PQclear(ent_postgres_do(sql, text));
}
