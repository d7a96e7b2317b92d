/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_SLOW_DISK_H
#define BENCH_SLOW_DISK_H

/*
 * From now on each fdatasync() of this process, SQLite's too, takes so much longer: a
 * disk that does not say it is done before it is.
 */
void slow_disk_set(long extra_us);

/* The median of fdatasync() after 4 KiB, as a write-ahead log does it. */
double slow_disk_sync_us(const char *directory);

#endif
