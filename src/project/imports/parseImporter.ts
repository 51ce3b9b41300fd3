/** What a file may be written in. */
type Language = 'jsx' | 'ts' | 'tsx';

/** Files that may import models. Those of frameworks are JavaScript by the time they are looked at. */
export const importerFiles: RegExp = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|mdx?)(?:\?|$)/;

/**
 * The syntax tree (ESTree) of an importer; `undefined` where it cannot be parsed, as before another plugin has made it
 * JavaScript. One parser for all bundlers, as only some have one themselves; it is loaded when it is first needed.
 */
export async function parseImporter(code: string, file: string): Promise<unknown> {
  const { parseSync } = await import('oxc-parser');
  const { program, errors } = parseSync(file, code, { lang: languageOf(file), sourceType: 'module', preserveParens: false });
  return errors.length > 0 ? undefined : program;
}

/** JSX stands in files with any ending but those of TypeScript, where it would be taken for a type. */
function languageOf(file: string): Language {
  const [, language = ''] = /\.[cm]?(tsx?)(?:\?|$)/.exec(file) ?? [];
  return language === 'ts' || language === 'tsx' ? language : 'jsx';
}
