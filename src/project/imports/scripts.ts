import path from 'node:path';

/** A piece of JavaScript or TypeScript in a source. */
export interface Script {
  readonly code: string;
  /** A name whose extension determines the language. */
  readonly file: string;
}

/** The code in a file: all of it, or the scripts of a component or document. */
export function scriptsOf(code: string, file: string): readonly Script[] {
  switch (path.extname(file)) {
    case '.vue':
    case '.svelte':
      return scriptTags(code, file);
    case '.astro': {
      const [, frontmatter = ''] = /^\s*---\r?\n([\s\S]*?)\r?\n---/.exec(code) ?? [];
      return [{ code: frontmatter, file: `${file}.ts` }, ...scriptTags(code, file)];
    }
    case '.md':
    case '.mdx':
      return [{ code: code.match(/^(?:import|export)\b.*$/gm)?.join('\n') ?? '', file: `${file}.tsx` }, ...scriptTags(code, file)];
    default:
      return [{ code, file }];
  }
}

function scriptTags(code: string, file: string): readonly Script[] {
  const tags = code.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi);
  // TypeScript without JSX also parses plain JavaScript.
  return [...tags].map(([, attributes = '', body = '']) => ({
    code: body,
    file: `${file}${/\b[jt]sx\b/.test(attributes) ? '.tsx' : '.ts'}`,
  }));
}
