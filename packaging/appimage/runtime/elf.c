/* Where in this file does the image begin, and what do the sections that AppImage tools patch say? */
#define _GNU_SOURCE
#include "runtime.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Sections by the AppImage specification. `used` alone survives the compiler; the build asserts that they survive the linker. */
__attribute__((section(".upd_info"), used)) static const char upd_info[1024] = {0};
__attribute__((section(".sha256_sig"), used)) static const char sha256_sig[1024] = {0};
__attribute__((section(".sig_key"), used)) static const char sig_key[8192] = {0};

static int read_at(int fd, void *into, size_t size, off_t where) {
    ssize_t got = pread(fd, into, size, where);
    if (got == (ssize_t)size) return 0;
    if (got >= 0) errno = ENOEXEC;
    return -1;
}

int image_open(struct image *image) {
    ssize_t length = readlink("/proc/self/exe", image->path, sizeof image->path - 1);
    if (length < 0) return -1;
    image->path[length] = 0;
    image->name = strrchr(image->path, '/') + 1;

    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    Elf64_Ehdr header;
    struct stat file;
    int failed = fd < 0 || read_at(fd, &header, sizeof header, 0) || fstat(fd, &file);
    if (fd >= 0) close(fd);
    if (failed) return -1;

    /* appimaged, libappimage and file managers compute the same */
    image->offset = (off_t)header.e_shoff + (off_t)header.e_shentsize * header.e_shnum;
    if (image->offset >= file.st_size) {
        errno = ENODATA;
        return -1;
    }
    return 0;
}

int image_print_section(const struct image *image, const char *section) {
    int result = -1, fd = open(image->path, O_RDONLY | O_CLOEXEC);
    Elf64_Ehdr header;
    Elf64_Shdr *sections = NULL;
    char *names = NULL;
    if (fd < 0 || read_at(fd, &header, sizeof header, 0)) goto out;
    sections = calloc(header.e_shnum, sizeof *sections);
    if (!sections || read_at(fd, sections, header.e_shnum * sizeof *sections, (off_t)header.e_shoff)) goto out;
    const Elf64_Shdr *strings = &sections[header.e_shstrndx];
    names = calloc(1, strings->sh_size + 1);
    if (!names || read_at(fd, names, strings->sh_size, (off_t)strings->sh_offset)) goto out;
    for (int i = 0; i < header.e_shnum; i++) {
        if (strcmp(names + sections[i].sh_name, section) != 0) continue;
        char *text = calloc(1, sections[i].sh_size + 1);
        if (text && !read_at(fd, text, sections[i].sh_size, (off_t)sections[i].sh_offset)) {
            puts(text);
            result = 0;
        }
        free(text);
    }
out:
    free(names);
    free(sections);
    if (fd >= 0) close(fd);
    return result;
}
