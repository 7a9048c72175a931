/* What the parts of the AppImage runtime share. */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

#define RUNTIME_VERSION "go-inspector-runtime 1 (AppImage type 2)"

struct image {
    char path[PATH_MAX];  /* this very file, symlinks resolved */
    const char *name;     /* the last component of path */
    off_t offset;         /* where the squashfs begins: the end of the ELF's section headers */
};

/* elf.c: returns 0, or -1 with errno (ENODATA: there is no image behind the runtime). */
int image_open(struct image *image);
int image_print_section(const struct image *image, const char *section);

/* extract.c: returns the number of entries written, or -1 after a message. A null pattern takes everything. */
long image_extract(const struct image *image, const char *target, const char *pattern, int list);
int image_extract_and_run(const struct image *image, char **argv);

/* mount.c: mounts until the process `watched` ends; returns 0, or -1 with the reason in `why`. */
int image_mount(const struct image *image, pid_t watched, char mount_point[PATH_MAX], char *why, size_t why_size);

/* launch.c */
void launch(const struct image *image, const char *directory, char **argv) __attribute__((noreturn));
int temporary_directory(char path[PATH_MAX], const char *prefix, int must_execute);
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
