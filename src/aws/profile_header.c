/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/profile_header.h"

#include <string.h>

#define BLANKS " \t"

/* Takes the quotes off; NULL where it is not one name. */
static char *
read_name(char *text)
{
    size_t length = strlen(text);
    char quote = text[0];

    if ((quote == '"' || quote == '\'') && length >= 2 && text[length - 1] == quote) {
        text[length - 1] = '\0';
        text++;
    } else if (strpbrk(text, BLANKS "\"'") != NULL) {
        return NULL;
    }
    return text[0] != '\0' ? text : NULL;
}

static void
read_config_header(char *text, ent_profile_header *out)
{
    size_t word_length = strcspn(text, BLANKS);
    char *rest = text + word_length + strspn(text + word_length, BLANKS);

    text[word_length] = '\0';
    out->is_known = strcmp(text, "sso-session") == 0 || strcmp(text, "plugins") == 0 ||
                    strcmp(text, "preview") == 0;
    if (strcmp(text, "default") == 0 && rest[0] == '\0') {
        out->kind = ENT_PROFILE_SECTION_PROFILE;
        out->name = text;
        return;
    }
    out->name = read_name(rest);
    if (out->name == NULL) {
        return;
    }
    if (strcmp(text, "profile") == 0) {
        out->kind = ENT_PROFILE_SECTION_PROFILE;
        out->has_prefix = true;
    } else if (strcmp(text, "services") == 0) {
        out->kind = ENT_PROFILE_SECTION_SERVICES;
    }
}

void
ent_profile_header_read(char *text, ent_profile_file_kind kind, ent_profile_header *out)
{
    *out = (ent_profile_header){ .kind = ENT_PROFILE_SECTION_IGNORED };
    if (kind == ENT_PROFILE_FILE_CONFIG) {
        read_config_header(text, out);
    } else if (text[0] != '\0') {
        out->kind = ENT_PROFILE_SECTION_PROFILE;
        out->name = text;
    }
}
