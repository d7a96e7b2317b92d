/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sql.h"
#include "ledger/store.h"
#include "ledger_bench.h"
#include "support/cmocka.h"

/* The seam between the rules of a ledger and its database, on each driver. */

static ent_sql_rows *
look_for_tags(void)
{
    return ent_sql_open(
        ((ent_store *)bench.ledger)->sql, ENT_SQL_HAS_ANY_TAGS, ENT_SQL_WITH_NOTHING);
}

static void
no_row_follows_the_last(void **state)
{
    (void)state;
    ent_sql *sql = ((ent_store *)bench.ledger)->sql;
    ent_usage_event event = bench_event(-1, 5);
    event.tags = "{\"team\":\"blue\"}";
    for (int count = 0; count <= 1; count++) {
        assert_int_equal(ent_sql_begin(sql, NULL), ENTITLE_OK);
        ent_sql_rows *rows = look_for_tags();
        assert_int_equal(ent_sql_next(rows), count == 1);
        assert_false(ent_sql_next(rows));
        assert_false(ent_sql_next(rows));
        assert_true(ent_sql_close(rows));
        assert_int_equal(ent_sql_commit(sql, NULL), ENTITLE_OK);
        bench_add(&event);
    }
}

static void
a_statement_that_did_not_begin_has_no_rows(void **state)
{
    (void)state;
    assert_false(ent_sql_next(NULL));
    assert_false(ent_sql_close(NULL));
}

#define ON_BENCH(name)                                                                 \
    cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BENCH(no_row_follows_the_last),
        ON_BENCH(a_statement_that_did_not_begin_has_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
