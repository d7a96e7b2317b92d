/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: fuzz_TARGET FOLDER…
 *
 * Hands every file of the folders to a target, without libFuzzer: what a fuzzer has
 * found stays a test for every compiler. Where the target has a mutator of its own,
 * some of what that makes of each file follows, the same each time. Fails where there
 * is nothing to hand over.
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

enum { INPUT_LIMIT = 1024 * 1024, MUTANTS = 24 };

/* Not all targets have one. */
#pragma weak LLVMFuzzerCustomMutator

static void
require_file(int holds, const char *path)
{
    if (!holds) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(EXIT_FAILURE);
    }
}

/* A copy of its own size, so that reading past its end is noticed. */
static void
hand_over(const uint8_t *bytes, size_t length)
{
    uint8_t *exact = malloc(length > 0 ? length : 1);

    if (exact == NULL) {
        abort();
    }
    memcpy(exact, bytes, length);
    (void)LLVMFuzzerTestOneInput(exact, length);
    free(exact);
}

static void
hand_over_mutants(const uint8_t *bytes, size_t length)
{
    static uint8_t mutant[INPUT_LIMIT];

    for (unsigned seed = 1; seed <= MUTANTS; seed++) {
        memcpy(mutant, bytes, length);
        hand_over(
            mutant, LLVMFuzzerCustomMutator(mutant, length, sizeof(mutant), seed));
    }
}

static void
replay(const char *path)
{
    static uint8_t bytes[INPUT_LIMIT];
    FILE *file = fopen(path, "rb");

    require_file(file != NULL, path);
    size_t length = fread(bytes, 1, sizeof(bytes), file);
    require_file(!ferror(file), path);
    fclose(file);
    fprintf(stderr, "%s\n", path);
    hand_over(bytes, length);
    if (LLVMFuzzerCustomMutator != NULL) {
        hand_over_mutants(bytes, length);
    }
}

static size_t
replay_folder(const char *folder)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    size_t count = 0;
    char path[4096];

    require_file(directory != NULL, folder);
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
            replay(path);
            count++;
        }
    }
    closedir(directory);
    return count;
}

int
main(int argument_count, char **arguments)
{
    size_t count = 0;

    for (int i = 1; i < argument_count; i++) {
        count += replay_folder(arguments[i]);
    }
    printf("%zu inputs\n", count);
    return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
