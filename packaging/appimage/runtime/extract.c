/* How is the image unpacked, and how does the program run where nothing can be mounted? */
#define _GNU_SOURCE
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <signal.h>
#include <squashfuse/squashfuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int write_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t done = write(fd, data, size);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return -1;
        data += done;
        size -= (size_t)done;
    }
    return 0;
}

static int write_file(sqfs *fs, sqfs_inode *inode, const char *path) {
    static char block[1 << 20];
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, inode->base.mode & 0777);
    if (fd < 0) return -1;
    for (sqfs_off_t position = 0; position < (sqfs_off_t)inode->xtra.reg.file_size;) {
        sqfs_off_t size = sizeof block;
        if (sqfs_read_range(fs, inode, position, &size, block) || size <= 0) errno = EIO;
        else if (!write_all(fd, block, (size_t)size)) {
            position += size;
            continue;
        }
        close(fd);
        return -1;
    }
    return close(fd);
}

static int write_link(sqfs *fs, sqfs_inode *inode, const char *path) {
    char target[PATH_MAX];
    size_t size = sizeof target;
    if (sqfs_readlink(fs, inode, target, &size)) {
        errno = EIO;
        return -1;
    }
    unlink(path);
    return symlink(target, path);
}

static int write_directory(sqfs_inode *inode, const char *path) {
    return mkdir(path, (inode->base.mode & 0777) | 0700) && errno != EEXIST ? -1 : 0;
}

static int write_entry(sqfs *fs, sqfs_inode *inode, const char *path) {
    if (S_ISDIR(inode->base.mode)) return write_directory(inode, path);
    if (S_ISLNK(inode->base.mode)) return write_link(fs, inode, path);
    if (S_ISREG(inode->base.mode)) return write_file(fs, inode, path);
    return 0;
}

static void make_parents(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0755);
        *slash = '/';
    }
}

static long extract_tree(sqfs *fs, const char *target, const char *pattern, int list) {
    sqfs_traverse walk;
    sqfs_err error = SQFS_OK;
    long written = 0;
    if (sqfs_traverse_open(&walk, fs, sqfs_inode_root(fs))) return -1;
    while (written >= 0 && sqfs_traverse_next(&walk, &error)) {
        char path[PATH_MAX];
        sqfs_inode inode;
        if (walk.dir_end || (pattern && fnmatch(pattern, walk.path, FNM_PATHNAME | FNM_LEADING_DIR))) continue;
        if (snprintf(path, sizeof path, "%s/%s", target, walk.path) >= (int)sizeof path) errno = ENAMETOOLONG;
        else if (sqfs_inode_get(fs, &inode, sqfs_dentry_inode(&walk.entry))) errno = EIO;
        else {
            if (pattern) make_parents(path);
            if (!write_entry(fs, &inode, path)) {
                written++;
                if (list) puts(path);
                continue;
            }
        }
        complain("cannot extract %s: %s", path, strerror(errno));
        written = -1;
    }
    sqfs_traverse_close(&walk);
    if (error) complain("the image is damaged");
    return error ? -1 : written;
}

long image_extract(const struct image *image, const char *target, const char *pattern, int list) {
    sqfs fs;
    if (sqfs_open_image(&fs, image->path, (size_t)image->offset)) return -1;  /* it has said why */
    long written = -1;
    if (mkdir(target, 0755) && errno != EEXIST) complain("cannot make %s: %s", target, strerror(errno));
    else written = extract_tree(&fs, target, pattern, list);
    sqfs_fd_close(fs.fd);  /* opened without O_CLOEXEC: the program would inherit it */
    sqfs_destroy(&fs);
    return written;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status, (void)kind, (void)where;
    return remove(path);
}

/* The program's exit becomes ours; signals meant for it reach it. The terminal sends SIGINT, SIGQUIT and SIGTSTP to both of us. */
static int wait_for(pid_t child, const sigset_t *signals) {
    for (;;) {
        siginfo_t info;
        int status, number = sigwaitinfo(signals, &info);
        if (number == SIGCHLD) {
            if (waitpid(child, &status, WNOHANG) == child) return status;
        } else if (number > 0 && info.si_pid != child && (info.si_code <= 0 || number == SIGHUP || number == SIGTERM)) {
            kill(child, number);
        }
    }
}

int image_extract_and_run(const struct image *image, char **argv) {
    char directory[PATH_MAX];
    if (temporary_directory(directory, "appimage_extracted_", 1)) {
        complain("cannot extract: no temporary directory that allows programs to run (set TMPDIR): %s", strerror(errno));
        return 127;
    }
    if (image_extract(image, directory, NULL, 0) < 0) {
        nftw(directory, remove_one, 64, FTW_DEPTH | FTW_PHYS);
        return 127;
    }
    sigset_t signals, before;
    sigemptyset(&signals);
    const int passed_on[] = {SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH};
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) sigaddset(&signals, passed_on[i]);
    sigprocmask(SIG_BLOCK, &signals, &before);
    pid_t parent = getpid(), child = fork();
    if (child < 0) {
        complain("cannot start a process: %s", strerror(errno));
        return 127;
    }
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        sigprocmask(SIG_SETMASK, &before, NULL);
        launch(image, directory, argv);
    }
    int status = wait_for(child, &signals);
    nftw(directory, remove_one, 64, FTW_DEPTH | FTW_PHYS);
    if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
    sigprocmask(SIG_SETMASK, &before, NULL);
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}
