import { ncnnError } from '../diagnostics/diagnostic.ts';

/** Pieces of C source that any name and any compiler can stand. */

/**
 * A name for the inside of a block comment, in quotes. Escaped is what would end the comment, begin another one, be a trigraph, or not
 * be seen as what it is: control characters, marks of direction.
 */
export function commentName(name: string): string {
  return JSON.stringify(name)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll('*/', '*\\/')
    .replaceAll('/*', '/\\*')
    .replaceAll('??', '?\\?');
}

/**
 * A file name as `#include`, `#embed` and `.incbin` take it, with its quotes. They know no escapes: throws `NcnnError` (`option-invalid`)
 * for a name that would need one.
 */
export function includeName(file: string): string {
  if (!/["\\\p{Cc}]/u.test(file)) return `"${file}"`;
  throw ncnnError('option-invalid', `the name ${JSON.stringify(file)} cannot stand in C source`, 'Rename the model.');
}

/**
 * Defines a macro that gives a variable 16 bytes of alignment, as ncnn's loads like it, in C99, C11, C23 and C++.
 * It goes in front of the declaration.
 */
export function alignmentMacro(name: string): string {
  return `#if defined(__cplusplus) && __cplusplus >= 201103L
#define ${name} alignas(16)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define ${name} _Alignas(16)
#elif defined(_MSC_VER)
#define ${name} __declspec(align(16))
#else
#define ${name} __attribute__((aligned(16)))
#endif
`;
}

/** Text as a piece of a file. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
