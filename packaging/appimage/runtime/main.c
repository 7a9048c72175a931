/* What does somebody want who runs this AppImage: the program, or one of the --appimage-* options? */
#define _GNU_SOURCE
#include "runtime.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char HELP[] =
    "Options of this AppImage itself (everything else goes to the program):\n"
    "  --appimage-extract [PATTERN]     unpack into ./squashfs-root\n"
    "  --appimage-extract-and-run ...   run without mounting; also APPIMAGE_EXTRACT_AND_RUN=1\n"
    "  --appimage-mount                 mount, print where, unmount on Ctrl+C\n"
    "  --appimage-offset                where the squashfs begins\n"
    "  --appimage-updateinfo            where updates are published\n"
    "  --appimage-signature             the embedded signature\n"
    "  --appimage-version               the version of this runtime\n";

static int extract(const struct image *image, const char *pattern) {
    long written = image_extract(image, "squashfs-root", pattern, 1);
    if (written == 0) complain("nothing in the image matches %s", pattern ? pattern : "");
    return written > 0 ? 0 : 1;
}

static int mount_and_wait(const struct image *image) {
    char mount_point[PATH_MAX], why[256];
    sigset_t ends;
    int number;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    if (image_mount(image, getpid(), mount_point, why, sizeof why)) {
        complain("cannot mount: %s", why);
        return 127;
    }
    puts(mount_point);
    fflush(stdout);
    sigwait(&ends, &number);
    return 0;  /* the server sees our exit and unmounts */
}

static int run(const struct image *image, char **argv) {
    char mount_point[PATH_MAX], why[256];
    if (getenv("APPIMAGE_EXTRACT_AND_RUN")) return image_extract_and_run(image, argv);
    if (image_mount(image, getpid(), mount_point, why, sizeof why)) {
        complain("cannot mount (%s), extracting instead", why);
        return image_extract_and_run(image, argv);
    }
    launch(image, mount_point, argv);
}

static int own_option(const struct image *image, const char *option, char **argv) {
    if (!strcmp(option, "help")) return fputs(HELP, stdout) < 0;
    if (!strcmp(option, "version")) return puts(RUNTIME_VERSION) < 0;
    if (!strcmp(option, "offset")) return printf("%lld\n", (long long)image->offset) < 0;
    if (!strcmp(option, "updateinfo") || !strcmp(option, "updateinformation")) return -image_print_section(image, ".upd_info");
    if (!strcmp(option, "signature")) return -image_print_section(image, ".sha256_sig");
    if (!strcmp(option, "mount")) return mount_and_wait(image);
    if (!strcmp(option, "extract")) return extract(image, argv[2]);
    if (!strcmp(option, "extract-and-run")) {
        argv[1] = argv[0];
        return image_extract_and_run(image, argv + 1);
    }
    if (!strncmp(option, "portable-", 9)) complain("a portable home is not offered: it would replace the HOME that this program is there to inspect");
    else complain("unknown option --appimage-%s", option);
    return 1;
}

int main(int argc, char **argv) {
    struct image image;
    if (image_open(&image)) {
        complain("cannot read the image in this file: %s", strerror(errno));
        return 127;
    }
    if (argc > 1 && !strncmp(argv[1], "--appimage-", 11)) return own_option(&image, argv[1] + 11, argv);
    return run(&image, argv);
}
