import { ncnnError } from '../diagnostics/diagnostic.ts';

/** Parts of C source that are safe for any name and any compiler. */

/**
 * A quoted name for use inside a block comment. Escapes whatever would end the comment, start another one, form a trigraph, or be
 * invisible: control characters and bidirectional marks.
 */
export function commentName(name: string): string {
  return JSON.stringify(name)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll('*/', '*\\/')
    .replaceAll('/*', '/\\*')
    .replaceAll('??', '?\\?');
}

/**
 * A quoted file name for `#include`, `#embed` and `.incbin`, which have no escapes. Throws `NcnnError` (`option-invalid`) for a name that
 * would need one.
 */
export function includeName(file: string): string {
  if (!/["\\\p{Cc}]/u.test(file)) return `"${file}"`;
  throw ncnnError('option-invalid', `the name ${JSON.stringify(file)} cannot be written in C source`, 'Rename the model.');
}

/**
 * Defines a macro that aligns a variable to 16 bytes, which suits ncnn's loads, in C99, C11, C23 and C++. Use it before the declaration.
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

/** Text as UTF-8 bytes. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
