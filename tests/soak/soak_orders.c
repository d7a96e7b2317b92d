/* SPDX-License-Identifier: Apache-2.0 */
#include "soak_orders.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char first[512];
static long complaints;

bool
soak_read_order(char line[SOAK_LINE_SIZE])
{
    if (fgets(line, SOAK_LINE_SIZE, stdin) == NULL) {
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    return true;
}

/* A message may quote; a JSON text may not. */
static void
unquote(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\' || (unsigned char)*text < ' ') {
            *text = '\'';
        }
    }
}

void
soak_complain(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)pthread_mutex_lock(&lock);
    if (complaints++ == 0) {
        (void)vsnprintf(first, sizeof(first), format, arguments);
        unquote(first);
    }
    (void)pthread_mutex_unlock(&lock);
    va_end(arguments);
}

long
soak_complaints(void)
{
    (void)pthread_mutex_lock(&lock);
    long count = complaints;
    (void)pthread_mutex_unlock(&lock);
    return count;
}

const char *
soak_first_complaint(void)
{
    return first;
}

void
soak_sleep_ms(int64_t duration_ms)
{
    const struct timespec duration = { .tv_sec = (time_t)(duration_ms / 1000),
                                       .tv_nsec =
                                           (long)(duration_ms % 1000) * 1000000 };

    (void)nanosleep(&duration, NULL);
}

int64_t
soak_real_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
