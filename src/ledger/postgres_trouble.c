/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "ledger/postgres_state.h"

#include <stdio.h>
#include <string.h>

/* By the beginning of a SQLSTATE; the first that fits. */
static const struct {
    const char *code;
    ent_postgres_trouble trouble;
} kinds[] = {
    { "40001", ENT_POSTGRES_ABORTED },   /* serialization_failure */
    { "40P01", ENT_POSTGRES_ABORTED },   /* deadlock_detected */
    { "26000", ENT_POSTGRES_FORGOTTEN }, /* invalid_sql_statement_name */
    { ENT_POSTGRES_IS_PREPARED, ENT_POSTGRES_FORGOTTEN },
    { "08", ENT_POSTGRES_LOST },
    { "57P01", ENT_POSTGRES_LOST }, /* admin_shutdown, also pg_terminate_backend() */
    { "57P02", ENT_POSTGRES_LOST }, /* crash_shutdown */
    { "57P03", ENT_POSTGRES_LOST }, /* cannot_connect_now */
    { "57P05", ENT_POSTGRES_LOST }, /* idle_session_timeout */
    { "25P03", ENT_POSTGRES_LOST }, /* idle_in_transaction_session_timeout */
    /* After a failover, the old primary: libpq looks for the new one again. */
    { "25006", ENT_POSTGRES_LOST },
};

static const struct {
    const char *code;
    const char *text;
    const char *hint;
} sentences[] = {
    { "53100",
      "there is no room left for the ledger",
      "make room on the database's file system" },
    { "53300",
      "the database takes no more connections",
      "raise max_connections, or put a pooler before it" },
    { "53", "the database is short of resources", "see its log" },
    { "42501",
      "the ledger may not be used",
      "grant this role its tables: docs/postgresql.md says how" },
    { "3D000", "there is no such database", "make it with createdb" },
    { "28", "the database refused the login", "check the role and its password" },
    { "22P05", /* untranslatable_character */
      "the database of the ledger does not take every text",
      "make it with createdb --encoding=UTF8 --template=template0" },
    { "3F000",
      "there is no schema for the ledger",
      "let a role that may create it open the ledger once" },
    { "42",
      "the schema 'entitle' has not the tables of a ledger",
      "keep that schema for the ledger alone" },
    { "55P03",
      "the ledger has been locked by another transaction for 10 s",
      "see which one holds it: pg_stat_activity names it" },
    { "57014", "the database cancelled the statement", "raise its statement_timeout" },
    { "25006",
      "the database takes no writes",
      "name the primary, or add target_session_attrs=read-write to the URL" },
    { "XX", "the ledger is damaged", "see the database's log, and restore it" },
    { "P0", /* raise_exception and the like */
      "a rule that is not the ledger's own refused what it writes",
      "see the triggers and functions that others have put on its tables" },
    { "23",
      "the database refused a row that breaks a rule of its tables",
      "see which constraint it names: only those of the ledger's own belong there" },
    { "0A",
      "the database lacks something that the ledger needs",
      "use PostgreSQL 12 or newer" },
    { "54",
      "a limit of the database stands in the way",
      "see its log for the limit and raise it" },
    { "58",
      "the ledger could not be read or written",
      "see the database's log: its disk may be failing" },
};

static bool
has_code(const char *code, const char *beginning)
{
    return strncmp(code, beginning, strlen(beginning)) == 0;
}

void
ent_postgres_set_trouble(ent_postgres *sql, ent_postgres_trouble trouble)
{
    if (sql->trouble == ENT_POSTGRES_FINE) {
        sql->trouble = trouble;
    }
}

void
ent_postgres_forget_trouble(ent_postgres *sql)
{
    sql->trouble = ENT_POSTGRES_FINE;
    sql->code[0] = '\0';
    sql->words[0] = '\0';
}

bool
ent_postgres_begin_anew_after(ent_postgres *sql, const char *code)
{
    if (sql->trouble != ENT_POSTGRES_REFUSED || strcmp(sql->code, code) != 0) {
        return false;
    }
    sql->trouble = ENT_POSTGRES_ABORTED;
    return true;
}

static ent_postgres_trouble
trouble_of(const char *code)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (has_code(code, kinds[i].code)) {
            return kinds[i].trouble;
        }
    }
    return ENT_POSTGRES_REFUSED;
}

/* The first line of it; details may have data of rows. */
static void
keep_words(ent_postgres *sql, const char *words)
{
    size_t length = strcspn(words, "\r\n");

    (void)snprintf(sql->words, sizeof(sql->words), "%.*s", (int)length, words);
}

/*
 * Whatever libpq itself complains of costs the connection, whose state it may still
 * call good after a write that failed; and a commit may hold all the same.
 */
static ent_postgres_trouble
trouble_of_libpq(const ent_postgres *sql)
{
    bool is_bad = PQstatus(sql->connection) == CONNECTION_BAD;

    return !is_bad && strstr(sql->words, "out of memory") != NULL
               ? ENT_POSTGRES_NO_MEMORY
               : ENT_POSTGRES_LOST;
}

void
ent_postgres_refuse(ent_postgres *sql, const char *code, const char *words)
{
    if (sql->trouble == ENT_POSTGRES_FINE) {
        (void)snprintf(sql->code, sizeof(sql->code), "%.5s", code);
        keep_words(sql, words);
        sql->trouble = ENT_POSTGRES_REFUSED;
    }
}

void
ent_postgres_keep_trouble(ent_postgres *sql, const PGresult *result)
{
    if (sql->trouble != ENT_POSTGRES_FINE) {
        return;
    }
    const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (code != NULL) {
        (void)snprintf(sql->code, sizeof(sql->code), "%.5s", code);
        keep_words(sql, words != NULL ? words : "");
        sql->trouble = trouble_of(sql->code);
        return;
    }
    keep_words(sql, PQerrorMessage(sql->connection));
    sql->trouble = trouble_of_libpq(sql);
}

/* --- Sentences -------------------------------------------------------------------- */

static entitle_status
fail_connection(const ent_postgres *sql, entitle_error *error)
{
    bool is_silent = sql->trouble == ENT_POSTGRES_SILENT;

    ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "%s: '%.200s'%s%.200s",
        is_silent            ? "the database of the ledger does not answer"
        : sql->was_connected ? "the connection to the ledger was lost"
                             : "the database of the ledger cannot be reached",
        sql->place,
        sql->words[0] != '\0' ? ": " : "",
        sql->words);
    ent_hint(
        error,
        "see whether the server runs and lets this host in; psql takes the same "
        "URL");
    return ENTITLE_IO_ERROR;
}

static entitle_status
fail_by_code(const ent_postgres *sql, entitle_error *error)
{
    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
        if (has_code(sql->code, sentences[i].code)) {
            ent_fail(
                error,
                ENTITLE_IO_ERROR,
                "%s: '%.200s' (%.200s)",
                sentences[i].text,
                sql->place,
                sql->words);
            ent_hint(error, "%s", sentences[i].hint);
            return ENTITLE_IO_ERROR;
        }
    }
    ent_fail(
        error,
        ENTITLE_INTERNAL_ERROR,
        "the database refused what the ledger asked for: '%.200s' (%s: %.200s)",
        sql->place,
        sql->code,
        sql->words);
    ent_hint(error, "see the database's log, and report it");
    return ENTITLE_INTERNAL_ERROR;
}

static entitle_status
fail(const ent_postgres *sql, entitle_error *error)
{
    switch (sql->trouble) {
    case ENT_POSTGRES_LOST:
    case ENT_POSTGRES_SILENT:
    case ENT_POSTGRES_NO_CONNECTION:
        return sql->code[0] != '\0' && sql->trouble == ENT_POSTGRES_LOST &&
                       has_code(sql->code, "25006")
                   ? fail_by_code(sql, error)
                   : fail_connection(sql, error);
    case ENT_POSTGRES_NO_MEMORY:
        return ent_fail_memory(error);
    case ENT_POSTGRES_ABORTED:
    case ENT_POSTGRES_FORGOTTEN:
        ent_fail(
            error,
            ENTITLE_IO_ERROR,
            "the database gives the ledger's transactions up again and again: '%.200s' "
            "(%.200s)",
            sql->place,
            sql->words);
        ent_hint(error, "try again; docs/postgresql.md tells of poolers");
        return ENTITLE_IO_ERROR;
    case ENT_POSTGRES_FINE:
    case ENT_POSTGRES_NO_SENSE:
        return ent_fail(
            error,
            ENTITLE_INTERNAL_ERROR,
            "the ledger '%.200s': a row is missing",
            sql->place);
    case ENT_POSTGRES_REFUSED:
        break;
    }
    return fail_by_code(sql, error);
}

/* What may have gone when its caller begins anew. */
static bool
is_passing(ent_postgres_trouble trouble)
{
    switch (trouble) {
    case ENT_POSTGRES_LOST:
    case ENT_POSTGRES_SILENT:
    case ENT_POSTGRES_NO_CONNECTION:
    case ENT_POSTGRES_ABORTED:
    case ENT_POSTGRES_FORGOTTEN:
        return true;
    case ENT_POSTGRES_FINE:
    case ENT_POSTGRES_NO_MEMORY:
    case ENT_POSTGRES_NO_SENSE:
    case ENT_POSTGRES_REFUSED:
        break;
    }
    return false;
}

entitle_status
ent_postgres_fail(ent_sql *base, entitle_error *error)
{
    ent_postgres *sql = (ent_postgres *)base;
    entitle_status status = fail(sql, error);

    if (error != NULL) {
        error->is_certainly_undone = is_passing(sql->trouble) && !sql->is_in_doubt;
    }
    if (sql->is_in_doubt) {
        ent_hint(
            error,
            "the answer to the last commit was lost: only what has an id can be added "
            "again without counting twice");
    }
    ent_postgres_forget_trouble(sql);
    sql->is_in_doubt = false;
    sql->repeats = 0;
    return status;
}
