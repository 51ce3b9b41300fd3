/** The language of a file. */
type Language = 'jsx' | 'ts' | 'tsx';

/** Files that may import models. Components of frameworks have been compiled to JavaScript when they are examined. */
export const importerFiles: RegExp = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|mdx?)(?:\?|$)/;

/**
 * The syntax tree (ESTree) of an importer; `undefined` if it cannot be parsed, for example before another plugin has compiled it to
 * JavaScript. All bundlers use the same parser, because only some have their own; it is loaded on first use.
 */
export async function parseImporter(code: string, file: string): Promise<unknown> {
  const { parseSync } = await import('oxc-parser');
  const { program, errors } = parseSync(file, code, { lang: languageOf(file), sourceType: 'module', preserveParens: false });
  return errors.length > 0 ? undefined : program;
}

/** JSX may occur in files with any extension except those of TypeScript, where it would be parsed as a type. */
function languageOf(file: string): Language {
  const [, language = ''] = /\.[cm]?(tsx?)(?:\?|$)/.exec(file) ?? [];
  return language === 'ts' || language === 'tsx' ? language : 'jsx';
}
