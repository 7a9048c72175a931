/* How is the image mounted for as long as the program runs, by a process that is not the program's child? */
#define _GNU_SOURCE
#define FUSE_USE_VERSION 35
#include "runtime.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <squashfuse/ll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DATA_BLOCKS = 32, FRAGMENT_BLOCKS = 16, METADATA_BLOCKS = 64 };  /* at most 12.5 MiB, and gone with the mount */

static char last_log[256];

/* libfuse prints its troubles; the caller of the program wants one line, and only when nothing else helps. */
static void keep_log(enum fuse_log_level level, const char *format, va_list values) {
    (void)level;
    vsnprintf(last_log, sizeof last_log, format, values);
    last_log[strcspn(last_log, "\n")] = 0;
}

static void unmount_lazily(const char *mount_point) {
    if (umount2(mount_point, MNT_DETACH) == 0) return;
    pid_t child = fork();
    if (child == 0) {
        execlp("fusermount3", "fusermount3", "-u", "-q", "-z", "--", mount_point, (char *)NULL);
        execlp("fusermount", "fusermount", "-u", "-q", "-z", "--", mount_point, (char *)NULL);
        _exit(1);
    }
    if (child > 0) waitpid(child, NULL, 0);
}

/* A descriptor of our caller kept here would keep its pipe open for as long as anybody uses the mount. */
static void close_all_but(int first, int second) {
    DIR *open_now = opendir("/proc/self/fd");
    if (!open_now) return;
    for (struct dirent *entry; (entry = readdir(open_now));) {
        int fd = atoi(entry->d_name);
        if (fd > 2 && fd != dirfd(open_now) && fd != first && fd != second) close(fd);
    }
    closedir(open_now);
}

static void be_quiet(void) {
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; null >= 0 && fd < 3; fd++) dup2(null, fd);
    if (null > 2) close(null);
}

/* The library remembers one block of data: two programs' pages read in turn would decompress the same 256 KiB again and again. */
static void remember_more(sqfs *fs) {
    struct { sqfs_cache *cache; size_t blocks; } wanted[] = {
        {&fs->data_cache, DATA_BLOCKS}, {&fs->frag_cache, FRAGMENT_BLOCKS}, {&fs->md_cache, METADATA_BLOCKS}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        sqfs_cache larger;
        if (sqfs_block_cache_init(&larger, wanted[i].blocks) != SQFS_OK) continue;
        sqfs_cache_destroy(wanted[i].cache);
        *wanted[i].cache = larger;
    }
}

static struct fuse_session *mount_session(const struct image *image, const char *mount_point) {
    static const struct fuse_lowlevel_ops operations = {
        .getattr = sqfs_ll_op_getattr, .opendir = sqfs_ll_op_opendir, .releasedir = sqfs_ll_op_releasedir,
        .readdir = sqfs_ll_op_readdir, .lookup = sqfs_ll_op_lookup, .open = sqfs_ll_op_open, .create = sqfs_ll_op_create,
        .release = sqfs_ll_op_release, .read = sqfs_ll_op_read, .readlink = sqfs_ll_op_readlink,
        .listxattr = sqfs_ll_op_listxattr, .getxattr = sqfs_ll_op_getxattr, .forget = sqfs_ll_op_forget, .statfs = stfs_ll_op_statfs};
    sqfs_ll *squashfs = sqfs_ll_open(image->path, (size_t)image->offset);
    if (!squashfs) return NULL;
    remember_more(&squashfs->fs);
    char options[NAME_MAX + 64], name[] = "appimage";
    snprintf(options, sizeof options, "-oro,nodev,nosuid,subtype=AppImage,fsname=%.100s", image->name);
    for (char *c = strstr(options, "fsname="); *c; c++)
        if (*c == ',' || *c == '\\') *c = '_';  /* both mean something in a mount option */
    char *arguments[] = {name, options, NULL};
    struct fuse_args args = FUSE_ARGS_INIT(2, arguments);
    struct fuse_session *session = fuse_session_new(&args, &operations, sizeof operations, squashfs);
    if (session && fuse_session_mount(session, mount_point) == 0) return session;
    return NULL;
}

/* Serves until `watch`, a pidfd, reports the program's end; then detaches and goes on serving whoever still holds files. */
static void serve(struct fuse_session *session, const char *mount_point, int watch) {
    struct fuse_buf request = {.mem = NULL};
    struct pollfd ready[2] = {{fuse_session_fd(session), POLLIN, 0}, {watch, POLLIN, 0}};
    int attached = 1;
    while (!fuse_session_exited(session)) {
        if (poll(ready, 2, -1) < 0) {
            if (errno == EINTR) continue;
            break;
        }
        if (attached && ready[1].revents) {
            ready[1].fd = -1;
            attached = 0;
            unmount_lazily(mount_point);
            rmdir(mount_point);
        }
        if (ready[0].revents) {
            int size = fuse_session_receive_buf(session, &request);
            if (size == -EINTR || size == -EAGAIN) continue;
            if (size <= 0) break;  /* ENODEV: the last user is gone */
            fuse_session_process_buf(session, &request);
        }
    }
    if (attached) {
        unmount_lazily(mount_point);
        rmdir(mount_point);
    }
}

static void server(const struct image *image, const char *mount_point, int watch, int tell) {
    prctl(PR_SET_NAME, "appimage-mount");
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, SIG_IGN);  /* the program decides when the mount goes; a terminal's hang-up must not take it away first */
    signal(SIGHUP, SIG_IGN);
    close_all_but(watch, tell);
    be_quiet();
    fuse_set_log_func(keep_log);
    struct fuse_session *session = chdir("/") ? NULL : mount_session(image, mount_point);
    if (!session) {
        dprintf(tell, "%s", *last_log ? last_log : "the image cannot be served");
        _exit(1);
    }
    if (write(tell, "", 1) != 1) _exit(1);
    close(tell);
    serve(session, mount_point, watch);
    _exit(0);
}

int image_mount(const struct image *image, pid_t watched, char mount_point[PATH_MAX], char *why, size_t why_size) {
    int pipe_ends[2], watch = (int)syscall(SYS_pidfd_open, watched, 0);
    snprintf(why, why_size, "this kernel has no pidfd");
    if (watch < 0) return -1;
    if (temporary_directory(mount_point, ".mount_", 0) || pipe2(pipe_ends, O_CLOEXEC)) {
        snprintf(why, why_size, "%s", strerror(errno));
        close(watch);
        return -1;
    }
    pid_t child = fork();
    if (child == 0) {
        close(pipe_ends[0]);
        setsid();
        if (fork() == 0) server(image, mount_point, watch, pipe_ends[1]);
        _exit(0);
    }
    close(watch);
    close(pipe_ends[1]);
    if (child > 0) waitpid(child, NULL, 0);
    memset(why, 0, why_size);
    ssize_t size = read(pipe_ends[0], why, why_size - 1);
    close(pipe_ends[0]);
    if (size == 1 && why[0] == 0) return 0;
    if (size <= 0) snprintf(why, why_size, "the mounting process died");
    rmdir(mount_point);
    return -1;
}
