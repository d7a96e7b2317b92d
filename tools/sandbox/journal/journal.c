/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/journal.h"

#include "base/json.h"
#include "base/timestamp.h"

#include <inttypes.h>

void
journal_reset(sandbox_journal *journal)
{
    /* It takes a number itself, so that who watches notices. */
    journal->count++;
    journal->first = journal->count;
}

void
journal_add(sandbox_journal *journal, const journal_entry *entry)
{
    journal->entries[journal->count % JOURNAL_LIMIT] = *entry;
    journal->count++;
}

static void
write_text_or_null(ent_buffer *out, const char *text)
{
    if (text == NULL || text[0] == '\0') {
        ent_buffer_append_text(out, "null");
        return;
    }
    ent_json_append_string(out, text);
}

static void
write_entry(const journal_entry *entry, ent_buffer *out)
{
    char at[ENT_TIMESTAMP_SIZE];
    ent_timestamp_iso(entry->at_s, at);
    ent_buffer_append_format(out, "{\"at\":\"%s\",\"operation\":", at);
    write_text_or_null(out, entry->operation);
    ent_buffer_append_text(out, ",\"identity\":");
    write_text_or_null(out, entry->identity);
    if (entry->http_status == 0) {
        ent_buffer_append_text(out, ",\"http_status\":null,\"error\":");
    } else {
        ent_buffer_append_format(
            out, ",\"http_status\":%u,\"error\":", entry->http_status);
    }
    write_text_or_null(out, entry->error);
    ent_buffer_append_format(out, ",\"records\":%zu,\"rule\":", entry->records);
    write_text_or_null(out, entry->rule->text);
    ent_buffer_append_text(out, ",\"page\":");
    write_text_or_null(out, entry->rule->page);
    if (entry->note != NULL) {
        ent_buffer_append_text(out, ",\"note\":");
        ent_json_append_string(out, entry->note);
    }
    ent_buffer_append_text(out, "}");
}

void
journal_write(const sandbox_journal *journal, uint64_t after, ent_buffer *out)
{
    uint64_t made = journal->count - journal->first;
    uint64_t forgotten = made > JOURNAL_LIMIT ? made - JOURNAL_LIMIT : 0;
    uint64_t begin = journal->first + forgotten;
    if (after > begin && after <= journal->count) {
        begin = after;
    }
    ent_buffer_append_text(out, "{\"calls\":[");
    for (uint64_t i = begin; i < journal->count; i++) {
        ent_buffer_append_text(out, i > begin ? "," : "");
        write_entry(&journal->entries[i % JOURNAL_LIMIT], out);
    }
    ent_buffer_append_format(
        out,
        "],\"forgotten\":%" PRIu64 ",\"next\":%" PRIu64 "}",
        forgotten,
        journal->count);
}
