/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_POSTGRES_CLUSTER_H
#define TEST_SUPPORT_POSTGRES_CLUSTER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * A PostgreSQL server of a test program's own: a cluster in a temporary folder, reached
 * by a Unix socket there and not over the network, run by an unprivileged user. A
 * guardian process removes all of it once the program ends, however it does.
 */
enum { POSTGRES_FOLDER_SIZE = 64, POSTGRES_URL_SIZE = 256 };

typedef struct postgres_cluster {
    char folder[POSTGRES_FOLDER_SIZE];
    char url[POSTGRES_URL_SIZE]; /* of its database "postgres", as its superuser */
    bool is_durable;             /* commits wait for the disk */
    pid_t owner;                 /* whoever started it */
    pid_t server;
    pid_t guardian;
    int leash; /* the guardian acts when this end is closed */
} postgres_cluster;

/* How a server ends. */
typedef enum postgres_ending {
    POSTGRES_FAST,      /* what runs is rolled back */
    POSTGRES_IMMEDIATE, /* as after a power failure, with a recovery at the next start
                         */
    POSTGRES_KILLED     /* SIGKILL, to all of it */
} postgres_ending;

/*
 * Whether PostgreSQL is installed. Where it is not, says so on standard error; under
 * CI=true that is a failure (exit status 1).
 */
bool postgres_is_installed(void);

/* Makes and starts one; the program ends with a message where that fails. */
void postgres_cluster_start(postgres_cluster *cluster, bool is_durable);

void postgres_cluster_stop(postgres_cluster *cluster, postgres_ending ending);
void postgres_cluster_restart(postgres_cluster *cluster, postgres_ending ending);

/* Stops it and removes its folder; in a fork of its owner, nothing. */
void postgres_cluster_remove(postgres_cluster *cluster);

/* Runs SQL as the superuser; the first column of the last row, or "" (until the next
 * call). */
const char *postgres_cluster_ask(const postgres_cluster *cluster, const char *sql);

#endif
