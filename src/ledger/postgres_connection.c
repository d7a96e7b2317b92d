/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "ledger/postgres_state.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum {
    /* How long a connection that was lost is tried again, all in all. */
    RECONNECT_LIMIT_MS = 30 * 1000,
    FIRST_PAUSE_MS = 20,
    LONGEST_PAUSE_MS = 1000,
    SLEEP_MS = 50,
    LOOK_MS = 100,
    /* Of whoever is to end: what it has done is to be written down yet. */
    INTERRUPTED_LIMIT_MS = 3 * 1000,
    DEFAULTS_LIMIT = 16
};

/*
 * What a host that is gone without a word takes at most to be noticed. Only where
 * neither the URL nor the surroundings say otherwise.
 */
static const struct {
    const char *keyword;
    const char *value;
} defaults[] = {
    { "connect_timeout", "10" },     { "keepalives_idle", "30" },
    { "keepalives_interval", "10" }, { "keepalives_count", "3" },
    { "tcp_user_timeout", "30000" },
};
enum { DEFAULTS = sizeof(defaults) / sizeof(defaults[0]) };

/* --- The URL ---------------------------------------------------------------------- */

static const char *
find_option(const PQconninfoOption *options, const char *keyword)
{
    for (; options != NULL && options->keyword != NULL; options++) {
        if (strcmp(options->keyword, keyword) == 0) {
            return options->val;
        }
    }
    return NULL;
}

static const char *
first_of(const char *one, const char *other, const char *otherwise)
{
    if (one != NULL && one[0] != '\0') {
        return one;
    }
    return other != NULL && other[0] != '\0' ? other : otherwise;
}

/*
 * A password with a plain / or @ ends there for libpq, and its rest would be taken for
 * a port, a host or a database, and be told.
 */
static bool
has_torn_password(const char *url)
{
    const char *begin = strstr(url, "://");
    if (begin == NULL) {
        return false;
    }
    begin += strlen("://");
    size_t length = strcspn(begin, "?");
    size_t user = strcspn(begin, "@");
    if (user >= length) {
        return false;
    }
    return strcspn(begin, "/") < user ||
           user + 1 + strcspn(begin + user + 1, "@") < length;
}

/* As libpq understands it, for messages: a service may name the rest. */
static void
write_place(
    const PQconninfoOption *given,
    const PQconninfoOption *around,
    char out[ENT_POSTGRES_PLACE_SIZE])
{
    const char *host =
        first_of(find_option(given, "host"), find_option(given, "hostaddr"), "");
    const char *service = first_of(find_option(given, "service"), NULL, "");

    if (host[0] == '\0' && service[0] != '\0') {
        (void)snprintf(
            out, ENT_POSTGRES_PLACE_SIZE, "postgresql:///?service=%.100s", service);
        return;
    }
    (void)snprintf(
        out,
        ENT_POSTGRES_PLACE_SIZE,
        "postgresql://%.100s:%.20s/%.100s",
        first_of(host, find_option(around, "host"), "local"),
        first_of(find_option(given, "port"), find_option(around, "port"), "5432"),
        first_of(find_option(given, "dbname"), find_option(around, "dbname"), ""));
}

static entitle_status
refuse_url(entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_INVALID_ARGUMENT,
        "the ledger's URL is not one that libpq understands");
    ent_hint(
        error,
        "it is postgresql://HOST/DATABASE; in a password, write %%40 for @ and "
        "%%2F for /");
    return ENTITLE_INVALID_ARGUMENT;
}

/* Nobody is told libpq's words of a URL: they may quote the password. */
static entitle_status
judge_words(char *words, entitle_error *error)
{
    static const char no_memory[] = "out of memory";
    bool is_bad =
        words != NULL && strncmp(words, no_memory, sizeof(no_memory) - 1) != 0;

    if (words != NULL) {
        ent_wipe(words, strlen(words));
        PQfreemem(words);
    }
    return is_bad ? refuse_url(error) : ent_fail_memory(error);
}

entitle_status
ent_postgres_read_url(ent_postgres *sql, entitle_error *error)
{
    char *words = NULL;
    if (has_torn_password(sql->url)) {
        return refuse_url(error);
    }
    PQconninfoOption *given = PQconninfoParse(sql->url, &words);
    if (given == NULL) {
        return judge_words(words, error);
    }
    PQconninfoOption *around = PQconndefaults();

    write_place(given, around, sql->place);
    PQconninfoFree(given);
    PQconninfoFree(around);
    return ENTITLE_OK;
}

/* --- Connecting ------------------------------------------------------------------- */

/* What is set later wins: the URL is expanded in its place. */
static PGconn *
start(const ent_postgres *sql)
{
    const char *keywords[DEFAULTS + 4] = { NULL };
    const char *values[DEFAULTS + 4] = { NULL };
    PQconninfoOption *around = PQconndefaults();
    size_t count = 0;

    for (size_t i = 0; i < DEFAULTS; i++) {
        const char *found = find_option(around, defaults[i].keyword);
        if (found == NULL || found[0] == '\0') {
            keywords[count] = defaults[i].keyword;
            values[count++] = defaults[i].value;
        }
    }
    PQconninfoFree(around);
    keywords[count] = "fallback_application_name";
    values[count++] = "entitle";
    keywords[count] = "dbname";
    values[count++] = sql->url;
    keywords[count] = "client_encoding";
    values[count] = "UTF8";
    return PQconnectdbParams(keywords, values, 1);
}

void
ent_postgres_disconnect(ent_postgres *sql)
{
    PQfinish(sql->connection);
    sql->connection = NULL;
    memset(sql->is_prepared, 0, sizeof(sql->is_prepared));
    ent_known_keys_clear(&sql->known, &sql->runtime);
}

/* --- Waiting ---------------------------------------------------------------------- */

/* Until the socket is ready, or for so long: as poll() does. */
static int
wait_patiently(const ent_postgres *sql, short events, int limit_ms)
{
    const entitle_runtime *runtime = &sql->runtime;
    struct pollfd descriptor = { .fd = PQsocket(sql->connection), .events = events };

    for (int waited_ms = 0; waited_ms < limit_ms; waited_ms += LOOK_MS) {
        int result = poll(&descriptor, 1, LOOK_MS);
        if (result > 0 || (result < 0 && errno != EINTR)) {
            return result;
        }
        if (waited_ms >= INTERRUPTED_LIMIT_MS &&
            runtime->interrupted(runtime->context)) {
            return 0;
        }
    }
    return 0;
}

bool
ent_postgres_wait_for(ent_postgres *sql, short events, int limit_ms)
{
    int result = wait_patiently(sql, events, limit_ms);

    if (result > 0) {
        return true;
    }
    ent_postgres_set_trouble(
        sql, result == 0 ? ENT_POSTGRES_SILENT : ENT_POSTGRES_LOST);
    /* Its answer may come yet; nobody must take it for another's. */
    ent_postgres_disconnect(sql);
    return false;
}

/* --- A new connection --------------------------------------------------------------
 */

/* Notices would go to standard error. */
static void
ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

/* Ids and tags of any language have to come back as they went. */
static bool
keeps_every_text(ent_postgres *sql)
{
    const char *encoding = PQparameterStatus(sql->connection, "server_encoding");
    if (encoding == NULL || strcmp(encoding, "UTF8") == 0 ||
        strcmp(encoding, "SQL_ASCII") == 0) {
        return true;
    }
    char words[ENT_POSTGRES_WORDS_SIZE];
    (void)snprintf(words, sizeof(words), "it is in %.60s", encoding);
    ent_postgres_refuse(sql, "22P05", words);
    return false;
}

/* What is durable must not hang on a setting of the database. */
static bool
look_at_settings(ent_postgres *sql)
{
    if (!keeps_every_text(sql)) {
        return false;
    }
    PGresult *result = ent_postgres_do(
        sql,
        "SELECT name, setting FROM pg_settings"
        " WHERE name IN ('synchronous_commit', 'enable_sort', 'jit')");
    if (result == NULL) {
        return false;
    }
    int of_planner = 0;
    sql->needs_durability = false;
    for (int i = 0; i < PQntuples(result); i++) {
        if (strcmp(PQgetvalue(result, i, 0), "synchronous_commit") == 0) {
            sql->needs_durability = strcmp(PQgetvalue(result, i, 1), "off") == 0;
        } else {
            of_planner++;
        }
    }
    sql->has_planner = of_planner == 2;
    PQclear(result);
    return true;
}

/* Once. */
static bool
try_to_connect(ent_postgres *sql)
{
    ent_postgres_forget_trouble(sql);
    sql->connection = start(sql);
    if (PQstatus(sql->connection) != CONNECTION_OK) {
        const char *words = PQerrorMessage(sql->connection);
        (void)snprintf(
            sql->words, sizeof(sql->words), "%.*s", (int)strcspn(words, "\r\n"), words);
        ent_postgres_set_trouble(sql, ENT_POSTGRES_NO_CONNECTION);
        ent_postgres_disconnect(sql);
        return false;
    }
    (void)PQsetNoticeReceiver(sql->connection, ignore_notice, NULL);
    if (PQsetnonblocking(sql->connection, 1) != 0) {
        ent_postgres_keep_trouble(sql, NULL);
    }
    if (sql->trouble != ENT_POSTGRES_FINE || !look_at_settings(sql)) {
        ent_postgres_disconnect(sql);
        return false;
    }
    sql->was_connected = true;
    return true;
}

/* False: whoever waits is to stop. */
static bool
pause(const ent_postgres *sql, int64_t duration_ms)
{
    const entitle_runtime *runtime = &sql->runtime;

    for (int64_t left_ms = duration_ms; left_ms > 0; left_ms -= SLEEP_MS) {
        if (runtime->interrupted(runtime->context)) {
            return false;
        }
        runtime->sleep_ms(runtime->context, left_ms < SLEEP_MS ? left_ms : SLEEP_MS);
    }
    return true;
}

bool
ent_postgres_connect(ent_postgres *sql)
{
    if (sql->connection != NULL && PQstatus(sql->connection) == CONNECTION_OK) {
        return true;
    }
    ent_postgres_disconnect(sql);
    const entitle_runtime *runtime = &sql->runtime;
    int64_t begin_ms = runtime->monotonic_ms(runtime->context);
    int64_t pause_ms = FIRST_PAUSE_MS;
    bool may_wait = sql->was_connected;

    while (!try_to_connect(sql)) {
        int64_t waited_ms = runtime->monotonic_ms(runtime->context) - begin_ms;
        if (!may_wait || waited_ms >= RECONNECT_LIMIT_MS || !pause(sql, pause_ms)) {
            return false;
        }
        pause_ms = pause_ms < LONGEST_PAUSE_MS ? pause_ms * 2 : LONGEST_PAUSE_MS;
    }
    return true;
}
