# SPDX-License-Identifier: Apache-2.0
# libentitle-meter: the ledger of usage, on SQLite or PostgreSQL, and what reports it
# through libentitle.

pkg_check_modules(SQLITE3 REQUIRED IMPORTED_TARGET sqlite3>=3.35)
set(entitle_meter_databases PkgConfig::SQLITE3)
if(ENTITLE_POSTGRES)
    pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq>=14)
    list(APPEND entitle_meter_databases PkgConfig::LIBPQ)
    set(entitle_meter_postgres
        src/ledger/postgres.c
        src/ledger/postgres_add.c
        src/ledger/postgres_array.c
        src/ledger/postgres_connection.c
        src/ledger/postgres_customers.c
        src/ledger/postgres_hours.c
        src/ledger/postgres_ids.c
        src/ledger/postgres_keys.c
        src/ledger/postgres_known.c
        src/ledger/postgres_names.c
        src/ledger/postgres_parts.c
        src/ledger/postgres_query.c
        src/ledger/postgres_schema.c
        src/ledger/postgres_settle.c
        src/ledger/postgres_due.c
        src/ledger/postgres_take.c
        src/ledger/postgres_transaction.c
        src/ledger/postgres_trouble.c)
else()
    set(entitle_meter_postgres src/ledger/postgres_none.c)
endif()

add_library(entitle_meter_objects OBJECT
    src/ledger/add.c
    src/ledger/customer.c
    src/ledger/heartbeat.c
    src/ledger/late.c
    src/ledger/ledger.c
    src/ledger/move.c
    src/ledger/record.c
    src/ledger/report.c
    src/ledger/settle.c
    src/ledger/sql.c
    src/ledger/sqlite_connection.c
    src/ledger/sqlite_driver.c
    src/ledger/sqlite_rescue.c
    src/ledger/sqlite_salvage.c
    src/ledger/sqlite_schema.c
    src/ledger/sqlite_settle.c
    src/ledger/sqlite_take.c
    src/ledger/store.c
    src/ledger/take.c
    src/ledger/take_record.c
    ${entitle_meter_postgres}

    src/meter/add.c
    src/meter/add_buffered.c
    src/meter/batch.c
    src/meter/batch_search.c
    src/meter/batch_verdict.c
    src/meter/commit_queue.c
    src/meter/customer_names.c
    src/meter/customer_stock.c
    src/meter/customer_take.c
    src/meter/customer_verdict.c
    src/meter/customers.c
    src/meter/flush.c
    src/meter/flush_customers.c
    src/meter/flush_instance.c
    src/meter/flush_send.c
    src/meter/flush_upkeep.c
    src/meter/import.c
    src/meter/judge.c
    src/meter/ledger_path.c
    src/meter/meter.c
    src/meter/pending.c
    src/meter/report.c
    src/meter/rescue.c
    src/meter/request.c
    src/meter/sender_lock.c
    src/meter/use.c
    src/meter/verdict.c
    src/meter/verdict_list.c
    src/meter/window.c)
target_include_directories(entitle_meter_objects
    PUBLIC ${PROJECT_SOURCE_DIR}/include
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(entitle_meter_objects
    PRIVATE entitle_flags ${entitle_meter_databases} Threads::Threads)

set(entitle_pc_postgres "")
if(ENTITLE_POSTGRES)
    set(entitle_pc_postgres " -lpq")
endif()
entitle_add_brick(meter ${entitle_meter_databases} Threads::Threads)
