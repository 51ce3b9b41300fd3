import type { Artifact, Emitter } from './artifact.ts';
import { binFiles } from './bin.ts';
import { cHeader, cNames } from './cHeader.ts';
import { commentName, includeName, utf8 } from './cText.ts';
import { paramBinFiles } from './paramBin.ts';

/**
 * `<stem>.incbin.h` and `<stem>.incbin.S`, with `<stem>.param.bin` and `<stem>.bin`. The assembler (GNU or clang; ELF, Mach-O or COFF)
 * reads the bytes from these two files.
 */
export const incbinFiles: Emitter = (artifact) => {
  const { stem } = artifact;
  // Checks the name: the header is included in C, like those of the other forms.
  includeName(stem);
  return [
    { name: `${stem}.incbin.h`, chunks: () => [utf8(cHeader(artifact))] },
    { name: `${stem}.incbin.S`, chunks: () => [utf8(assembly(artifact))] },
    ...paramBinFiles(artifact),
    ...binFiles(artifact),
  ];
};

function assembly(artifact: Artifact): string {
  const { stem } = artifact;
  const { param, bin } = cNames(artifact);
  return `/* The bytes of ${commentName(stem)}, written by unplugin-ncnn. The assembler searches for the files in the working directory and in
   the -I folders: pass -I with the folder of this file. */

/* Some systems prefix C names with an underscore. */
#if defined(__APPLE__) || (defined(_WIN32) && defined(__i386__))
#define SYMBOL(name) _##name
#else
#define SYMBOL(name) name
#endif

#if __SIZEOF_SIZE_T__ == 8
#define SIZE .quad
#else
#define SIZE .long
#endif

#if defined(__ELF__)
#define IS_OBJECT(name) .type SYMBOL(name), %object
#define HAS_SIZE(name) .size SYMBOL(name), . - SYMBOL(name)
#else
#define IS_OBJECT(name)
#define HAS_SIZE(name)
#endif

#if defined(__APPLE__)
    .section __TEXT,__const
#elif defined(_WIN32)
    .section .rdata,"dr"
#else
    .section .rodata
#endif
${part(param, includeName(`${stem}.param.bin`), artifact.paramBin.byteLength)}${part(bin, includeName(`${stem}.bin`), artifact.binLength)}
#if defined(__ELF__)
    .section .note.GNU-stack,"",%progbits
#endif
`;
}

function part(name: string, file: string, length: number): string {
  return `
    .globl SYMBOL(${name})
    IS_OBJECT(${name})
    .p2align 4
SYMBOL(${name}):
    ${length === 0 ? '.byte 0' : `.incbin ${file}`}
    HAS_SIZE(${name})

    .globl SYMBOL(${name}_len)
    IS_OBJECT(${name}_len)
    .p2align 3
SYMBOL(${name}_len):
    SIZE ${length}
    HAS_SIZE(${name}_len)
`;
}
