/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The reader of AWS's shared files, and the one that takes a credential_process apart.
 * Whatever is read lies inside the file, is trimmed, and has no line of its own that
 * could be a section; a word of a command is no longer than the command.
 */
#include "aws/command_words.h"
#include "aws/profile_file.h"
#include "base/memory.h"
#include "fuzz.h"
#include "support/fake_runtime.h"

#include <string.h>

static fake_runtime fake;

static void
require_inside(const ent_profile_file *file, const char *text)
{
    const char *end = file->text.bytes + file->text.length;

    FUZZ_REQUIRE(text >= file->text.bytes && text <= end);
    FUZZ_REQUIRE(memchr(text, '\0', (size_t)(end - text) + 1) != NULL);
}

static void
require_trimmed(const char *text)
{
    static const char blanks[] = " \t\r\f\v\n";
    size_t length = strlen(text);

    FUZZ_REQUIRE(length == 0 || strchr(blanks, text[0]) == NULL);
    FUZZ_REQUIRE(length == 0 || strchr(blanks, text[length - 1]) == NULL);
}

static void
require_key(const ent_profile_file *file, const char *key)
{
    require_inside(file, key);
    require_trimmed(key);
    FUZZ_REQUIRE(strpbrk(key, "=:\nABCXYZ") == NULL);
}

static void
require_words(const char *command)
{
    ent_command_words words;
    size_t length = 0;

    if (ent_command_words_split(&fake.runtime, command, &words, NULL) != ENTITLE_OK) {
        return;
    }
    FUZZ_REQUIRE(words.count > 0 && words.words[words.count] == NULL);
    for (size_t i = 0; i < words.count; i++) {
        length += strlen(words.words[i]);
    }
    FUZZ_REQUIRE(length <= strlen(command));
    ent_command_words_clear(&words);
}

static void
require_section(const ent_profile_file *file, const ent_profile_section *section)
{
    require_inside(file, section->name);
    FUZZ_REQUIRE(section->name[0] != '\0' && strchr(section->name, ']') == NULL);
    for (size_t i = 0; i < section->entry_count; i++) {
        const ent_profile_entry *entry = &section->entries[i];
        require_key(file, entry->key);
        require_inside(file, entry->value);
        require_trimmed(entry->value);
        if (entry->sub_key != NULL) {
            require_key(file, entry->sub_key);
            FUZZ_REQUIRE(strchr(entry->value, '\n') == NULL);
        }
        require_words(entry->value);
    }
}

static void
read_as(ent_profile_file_kind kind, const uint8_t *bytes, size_t length)
{
    ent_profile_file file;
    ent_warnings notes = { 0 };

    ent_profile_file_init(&file, &fake.runtime);
    if (ent_buffer_append(&file.text, bytes, length) &&
        ent_profile_file_parse(&file, kind, "FILE", &notes, NULL) == ENTITLE_OK) {
        FUZZ_REQUIRE(file.section_count <= ENT_PROFILE_SECTION_LIMIT + 1);
        FUZZ_REQUIRE(file.entry_count <= ENT_PROFILE_ENTRY_LIMIT);
        for (size_t i = 0; i < file.section_count; i++) {
            require_section(&file, &file.sections[i]);
        }
    }
    ent_profile_file_clear(&file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    fake_runtime_init(&fake);
    read_as(ENT_PROFILE_FILE_CONFIG, bytes, length);
    read_as(ENT_PROFILE_FILE_CREDENTIALS, bytes, length);
    FUZZ_REQUIRE(fake.blocks_in_use == 0);
    return 0;
}
