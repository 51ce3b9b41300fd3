import type { Script } from './scripts.ts';

/** All imports of a script: static or dynamic, values or types, as ES modules or by `require`. */
export async function specifiersOf({ code, file }: Script): Promise<readonly string[]> {
  const { parseSync } = await import('oxc-parser');
  const lang = /\.[cm]?ts$/.test(file) ? 'ts' : 'tsx';
  const parsed = parseSync(file, code, { lang, sourceType: 'module' });
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  return [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
    ...dynamicImports.flatMap(({ moduleRequest: { start, end } }) => literalValue(code.slice(start, end)) ?? []),
    ...inlineSpecifiers(withoutRanges(code, parsed.comments)),
  ];
}

/** The value of a string literal without escapes; `undefined` for a computed specifier. */
function literalValue(source: string): string | undefined {
  return /^(['"`])([^'"`\\$]*)\1$/.exec(source.trim())?.[2];
}

function withoutRanges(code: string, ranges: readonly { readonly start: number; readonly end: number }[]): string {
  return [...ranges].reverse().reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), code);
}

/** The specifiers of `require("…")` and `typeof import("…")`. */
function inlineSpecifiers(code: string): readonly string[] {
  const calls = code.matchAll(/\b(?:require|typeof import)\(\s*(['"])([^'"\n]*)\1\s*\)/g);
  return [...calls].map(([, , specifier = '']) => specifier);
}
