/*
 * Preloaded into a process by disk.test.ts: while the file named by TRIAD_DISK_ERROR exists, its one letter says which calls on files of the
 * state fail with EIO ('w' write, 's' sync). A sync that fails loses nothing here: it stands for what the kernel tells of it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int fd, char which) {
  const char *flag = getenv("TRIAD_DISK_ERROR");
  char link[64], path[4096], letter = 0;
  if (flag == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (strstr(path, "state.sqlite") == NULL) return 0;
  int file = (int)syscall(SYS_openat, AT_FDCWD, flag, O_RDONLY);
  if (file < 0) return 0;
  syscall(SYS_read, file, &letter, 1);
  syscall(SYS_close, file);
  if (letter != which) return 0;
  errno = EIO;
  return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t length) { return fails(fd, 'w') ? -1 : NEXT(write)(fd, bytes, length); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return fails(fd, 'w') ? -1 : NEXT(pwrite)(fd, bytes, length, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) { return fails(fd, 'w') ? -1 : NEXT(pwrite64)(fd, bytes, length, at); }
int fsync(int fd) { return fails(fd, 's') ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return fails(fd, 's') ? -1 : NEXT(fdatasync)(fd); }
