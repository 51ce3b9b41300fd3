/** Header names, without extension, that a model's header must not have, because an `#include` of theirs would find the model's header. */
const takenNames: ReadonlySet<string> = new Set(
  [
    // ncnn
    'allocator benchmark blob c_api command cpu datareader expression gpu layer layer_shader_type layer_shader_type_enum layer_type',
    'layer_type_enum mat modelbin net option paramdict pipeline pipelinecache platform simplemath simpleocv simpleomp simplestl simplevk',
    // C, and C++ headers with the same names
    'assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbit stdbool stdckdint',
    'stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype',
    // POSIX
    'aio alloca byteswap cpio dirent dlfcn elf endian err error fcntl features fmtmsg fnmatch ftw getopt glob grp iconv langinfo libgen libintl link',
    'malloc memory monetary mqueue ndbm netdb nl_types poll pthread pwd regex resource sched search semaphore spawn strings stropts syslog tar',
    'termios trace ucontext ulimit unistd utime utmpx values wordexp xlocale',
    // Windows
    'conio direct dos intrin io mem process share windows winbase winsock2',
    // Compilers, and libraries that ncnn is built with
    'arm_neon immintrin omp opencv2 config version',
  ].flatMap((names) => names.split(' ')),
);

/** Whether `<stem>.h` could be mistaken for another header. Letter case is ignored, as on some file systems. */
export function isTakenHeader(stem: string): boolean {
  return takenNames.has(stem.toLowerCase());
}
