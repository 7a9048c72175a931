/* How does the bundled Python start, in exactly the environment that the AppImage was started from?
 *
 * A shell script would add PWD and SHLVL and reorder the block; this adds nothing and takes out what the runtime put in.
 * Where the image lies travels as an interpreter option (sys._xoptions), which no child inherits. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PYTHON
#error "-DPYTHON=\"python3.x\" names the bundled interpreter"
#endif

static const char *const SET_BY_RUNTIME[] = {"APPIMAGE", "APPDIR", "ARGV0", "OWD"};

static void as_it_was(const char *name) {
    char kept[64];
    snprintf(kept, sizeof kept, "APPIMAGE_ORIGINAL_%s", name);
    const char *before = getenv(kept);
    if (before) setenv(name, before, 1);
    else unsetenv(name);
    unsetenv(kept);
}

int main(int argc, char **argv) {
    char directory[PATH_MAX], python[PATH_MAX + 64], image[PATH_MAX + 32] = "go_inspector_image=";
    ssize_t length = readlink("/proc/self/exe", directory, sizeof directory - 1);
    if (length < 0) {
        perror("go-inspector: /proc/self/exe");
        return 127;
    }
    directory[length] = 0;
    *strrchr(directory, '/') = 0;
    snprintf(python, sizeof python, "%s/usr/bin/" PYTHON, directory);

    const char *said = getenv("APPDIR"), *file = getenv("APPIMAGE");
    int from_image = said && file && !strcmp(said, directory);
    if (from_image) {
        strncat(image, file, PATH_MAX);
        for (size_t i = 0; i < sizeof SET_BY_RUNTIME / sizeof *SET_BY_RUNTIME; i++) as_it_was(SET_BY_RUNTIME[i]);
    }

    char **arguments = calloc((size_t)argc + 7, sizeof *arguments);
    if (!arguments) return 127;
    int n = 0;
    arguments[n++] = python;
    arguments[n++] = (char *)"-I";
    if (from_image) {
        arguments[n++] = (char *)"-X";
        arguments[n++] = image;
    }
    arguments[n++] = (char *)"-m";
    arguments[n++] = (char *)"inspector";
    for (int i = 1; i < argc; i++) arguments[n++] = argv[i];
    execv(python, arguments);
    fprintf(stderr, "go-inspector: cannot start %s: %s\n", python, strerror(errno));
    return 127;
}
