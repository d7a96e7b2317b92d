/* SPDX-License-Identifier: Apache-2.0 */
#include "support/key_file.h"

#include <openssl/pem.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 1024 + 32 };

EVP_PKEY *
key_file_read(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return NULL;
    }
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    (void)fclose(file);
    return key;
}

void
key_file_keep(const char *path, EVP_PKEY *key)
{
    char part[PATH_SIZE];
    (void)snprintf(part, sizeof(part), "%s.%ld", path, (long)getpid());
    int descriptor =
        open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (file == NULL) {
        return;
    }
    int is_written = PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    if (fclose(file) != 0 || is_written != 1 || rename(part, path) != 0) {
        (void)unlink(part);
    }
}
