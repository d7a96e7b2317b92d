/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory: what the libraries allocate, and what OpenSSL, cJSON, libcurl, expat and
 * SQLite do for them, which all can be told where to get it.
 */
#include "failing_table.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <expat.h>
#include <openssl/crypto.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_long blocks_in_use;

/* clang-format off */
FAILING_SPECIALLY(malloc)
FAILING_SPECIALLY(realloc)
FAILING_SPECIALLY(free)
FAILING_SPECIALLY(XML_ParserCreate)
/* clang-format on */

long
failing_blocks_in_use(void)
{
    return atomic_load(&blocks_in_use);
}

static void *
allocate(failing_kind kind, const char *name, size_t size)
{
    void *block = failing_call(kind, name) ? WITH(ENOMEM, NULL) : malloc(size);

    atomic_fetch_add(&blocks_in_use, block != NULL);
    return block;
}

static void *
reallocate(failing_kind kind, const char *name, void *block, size_t size)
{
    void *moved = failing_call(kind, name) ? WITH(ENOMEM, NULL) : realloc(block, size);

    atomic_fetch_add(&blocks_in_use, block == NULL && moved != NULL);
    return moved;
}

static void
release(void *block)
{
    atomic_fetch_sub(&blocks_in_use, block != NULL);
    free(block);
}

void *
failing_malloc(size_t size)
{
    return allocate(FAILING_OWN, "malloc", size);
}

void *
failing_realloc(void *block, size_t size)
{
    return reallocate(FAILING_OWN, "realloc", block, size);
}

void
failing_free(void *block)
{
    release(block);
}

void *
failing_inner_malloc(size_t size)
{
    return allocate(FAILING_INNER, "malloc", size);
}

void *
failing_inner_calloc(size_t count, size_t size)
{
    void *block = failing_inner_malloc(count * size);

    return block == NULL ? NULL : memset(block, 0, count * size);
}

void *
failing_inner_realloc(void *block, size_t size)
{
    return reallocate(FAILING_INNER, "realloc", block, size);
}

char *
failing_inner_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = failing_inner_malloc(size);

    return copy == NULL ? NULL : memcpy(copy, text, size);
}

void
failing_inner_free(void *block)
{
    release(block);
}

static void *
openssl_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return size == 0 ? NULL : failing_inner_malloc(size);
}

static void *
openssl_realloc(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    if (size == 0) {
        release(block);
        return NULL;
    }
    return failing_inner_realloc(block, size);
}

static void
openssl_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    release(block);
}

XML_Parser
failing_XML_ParserCreate(const XML_Char *encoding)
{
    static const XML_Memory_Handling_Suite memory = { failing_inner_malloc,
                                                      failing_inner_realloc,
                                                      failing_inner_free };

    return failing_call(FAILING_OWN, "XML_ParserCreate")
               ? NULL
               : XML_ParserCreate_MM(encoding, &memory, NULL);
}

void
failing_inner_memory_install(void)
{
    cJSON_Hooks hooks = {
        .malloc_fn = failing_inner_malloc,
        .free_fn = failing_inner_free,
    };

    assert_int_equal(
        CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free), 1);
    cJSON_InitHooks(&hooks);
    assert_int_equal(
        curl_global_init_mem(
            CURL_GLOBAL_DEFAULT,
            failing_inner_malloc,
            failing_inner_free,
            failing_inner_realloc,
            failing_inner_strdup,
            failing_inner_calloc),
        CURLE_OK);
}
