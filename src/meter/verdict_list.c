/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/verdict_list.h"

#include "base/memory.h"

#include <string.h>

enum { LONGEST_WAIT_MS = 1000, DEFERRED_AT_FIRST = 256 };

static int64_t
monotonic_ms(const ent_verdict_list *list)
{
    const entitle_runtime *runtime = &list->flush->meter->runtime;

    return runtime->monotonic_ms(runtime->context);
}

bool
ent_verdict_list_init(ent_verdict_list *list, ent_flush *flush, size_t limit)
{
    const entitle_runtime *runtime = &flush->meter->runtime;

    *list = (ent_verdict_list){ .flush = flush, .limit = limit };
    list->verdicts = ent_allocate(runtime, limit * sizeof(*list->verdicts));
    list->texts = ent_allocate(runtime, limit * sizeof(*list->texts));
    return list->verdicts != NULL && list->texts != NULL;
}

static void
show_progress(const ent_flush *flush)
{
    if (flush->options.progress != NULL) {
        flush->options.progress(flush->options.progress_context, flush->report.sent, 0);
    }
}

void
ent_verdict_list_settle(ent_verdict_list *list)
{
    if (list->count == 0) {
        return;
    }
    /* Where that fails, the next flush finds them in sending. */
    (void)ent_verdict_settle(list->flush, list->verdicts, list->count);
    list->count = 0;
    show_progress(list->flush);
}

void
ent_verdict_list_add(
    ent_verdict_list *list, const ent_ledger_verdict *verdict, const char *text)
{
    char *copy = list->texts[list->count];

    if (list->count == 0) {
        list->since_ms = monotonic_ms(list);
    }
    size_t length = strnlen(text, ENT_REASON_SIZE - 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    list->verdicts[list->count] = *verdict;
    list->verdicts[list->count].text = copy;
    list->count++;
    if (list->count == list->limit ||
        monotonic_ms(list) - list->since_ms >= LONGEST_WAIT_MS) {
        ent_verdict_list_settle(list);
    }
}

static bool
make_room(ent_verdict_list *list)
{
    const entitle_runtime *runtime = &list->flush->meter->runtime;
    size_t room = list->deferred_room * 2 + DEFERRED_AT_FIRST;
    ent_ledger_verdict *larger = ent_allocate(runtime, room * sizeof(*larger));

    if (larger == NULL) {
        return false;
    }
    if (list->deferred_count > 0) {
        memcpy(larger, list->deferred, list->deferred_count * sizeof(*larger));
    }
    ent_release(runtime, list->deferred);
    list->deferred = larger;
    list->deferred_room = room;
    return true;
}

/* What there is no room for stays in sending until its lease ends. */
void
ent_verdict_list_defer(
    ent_verdict_list *list, int64_t record, ent_settlement settlement)
{
    if (list->deferred_count == list->deferred_room && !make_room(list)) {
        return;
    }
    list->deferred[list->deferred_count++] = (ent_ledger_verdict){
        .record = record,
        .settlement = settlement,
        .text = "",
    };
}

void
ent_verdict_list_finish(ent_verdict_list *list)
{
    ent_verdict_list_settle(list);
    for (size_t i = 0; i < list->deferred_count; i += list->limit) {
        size_t left = list->deferred_count - i;

        (void)ent_verdict_settle(
            list->flush, list->deferred + i, left < list->limit ? left : list->limit);
    }
    list->deferred_count = 0;
}

void
ent_verdict_list_clear(ent_verdict_list *list)
{
    const entitle_runtime *runtime = &list->flush->meter->runtime;

    ent_release(runtime, list->verdicts);
    ent_release(runtime, list->texts);
    ent_release(runtime, list->deferred);
}
