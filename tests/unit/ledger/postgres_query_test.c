/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_state.h"
#include "ledger/store.h"
#include "ledger_bench.h"
#include "postgres_store.h"
#include "support/cmocka.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* What libpq or the server refuses between two messages, seen from inside. */

static ent_postgres *
session(void)
{
    return (ent_postgres *)((ent_store *)bench.ledger)->sql;
}

/* As after any trouble that passes: what comes next makes a connection. */
static void
goes_on(void)
{
    ent_postgres_disconnect(session());
    ent_postgres_forget_trouble(session());
    bench_add_usage(-1, 5);
    assert_string_equal(bench_state(), "closed=5");
}

static PGresult *
do_nothing(void)
{
    return ent_postgres_do(session(), "SELECT 1");
}

static ent_sql_rows *
look_for_tags(void)
{
    return ent_postgres_open(
        &session()->base, ENT_SQL_HAS_ANY_TAGS, ENT_SQL_WITH_NOTHING);
}

static void
nothing_is_asked_without_a_connection(void **state)
{
    (void)state;
    ent_postgres_disconnect(session());
    assert_null(do_nothing());
    assert_int_equal(session()->trouble, ENT_POSTGRES_LOST);
    ent_postgres_forget_trouble(session());
    assert_null(look_for_tags());
    assert_int_equal(session()->trouble, ENT_POSTGRES_LOST);
    goes_on();
}

/* libpq takes nothing more before that has its answer. */
static void
ask_behind_its_back(void)
{
    assert_int_equal(PQsendQuery(session()->connection, "SELECT 1"), 1);
}

static void
a_connection_that_libpq_refuses_is_lost(void **state)
{
    (void)state;
    for (int is_prepared = 0; is_prepared <= 1; is_prepared++) {
        assert_true(ent_postgres_connect(session()));
        if (is_prepared) {
            assert_true(ent_postgres_begin(&session()->base, false));
            ent_sql_rows *rows = look_for_tags();
            assert_non_null(rows);
            assert_true(ent_postgres_close(rows));
        }
        ask_behind_its_back();
        assert_null(look_for_tags());
        assert_int_equal(session()->trouble, ENT_POSTGRES_LOST);
        assert_non_null(strstr(session()->words, "in progress"));
        ent_postgres_disconnect(session());
        ent_postgres_forget_trouble(session());
    }
    assert_true(ent_postgres_connect(session()));
    ask_behind_its_back();
    assert_null(do_nothing());
    assert_int_equal(session()->trouble, ENT_POSTGRES_LOST);
    goes_on();
}

static void
a_server_that_says_nothing_is_given_up(void **state)
{
    (void)state;
    entitle_error error = { 0 };
    assert_false(ent_postgres_wait_for(session(), POLLIN, 1));
    assert_int_equal(session()->trouble, ENT_POSTGRES_SILENT);
    assert_null(session()->connection);
    assert_int_equal(ent_postgres_fail(&session()->base, &error), ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "does not answer"));
    goes_on();
}

/* --- A message that does not get through ------------------------------------------ */

static bool
is_to_end(void *context)
{
    (void)context;
    return true;
}

static bool
lose_connection(void *context)
{
    (void)context;
    assert_int_equal(shutdown(PQsocket(session()->connection), SHUT_RDWR), 0);
    return false;
}

static const struct {
    const char *name;
    bool (*interrupted)(void *context); /* is called once nothing goes out any more */
    ent_postgres_trouble want;
} stops[] = {
    { "whoever waits is to end", is_to_end, ENT_POSTGRES_SILENT },
    { "the connection ends", lose_connection, ENT_POSTGRES_LOST },
};

/* More than the system keeps for a server that has stopped reading. */
static void
a_message_that_the_server_does_not_take_is_given_up(void **state)
{
    (void)state;
    enum { LONG = 16 * 1024 * 1024 };
    char *text = malloc(LONG + 1);
    assert_non_null(text);
    memset(text, ' ', LONG);
    text[LONG] = '\0';
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
        assert_true(ent_postgres_connect(session()));
        pid_t server = PQbackendPID(session()->connection);
        entitle_runtime before = session()->runtime;
        print_message("  %s\n", stops[i].name);
        assert_int_equal(kill(server, SIGSTOP), 0);
        session()->runtime.interrupted = stops[i].interrupted;
        PGresult *result = ent_postgres_do(session(), text);
        session()->runtime = before;
        assert_int_equal(kill(server, SIGCONT), 0);
        assert_null(result);
        assert_int_equal(session()->trouble, stops[i].want);
        ent_postgres_disconnect(session());
        ent_postgres_forget_trouble(session());
    }
    free(text);
    goes_on();
}

#define IN_A_SESSION(name)                                                             \
    cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_SESSION(nothing_is_asked_without_a_connection),
        IN_A_SESSION(a_connection_that_libpq_refuses_is_lost),
        IN_A_SESSION(a_server_that_says_nothing_is_given_up),
        IN_A_SESSION(a_message_that_the_server_does_not_take_is_given_up),
    };
    postgres_store_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
