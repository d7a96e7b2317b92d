/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/profile_lines.h"

#include "aws/profile_header.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What separates words in a line; '\r' is what is left of an end of line. */
#define BLANKS " \t\r\f\v"

typedef enum oddity {
    ODD_BOM,
    ODD_BEFORE_SECTION,
    ODD_HEADER,
    ODD_SPACED_HEADER,
    ODD_NOT_A_PROFILE,
    ODD_PREFIX_IN_CREDENTIALS,
    ODD_REPEATED_SECTION,
    ODD_TWO_DEFAULTS,
    ODD_NO_SEPARATOR,
    ODD_COLON,
    ODD_COMMENT,
    ODD_REPEATED_KEY,
    ODD_CONTINUATION
} oddity;

static const char *const oddities[] = {
    [ODD_BOM] = "begins with a byte order mark, at which other tools stop",
    [ODD_BEFORE_SECTION] = "is before the first section and is ignored; other tools "
                           "refuse the file",
    [ODD_HEADER] = "is not a section, so what follows is "
                   "ignored; other tools refuse the file",
    [ODD_SPACED_HEADER] = "has spaces at the brackets; other "
                          "tools do not see the section",
    [ODD_NOT_A_PROFILE] = "begins no profile, which would be [default] or "
                          "[profile NAME] here; it is ignored",
    [ODD_PREFIX_IN_CREDENTIALS] = "has the word 'profile', which "
                                  "in this file is part of the name",
    [ODD_REPEATED_SECTION] = "begins a section for the second time; they are merged "
                             "here, but other tools refuse the file",
    [ODD_TWO_DEFAULTS] = "is one of [default] and [profile "
                         "default]; only the latter counts",
    [ODD_NO_SEPARATOR] = "has no '=' with a name before it and is ignored; other tools "
                         "refuse the file",
    [ODD_COLON] = "has ':' for '='; other tools do not read it",
    [ODD_COMMENT] = "has a comment behind the value; other "
                    "tools take it for a part of the value",
    [ODD_REPEATED_KEY] = "sets a key for the second time; it counts here, but other "
                         "tools refuse the file",
    [ODD_CONTINUATION] = "is indented, so it continues the value above it and sets "
                         "nothing of its own",
};

typedef struct reader {
    ent_profile_file *file;
    ent_profile_file_kind kind;
    const char *path;
    ent_warnings *notes;
    uint32_t noted; /* a bit for each oddity */
    size_t line;

    bool has_header;
    ent_profile_section *section; /* NULL: what stands here is ignored */

    bool has_key;
    size_t key_indent;
    ent_profile_entry *entry; /* NULL: a key that is ignored */
    char *value_end;
    bool is_block;
} reader;

static void
note(reader *self, oddity what)
{
    uint32_t bit = UINT32_C(1) << what;

    if ((self->noted & bit) == 0) {
        self->noted |= bit;
        ent_warn(
            self->notes, "%s: line %zu %s", self->path, self->line, oddities[what]);
    }
}

static bool
is_blank(char character)
{
    return character != '\0' && strchr(BLANKS, character) != NULL;
}

/* Cuts blanks off both ends of a text, in place. */
static char *
trim(char *text)
{
    size_t length;

    text += strspn(text, BLANKS);
    length = strlen(text);
    while (length > 0 && is_blank(text[length - 1])) {
        length--;
    }
    text[length] = '\0';
    return text;
}

static void
cut_comment(reader *self, char *text)
{
    for (char *at = text; *at != '\0'; at++) {
        if ((*at == '#' || *at == ';') && at > text && is_blank(at[-1])) {
            *at = '\0';
            note(self, ODD_COMMENT);
            return;
        }
    }
}

static void
note_header(reader *self, const ent_profile_header *header)
{
    const ent_profile_file *file = self->file;

    if (header->kind == ENT_PROFILE_SECTION_IGNORED && !header->is_known) {
        note(self, ODD_NOT_A_PROFILE);
        return;
    }
    if (self->kind == ENT_PROFILE_FILE_CREDENTIALS &&
        ent_text_starts_with(header->name, "profile ")) {
        note(self, ODD_PREFIX_IN_CREDENTIALS);
    }
    for (size_t i = 0; i < file->section_count; i++) {
        const ent_profile_section *other = &file->sections[i];
        if (header->kind != other->kind || strcmp(header->name, other->name) != 0) {
            continue;
        }
        note(
            self,
            header->has_prefix == other->has_prefix ? ODD_REPEATED_SECTION
                                                    : ODD_TWO_DEFAULTS);
    }
}

static void
begin_section(reader *self, char *content)
{
    char *end = strchr(content, ']');
    ent_profile_header header = { 0 };

    self->has_header = true;
    self->has_key = false;
    self->section = NULL;
    if (end == NULL) {
        note(self, ODD_HEADER);
        return;
    }
    *end = '\0';
    char *name = content + 1;
    if (is_blank(name[0]) || is_blank(end[-1])) {
        note(self, ODD_SPACED_HEADER);
    }
    ent_profile_header_read(trim(name), self->kind, &header);
    note_header(self, &header);
    if (header.kind == ENT_PROFILE_SECTION_IGNORED) {
        return;
    }
    self->section = &self->file->sections[self->file->section_count++];
    *self->section = (ent_profile_section){
        .kind = header.kind,
        .name = header.name,
        .has_prefix = header.has_prefix,
        .entries = &self->file->entries[self->file->entry_count],
    };
}

static bool
is_same_key(const ent_profile_entry *left, const ent_profile_entry *right)
{
    if (strcmp(left->key, right->key) != 0) {
        return false;
    }
    if (left->sub_key == NULL || right->sub_key == NULL) {
        return left->sub_key == right->sub_key;
    }
    return strcmp(left->sub_key, right->sub_key) == 0;
}

static ent_profile_entry *
add_entry(reader *self, const ent_profile_entry *entry)
{
    ent_profile_section *section = self->section;
    ent_profile_entry *added = &self->file->entries[self->file->entry_count];

    for (size_t i = 0; i < section->entry_count; i++) {
        if (is_same_key(&section->entries[i], entry)) {
            note(self, ODD_REPEATED_KEY);
        }
    }
    *added = *entry;
    self->file->entry_count++;
    section->entry_count++;
    return added;
}

/* Takes "key = value" apart; false where it is none. */
static bool
split(reader *self, char *content, char **key, char **value)
{
    char *separator = strpbrk(content, "=:");

    if (separator == NULL || separator == content) {
        note(self, ODD_NO_SEPARATOR);
        return false;
    }
    if (*separator == ':') {
        note(self, ODD_COLON);
    }
    *separator = '\0';
    cut_comment(self, separator + 1);
    *key = trim(content);
    *value = trim(separator + 1);
    for (char *at = *key; *at != '\0'; at++) {
        *at = ent_text_lower(*at);
    }
    return true;
}

static void
read_key(reader *self, char *content, size_t indent)
{
    char *key;
    char *value;

    self->has_key = true;
    self->key_indent = indent;
    self->entry = NULL;
    if (!self->has_header) {
        note(self, ODD_BEFORE_SECTION);
        return;
    }
    if (self->section == NULL || !split(self, content, &key, &value)) {
        return;
    }
    self->entry = add_entry(self, &(ent_profile_entry){ .key = key, .value = value });
    self->value_end = value + strlen(value);
    self->is_block = value[0] == '\0';
}

/* Values only move towards the front, so that there is always room. */
static void
append_to_value(reader *self, char *content)
{
    if (strchr(content, '=') != NULL) {
        note(self, ODD_CONTINUATION);
    }
    cut_comment(self, content);
    content = trim(content);
    size_t length = strlen(content);
    *self->value_end = '\n';
    memmove(self->value_end + 1, content, length + 1);
    self->value_end += length + 1;
}

static void
continue_key(reader *self, char *content)
{
    char *key;
    char *value;

    if (self->entry == NULL) {
        return;
    }
    if (!self->is_block) {
        append_to_value(self, content);
    } else if (split(self, content, &key, &value)) {
        (void)add_entry(
            self,
            &(ent_profile_entry){
                .key = self->entry->key, .sub_key = key, .value = value });
    }
}

static void
read_line(reader *self, char *line)
{
    size_t indent = strspn(line, BLANKS);
    char *content = trim(line);

    if (content[0] == '\0' || content[0] == '#' || content[0] == ';') {
        return;
    }
    if (self->has_key && indent > self->key_indent) {
        continue_key(self, content);
    } else if (content[0] == '[') {
        begin_section(self, content);
    } else {
        read_key(self, content, indent);
    }
}

void
ent_profile_lines_read(
    ent_profile_file *file,
    ent_profile_file_kind kind,
    const char *path,
    ent_warnings *notes)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    reader self = { .file = file, .kind = kind, .path = path, .notes = notes };
    char *next = file->text.bytes;

    self.line = 1;
    if (ent_text_starts_with(next, byte_order_mark)) {
        note(&self, ODD_BOM);
        next += strlen(byte_order_mark);
    }
    for (; next != NULL; self.line++) {
        char *line = next;
        char *end = strchr(line, '\n');
        next = end != NULL ? end + 1 : NULL;
        if (end != NULL) {
            *end = '\0';
        }
        read_line(&self, line);
    }
}
