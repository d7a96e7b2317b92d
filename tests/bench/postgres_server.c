/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A PostgreSQL server that loses no commit, for benchmarks. Prints its URL, and ends
 * when its standard input does.
 */
#include "support/postgres_cluster.h"

#include <stdio.h>
#include <unistd.h>

int
main(void)
{
    static postgres_cluster cluster;
    char byte = 0;

    if (!postgres_is_installed()) {
        return 77;
    }
    postgres_cluster_start(&cluster, true);
    printf("%s\n", cluster.url);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    postgres_cluster_remove(&cluster);
    return 0;
}
