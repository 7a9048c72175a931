/* How does the program start, with which variables, and where may temporary files go? */
#define _GNU_SOURCE
#include "runtime.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

void complain(const char *format, ...) {
    va_list values;
    va_start(values, format);
    fputs("AppImage: ", stderr);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
}

/* Keeps what the variable was, under a name that our AppRun turns back: an inspector started from within another AppImage
   must show that one's variables, not its own. */
static void replace(const char *name, const char *value) {
    char keep[64];
    const char *before = getenv(name);
    snprintf(keep, sizeof keep, "APPIMAGE_ORIGINAL_%s", name);
    if (before) setenv(keep, before, 1);
    setenv(name, value, 1);
}

void launch(const struct image *image, const char *directory, char **argv) {
    char program[PATH_MAX + 8], here[PATH_MAX];
    replace("APPIMAGE", image->path);
    replace("APPDIR", directory);
    replace("ARGV0", argv[0]);
    if (getcwd(here, sizeof here)) replace("OWD", here);
    snprintf(program, sizeof program, "%s/AppRun", directory);
    execv(program, argv);
    complain("cannot start %s: %s", program, strerror(errno));
    _exit(127);
}

static int usable(const char *directory, int must_execute) {
    struct statvfs fs;
    return !statvfs(directory, &fs) && !(fs.f_flag & ST_RDONLY) && !(must_execute && (fs.f_flag & ST_NOEXEC)) && !access(directory, W_OK | X_OK);
}

int temporary_directory(char path[PATH_MAX], const char *prefix, int must_execute) {
    char cache[PATH_MAX] = "";
    const char *home = getenv("HOME");
    if (home && *home == '/') snprintf(cache, sizeof cache, "%.4000s/.cache", home);
    const char *candidates[] = {getenv("TMPDIR"), "/tmp", cache, "/var/tmp", getenv("XDG_RUNTIME_DIR")};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (!candidates[i] || *candidates[i] != '/' || !usable(candidates[i], must_execute)) continue;
        /* mkdtemp: never a name that somebody else could have put there */
        if (snprintf(path, PATH_MAX, "%.4000s/%sXXXXXX", candidates[i], prefix) < PATH_MAX && mkdtemp(path)) return 0;
    }
    errno = EACCES;
    return -1;
}
