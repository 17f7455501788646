/*
 * Preloaded into a process by tests: while the file named by DISK_ERROR exists, its one letter says which calls fail on files whose path has the
 * text of DISK_FILES (the state's, where it is not set): 'w' write and 's' sync with EIO; 'r' everything that would change the disk with
 * EROFS, as on a file system that turns read-only under its users. A sync that fails loses nothing here: it stands for what the kernel tells of it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* The letter that stands now, 0 for none. */
static char standing(void) {
  const char *flag = getenv("DISK_ERROR");
  char letter = 0;
  if (flag == NULL) return 0;
  int file = (int)syscall(SYS_openat, AT_FDCWD, flag, O_RDONLY);
  if (file < 0) return 0;
  syscall(SYS_read, file, &letter, 1);
  syscall(SYS_close, file);
  return letter;
}

static int is_meant(const char *path) {
  const char *files = getenv("DISK_FILES");
  return strstr(path, files == NULL ? "state.sqlite" : files) != NULL;
}

static int fails(int fd, char which) {
  char link[64], path[4096];
  if (getenv("DISK_ERROR") == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (!is_meant(path)) return 0;
  char letter = standing();
  if (letter == 'r' && which == 'w') errno = EROFS;
  else if (letter == which) errno = EIO;
  else return 0;
  return 1;
}

/* Whether a call on a name is refused. */
static int bars(const char *path) {
  if (!is_meant(path) || standing() != 'r') return 0;
  errno = EROFS;
  return 1;
}

static int opens_to_write(int flags) { return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0; }

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t length) { return fails(fd, 'w') ? -1 : NEXT(write)(fd, bytes, length); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return fails(fd, 'w') ? -1 : NEXT(pwrite)(fd, bytes, length, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) { return fails(fd, 'w') ? -1 : NEXT(pwrite64)(fd, bytes, length, at); }
int fsync(int fd) { return fails(fd, 's') ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return fails(fd, 's') ? -1 : NEXT(fdatasync)(fd); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return fails(fd, 'w') ? -1 : NEXT(writev)(fd, parts, count); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return fails(fd, 'w') ? -1 : NEXT(pwritev)(fd, parts, count, at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) { return fails(fd, 'w') ? -1 : NEXT(pwritev64)(fd, parts, count, at); }
int ftruncate(int fd, off_t length) { return fails(fd, 'w') ? -1 : NEXT(ftruncate)(fd, length); }
int ftruncate64(int fd, off64_t length) { return fails(fd, 'w') ? -1 : NEXT(ftruncate64)(fd, length); }
int rename(const char *from, const char *to) { return bars(from) ? -1 : NEXT(rename)(from, to); }
int unlink(const char *path) { return bars(path) ? -1 : NEXT(unlink)(path); }

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    return opens_to_write(flags) && bars(path) ? -1 : NEXT(name)(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
