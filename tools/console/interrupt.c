/* SPDX-License-Identifier: Apache-2.0 */
#include "console/interrupt.h"

#include "console/exit_status.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Leaves the library three of its looks at the flag, and us 50 ms of the 200. */
enum { PATIENCE_MS = 150, WORDS_LIMIT = 4096 };

static const int watched_signals[] = { SIGTERM, SIGINT };

enum { WATCHED_COUNT = sizeof(watched_signals) / sizeof(watched_signals[0]) };

static struct {
    atomic_int signal;
    atomic_bool ends_at_once;
    _Atomic(const char *) result;
    _Atomic(const char *) notes;
    bool has_timer[WATCHED_COUNT];
    timer_t timers[WATCHED_COUNT]; /* each sends the signal that armed it once more */
    struct timespec start;
} watch;

/* Everything from here to on_signal() runs in a signal handler: no memory, no stdio. */

static uint64_t
elapsed_ms(void)
{
    struct timespec now = watch.start;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (
        uint64_t)((now.tv_sec - watch.start.tv_sec) * 1000 + (now.tv_nsec - watch.start.tv_nsec) / 1000000);
}

static size_t
append(char *out, size_t used, const char *text, size_t length)
{
    if (length > WORDS_LIMIT - used) {
        length = WORDS_LIMIT - used;
    }
    memcpy(out + used, text, length);
    return used + length;
}

static size_t
append_number(char *out, size_t used, uint64_t number)
{
    char digits[20];
    size_t first = sizeof(digits);

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return append(out, used, digits + first, sizeof(digits) - first);
}

/*
 * A pipe that nobody reads must not keep the process from ending. One that has room at
 * all has it for the last words: they are no longer than PIPE_BUF.
 */
static bool
would_block(int descriptor)
{
    struct pollfd room = { .fd = descriptor, .events = POLLOUT };

    return poll(&room, 1, 0) == 0;
}

static void
say(int descriptor, const char *text)
{
    static const char member[] = "\"elapsed_ms\":";
    char words[WORDS_LIMIT];
    const char *elapsed = text != NULL ? strstr(text, member) : NULL;
    size_t used = 0;

    if (text == NULL || would_block(descriptor)) {
        return;
    }
    if (elapsed != NULL) {
        elapsed += sizeof(member) - 1;
        used = append(words, 0, text, (size_t)(elapsed - text));
        used = append_number(words, used, elapsed_ms());
        text = elapsed + 1;
    }
    used = append(words, used, text, strlen(text));
    while (write(descriptor, words, used) < 0 && errno == EINTR) {
        continue;
    }
}

static void
arm_timer(int signal)
{
    const struct itimerspec patience = {
        .it_value = { .tv_nsec = PATIENCE_MS * 1000000L },
    };

    for (size_t i = 0; i < WATCHED_COUNT; i++) {
        if (watched_signals[i] == signal && watch.has_timer[i]) {
            (void)timer_settime(watch.timers[i], 0, &patience, NULL);
        }
    }
}

static void
on_signal(int signal, siginfo_t *info, void *context)
{
    int saved_errno = errno;
    int none = 0;

    (void)context;
    if (info->si_code == SI_TIMER) {
        say(STDOUT_FILENO, atomic_load(&watch.result));
        say(STDERR_FILENO, atomic_load(&watch.notes));
        _exit(EX_SIGNAL + signal);
    }
    if (atomic_load(&watch.ends_at_once)) {
        _exit(EX_SIGNAL + signal);
    }
    if (atomic_compare_exchange_strong(&watch.signal, &none, signal)) {
        arm_timer(signal);
    }
    errno = saved_errno;
}

static bool
is_ignored(int signal)
{
    struct sigaction action;

    return sigaction(signal, NULL, &action) != 0 || action.sa_handler == SIG_IGN;
}

static void
watch_signal(size_t index)
{
    int signal = watched_signals[index];
    struct sigevent event;
    struct sigaction action;

    memset(&event, 0, sizeof(event));
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = signal;
    watch.has_timer[index] =
        timer_create(CLOCK_MONOTONIC, &event, &watch.timers[index]) == 0;

    /* Without SA_RESTART, so that a blocking call ends and the flag is looked at. */
    memset(&action, 0, sizeof(action));
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(signal, &action, NULL);
}

void
interrupt_watch(void)
{
    (void)clock_gettime(CLOCK_MONOTONIC, &watch.start);
    for (size_t i = 0; i < WATCHED_COUNT; i++) {
        if (!is_ignored(watched_signals[i])) {
            watch_signal(i);
        }
    }
}

void
interrupt_set_last_words(const char *result, const char *notes)
{
    atomic_store(&watch.result, result);
    atomic_store(&watch.notes, notes);
}

int
interrupt_signal(void)
{
    return atomic_load(&watch.signal);
}

bool
interrupt_is_pending(void *context)
{
    (void)context;
    return interrupt_signal() != 0;
}

void
interrupt_hold(void)
{
    sigset_t watched;

    (void)sigemptyset(&watched);
    for (size_t i = 0; i < WATCHED_COUNT; i++) {
        (void)sigaddset(&watched, watched_signals[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &watched, NULL);
}

void
interrupt_end_at_once(void)
{
    atomic_store(&watch.ends_at_once, true);
}
