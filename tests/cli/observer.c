/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The program that `entitle run` becomes in the tests. Usage: observer EXIT_STATUS
 * [...] It prints what it was given, one fact a line, and ends with that status. It
 * leaves everything as it found it, so that two starts can be compared.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static void
print_status(const char *name)
{
    char line[256];
    FILE *file = fopen("/proc/self/status", "r");

    if (file == NULL) {
        return;
    }
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            printf("%s", line);
        }
    }
    (void)fclose(file);
}

static void
print_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    const struct dirent *entry = NULL;

    if (directory == NULL) {
        return;
    }
    while ((entry = readdir(directory)) != NULL) {
        long number = strtol(entry->d_name, NULL, 10);

        if (entry->d_name[0] != '.' && number != dirfd(directory)) {
            printf("descriptor %ld\n", number);
        }
    }
    (void)closedir(directory);
}

static void
print_folder(void)
{
    char folder[4096];
    mode_t mask = umask(0);

    (void)umask(mask);
    printf("umask %03o\n", (unsigned int)mask);
    if (getcwd(folder, sizeof(folder)) != NULL) {
        printf("folder %s\n", folder);
    }
}

int
main(int argc, char **argv)
{
    printf("pid %ld\n", (long)getpid());
    for (int i = 0; i < argc; i++) {
        printf("argument %s\n", argv[i]);
    }
    for (char **variable = environ; *variable != NULL; variable++) {
        printf("variable %s\n", *variable);
    }
    print_status("SigBlk");
    print_status("SigIgn");
    print_status("SigCgt");
    print_status("Threads");
    print_status("PPid");
    print_descriptors();
    print_folder();
    return argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0;
}
