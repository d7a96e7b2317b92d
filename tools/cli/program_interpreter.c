/* SPDX-License-Identifier: Apache-2.0 */
#include "program_interpreter.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { PROGRAM_HEADER_LIMIT = 128 };

/* EM_NONE: on this machine only executing can tell what is executed. */
#if defined(__x86_64__)
enum { OWN_MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { OWN_MACHINE = EM_AARCH64 };
#else
enum { OWN_MACHINE = EM_NONE };
#endif

static bool
read_at(int file, size_t offset, void *out, size_t length)
{
    return pread(file, out, length, (off_t)offset) == (ssize_t)length;
}

/* `#!/usr/bin/env NAME`: everything behind the interpreter is one argument. */
static void
read_searched(const char *argument, program_needs *out)
{
    const char *slash = strrchr(out->interpreter, '/');
    const char *base = slash != NULL ? slash + 1 : out->interpreter;

    if (strcmp(base, "env") == 0 && argument[0] != '-' &&
        strpbrk(argument, "= \t") == NULL) {
        memcpy(out->searched, argument, strlen(argument) + 1);
    }
}

/* `line` is the first one, behind "#!". */
static bool
read_script(char *line, program_needs *out)
{
    char *end = line + strcspn(line, "\n");
    char *argument = NULL;
    size_t length = 0;

    while (end > line && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    *end = '\0';
    line += strspn(line, " \t");
    length = strcspn(line, " \t");
    memcpy(out->interpreter, line, length);
    out->interpreter[length] = '\0';
    argument = line + length + strspn(line + length, " \t");
    read_searched(argument, out);
    return length > 0;
}

static bool
read_binary(int file, program_needs *out)
{
    ElfW(Ehdr) header;
    ElfW(Phdr) segment;

    if (!read_at(file, 0, &header, sizeof(header)) ||
        header.e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) ||
        header.e_phentsize != sizeof(segment) ||
        header.e_phnum > PROGRAM_HEADER_LIMIT) {
        return false;
    }
    if (OWN_MACHINE != EM_NONE && header.e_machine != OWN_MACHINE) {
        out->other_machine = true;
        return true;
    }
    for (size_t i = 0; i < header.e_phnum; i++) {
        if (!read_at(
                file,
                header.e_phoff + i * sizeof(segment),
                &segment,
                sizeof(segment))) {
            return false;
        }
        if (segment.p_type == PT_INTERP) {
            return segment.p_filesz > 1 && segment.p_filesz < INTERPRETER_SIZE &&
                   read_at(file, segment.p_offset, out->interpreter, segment.p_filesz);
        }
    }
    return false;
}

static bool
read_needs(int file, program_needs *out)
{
    char start[INTERPRETER_SIZE];
    ssize_t length = pread(file, start, sizeof(start) - 1, 0);

    if (length < 4) {
        return false;
    }
    start[length] = '\0';
    if (memcmp(start, ELFMAG, SELFMAG) == 0) {
        return read_binary(file, out);
    }
    return memcmp(start, "#!", 2) == 0 && read_script(start + 2, out);
}

bool
program_needs_of(const char *path, program_needs *out)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    bool needs_any = false;

    memset(out, 0, sizeof(*out));
    if (file < 0) {
        return false;
    }
    needs_any = read_needs(file, out);
    (void)close(file);
    return needs_any;
}
