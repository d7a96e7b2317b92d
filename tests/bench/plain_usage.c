/* SPDX-License-Identifier: Apache-2.0 */
#include "plain_usage.h"

#include "ratios.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* --- Rows ---------------------------------------------------------------------------
 */

struct plain_rows {
    sqlite3 *database;
    sqlite3_stmt *insertion;
};

plain_rows *
plain_rows_open(const char *path)
{
    plain_rows *rows = calloc(1, sizeof(*rows));

    bench_require(
        rows != NULL && sqlite3_open(path, &rows->database) == SQLITE_OK &&
            sqlite3_exec(
                rows->database,
                "PRAGMA journal_mode = WAL;"
                "PRAGMA synchronous = FULL;"
                "PRAGMA foreign_keys = ON;"
                "PRAGMA trusted_schema = OFF;"
                "PRAGMA cell_size_check = ON;"
                "CREATE TABLE use (id INTEGER PRIMARY KEY, dimension TEXT NOT NULL,"
                " at INTEGER NOT NULL, quantity INTEGER NOT NULL)",
                NULL,
                NULL,
                NULL) == SQLITE_OK &&
            sqlite3_prepare_v2(
                rows->database,
                "INSERT INTO use (dimension, at, quantity) VALUES (?1, ?2, 1)",
                -1,
                &rows->insertion,
                NULL) == SQLITE_OK,
        "no plain table");
    return rows;
}

void
plain_rows_add(plain_rows *rows, const char *dimension, int64_t at_s)
{
    bench_require(
        sqlite3_bind_text(rows->insertion, 1, dimension, -1, SQLITE_STATIC) ==
                SQLITE_OK &&
            sqlite3_bind_int64(rows->insertion, 2, at_s) == SQLITE_OK &&
            sqlite3_step(rows->insertion) == SQLITE_DONE &&
            sqlite3_reset(rows->insertion) == SQLITE_OK,
        "no plain row");
}

void
plain_rows_close(plain_rows *rows)
{
    sqlite3_finalize(rows->insertion);
    sqlite3_close(rows->database);
    free(rows);
}

/* --- Sums ---------------------------------------------------------------------------
 */

enum { SLOTS = 1024, HOUR_S = 3600 };

typedef struct plain_sum {
    char *product_code; /* NULL: free */
    char *dimension;
    int64_t hour;
    int64_t quantity;
} plain_sum;

struct plain_sums {
    pthread_mutex_t lock;
    plain_sum slots[SLOTS];
};

plain_sums *
plain_sums_new(void)
{
    plain_sums *sums = calloc(1, sizeof(*sums));

    bench_require(
        sums != NULL && pthread_mutex_init(&sums->lock, NULL) == 0, "no plain sums");
    return sums;
}

/* FNV-1a. */
static uint64_t
mix(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static plain_sum *
find(plain_sums *sums, const char *product_code, const char *dimension, int64_t hour)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)hour;
    hash = mix(mix(hash, product_code), dimension);
    plain_sum *sum = &sums->slots[hash % SLOTS];

    while (sum->product_code != NULL &&
           (sum->hour != hour || strcmp(sum->dimension, dimension) != 0 ||
            strcmp(sum->product_code, product_code) != 0)) {
        sum = sum + 1 < sums->slots + SLOTS ? sum + 1 : sums->slots;
    }
    return sum;
}

void
plain_sums_add(
    plain_sums *sums,
    const char *product_code,
    const char *dimension,
    int64_t at_s,
    int64_t quantity)
{
    int64_t hour = at_s / HOUR_S;

    pthread_mutex_lock(&sums->lock);
    plain_sum *sum = find(sums, product_code, dimension, hour);
    if (sum->product_code == NULL) {
        *sum = (plain_sum){ .product_code = strdup(product_code),
                            .dimension = strdup(dimension),
                            .hour = hour };
    }
    sum->quantity += quantity;
    pthread_mutex_unlock(&sums->lock);
}

int64_t
plain_sums_total(const plain_sums *sums)
{
    int64_t total = 0;

    for (size_t i = 0; i < SLOTS; i++) {
        total += sums->slots[i].quantity;
    }
    return total;
}

void
plain_sums_free(plain_sums *sums)
{
    for (size_t i = 0; i < SLOTS; i++) {
        free(sums->slots[i].product_code);
        free(sums->slots[i].dimension);
    }
    pthread_mutex_destroy(&sums->lock);
    free(sums);
}
