/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libpq cannot be told where to get its memory. So the addresses of malloc() and the
 * like, which the dynamic linker has written into its table, are exchanged there.
 */
#define _GNU_SOURCE

#include "failing_calls.h"
#include "support/cmocka.h"

#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct {
    const char *name;
    uintptr_t address;
} replacements[] = {
    { "malloc", (uintptr_t)failing_inner_malloc },
    { "calloc", (uintptr_t)failing_inner_calloc },
    { "realloc", (uintptr_t)failing_inner_realloc },
    { "strdup", (uintptr_t)failing_inner_strdup },
    { "free", (uintptr_t)failing_inner_free },
};
enum { REPLACEMENTS = sizeof(replacements) / sizeof(replacements[0]) };

/* What a library's dynamic section tells. */
typedef struct library {
    uintptr_t base;
    const ElfW(Sym) * symbols;
    const char *names;
    const ElfW(Rela) * tables[2];
    size_t sizes[2];
    size_t replaced;
} library;

/* Some dynamic linkers write the addresses there, others leave what is in the file. */
static const void *
address_of(const library *of, const ElfW(Dyn) * entry)
{
    uintptr_t address = entry->d_un.d_ptr;

    address += address < of->base ? of->base : 0;
    return (const void *)address;
}

static void
read_dynamic_section(library *of, const ElfW(Dyn) * entry)
{
    for (; entry->d_tag != DT_NULL; entry++) {
        switch (entry->d_tag) {
        case DT_SYMTAB:
            of->symbols = address_of(of, entry);
            break;
        case DT_STRTAB:
            of->names = address_of(of, entry);
            break;
        case DT_RELA:
            of->tables[0] = address_of(of, entry);
            break;
        case DT_RELASZ:
            of->sizes[0] = entry->d_un.d_val;
            break;
        case DT_JMPREL:
            of->tables[1] = address_of(of, entry);
            break;
        case DT_PLTRELSZ:
            of->sizes[1] = entry->d_un.d_val;
            break;
        default:
            break;
        }
    }
}

/* It may be read-only since the program has started. */
static void
write_slot(uintptr_t slot, uintptr_t address)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    void *begin = (void *)(slot / page * page);

    assert_int_equal(mprotect(begin, page, PROT_READ | PROT_WRITE), 0);
    *(uintptr_t *)slot = address;
}

static void
replace(library *of, const ElfW(Rela) * entry)
{
    size_t index = (size_t)(entry->r_info >> (sizeof(entry->r_info) == 8 ? 32 : 8));
    const char *name = of->names + of->symbols[index].st_name;

    for (size_t i = 0; index != 0 && i < REPLACEMENTS; i++) {
        if (strcmp(name, replacements[i].name) == 0) {
            write_slot(of->base + entry->r_offset, replacements[i].address);
            of->replaced++;
        }
    }
}

static int
visit(struct dl_phdr_info *info, size_t size, void *context)
{
    library *found = context;

    (void)size;
    if (strstr(info->dlpi_name, "/libpq.so") == NULL) {
        return 0;
    }
    found->base = info->dlpi_addr;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC) {
            read_dynamic_section(
                found, (const void *)(found->base + info->dlpi_phdr[i].p_vaddr));
        }
    }
    return 1;
}

void
failing_libpq_memory_install(void)
{
    library libpq = { .replaced = 0 };

    assert_int_equal(dl_iterate_phdr(visit, &libpq), 1);
    for (size_t table = 0; table < 2; table++) {
        for (size_t i = 0; i < libpq.sizes[table] / sizeof(ElfW(Rela)); i++) {
            replace(&libpq, &libpq.tables[table][i]);
        }
    }
    /* One that is missing would free what another has counted. */
    assert_int_equal(libpq.replaced, REPLACEMENTS);
}
