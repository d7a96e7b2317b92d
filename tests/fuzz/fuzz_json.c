/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The JSON reader: the grammar decides and the tree is built by its word, so the two
 * must agree. What the grammar accepts is parsed (unless a member occurs twice), as
 * cJSON would parse it, and what was parsed is the same when it is printed and parsed
 * again.
 */
#include "base/buffer.h"
#include "base/json.h"
#include "base/json_grammar.h"
#include "base/runtime.h"
#include "fuzz.h"

#include <cjson/cJSON.h>

#include <string.h>

static void
require_same_when_reprinted(const ent_json *json)
{
    char *printed = cJSON_PrintUnformatted(json);
    FUZZ_REQUIRE(printed != NULL);
    ent_json *again = ent_json_parse(printed, strlen(printed), NULL);
    FUZZ_REQUIRE(again != NULL);
    char *reprinted = cJSON_PrintUnformatted(again);
    FUZZ_REQUIRE(reprinted != NULL);

    FUZZ_REQUIRE(strcmp(printed, reprinted) == 0);

    cJSON_free(reprinted);
    cJSON_free(printed);
    ent_json_free(again);
}

static void
require_same_as_parsed_by_cjson(const ent_json *json, const char *text, size_t length)
{
    cJSON *other = cJSON_ParseWithLength(text, length);
    FUZZ_REQUIRE(other != NULL);
    char *printed = cJSON_PrintUnformatted(json);
    char *other_printed = cJSON_PrintUnformatted(other);
    FUZZ_REQUIRE(printed != NULL && other_printed != NULL);

    FUZZ_REQUIRE(strcmp(printed, other_printed) == 0);

    cJSON_free(other_printed);
    cJSON_free(printed);
    cJSON_Delete(other);
}

/* At any depth; the parser sorts where this compares each with each. */
static void
require_distinct_members(const cJSON *json)
{
    for (const cJSON *child = json->child; child != NULL; child = child->next) {
        require_distinct_members(child);
        for (const cJSON *other = child->next; cJSON_IsObject(json) && other != NULL;
             other = other->next) {
            FUZZ_REQUIRE(strcmp(child->string, other->string) != 0);
        }
    }
}

/* The writer of the library itself. */
static void
require_same_when_appended(const char *text)
{
    entitle_runtime runtime;
    ent_buffer written;

    FUZZ_REQUIRE(ent_runtime_fill(&runtime, NULL, NULL) == ENTITLE_OK);
    ent_buffer_init(&written, &runtime, 1024 * 1024);
    FUZZ_REQUIRE(ent_json_append_string(&written, text));
    ent_json *read = ent_json_parse(ent_buffer_text(&written), written.length, NULL);

    FUZZ_REQUIRE(read != NULL && strcmp(ent_json_string(read), text) == 0);

    ent_json_free(read);
    ent_buffer_clear(&written);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *text = (const char *)bytes;
    ent_json_fault fault;
    size_t offset = 0;
    const char *refused = ent_json_grammar_fault(text, length, ENT_JSON_DEPTH, &offset);
    ent_json *json = ent_json_parse(text, length, &fault);

    FUZZ_REQUIRE(offset <= length);
    FUZZ_REQUIRE(!fault.out_of_memory);
    if (json == NULL) {
        FUZZ_REQUIRE(
            refused != NULL ? fault.reason == refused
                            : strcmp(fault.reason, "a member occurs twice") == 0);
        return 0;
    }
    FUZZ_REQUIRE(refused == NULL && fault.reason == NULL);
    require_distinct_members(json);
    require_same_as_parsed_by_cjson(json, text, length);
    require_same_when_reprinted(json);
    if (ent_json_string(json) != NULL) {
        require_same_when_appended(ent_json_string(json));
    }
    ent_json_free(json);
    return 0;
}
