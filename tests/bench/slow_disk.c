/* SPDX-License-Identifier: Apache-2.0 */
#include "slow_disk.h"

#include "ratios.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FRAMES = 1000, FRAME_SIZE = 4096 + 24, SYNCS = 501 };

static atomic_long extra;

void
slow_disk_set(long extra_us)
{
    atomic_store(&extra, extra_us);
}

/* In the place of libc's, for SQLite, too. */
__attribute__((visibility("default"))) int
fdatasync(int descriptor)
{
    long extra_us = atomic_load(&extra);
    long result = syscall(SYS_fdatasync, descriptor);

    if (extra_us > 0) {
        const struct timespec pause = { .tv_nsec = extra_us * 1000 };
        nanosleep(&pause, NULL);
    }
    return (int)result;
}

static void
write_frame(int descriptor, int number)
{
    char frame[FRAME_SIZE];

    memset(frame, number, sizeof(frame));
    bench_require(
        pwrite(descriptor, frame, FRAME_SIZE, (off_t)(number % FRAMES) * FRAME_SIZE) ==
            FRAME_SIZE,
        "cannot write a frame");
}

double
slow_disk_sync_us(const char *directory)
{
    char path[4096];
    double taken_us[SYNCS];

    snprintf(path, sizeof(path), "%s/sync", directory);
    int descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bench_require(descriptor >= 0, "cannot make a file");
    for (int i = 0; i < FRAMES; i++) {
        write_frame(descriptor, i);
    }
    bench_require(fsync(descriptor) == 0, "cannot sync a file");
    for (int i = 0; i < SYNCS; i++) {
        write_frame(descriptor, i);
        double begin = bench_now_us(CLOCK_MONOTONIC);
        bench_require(fdatasync(descriptor) == 0, "cannot sync a file");
        taken_us[i] = bench_now_us(CLOCK_MONOTONIC) - begin;
    }
    close(descriptor);
    unlink(path);
    return bench_median(taken_us, SYNCS);
}
