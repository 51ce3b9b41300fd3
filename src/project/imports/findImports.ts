import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importerFiles } from './parseImporter.ts';
import { modelImport, splitId } from './query.ts';

/** An import of a model in a project's source, as it is written. */
export interface FoundImport {
  readonly specifier: string;
  /** Absolute path of the file it stands in. */
  readonly importer: string;
}

/** Folders of other people's sources, and of what tools make. */
const passedOver: ReadonlySet<string> = new Set(['node_modules', 'bower_components', 'dist', 'coverage']);

/** Finds the imports of models in all sources below a folder, sorted; without a bundler, which would have to build all of it. */
export async function findImports(root: string): Promise<readonly FoundImport[]> {
  const found: FoundImport[] = [];
  for (const importer of sourcesBelow(root)) {
    found.push(...(await importsIn(importer)).map((specifier) => ({ specifier, importer })));
  }
  return found;
}

/** The specifiers by which one source imports models, as they are written, each once. */
export async function importsIn(file: string): Promise<readonly string[]> {
  const code = readFileSync(file, 'utf8');
  if (!/[?&]ncnn\b/.test(code)) return [];
  const specifiers = new Set((await Promise.all(scriptsOf(code, file).map((script) => specifiersOf(script)))).flat());
  return [...specifiers].filter((specifier) => modelImport.test(specifier));
}

/**
 * How an import that a bundler hands over is written in its source: plugins for aliases come first, and give a path in place of the
 * words. Those are found by what they resolve to; none, where the source does not hold them.
 */
export async function writtenAs(
  specifier: string,
  importer: string | undefined,
  id: string,
  resolve: (written: string) => Promise<string | undefined>,
): Promise<readonly string[]> {
  if (!path.isAbsolute(specifier) || importer === undefined) return [specifier];
  const file = splitId(importer).file;
  const written = existsSync(file) ? await importsIn(file) : [];
  if (written.includes(specifier)) return [specifier];
  const others = written.filter((other) => !/^\.{1,2}\//.test(other));
  const ids = await Promise.all(others.map((other) => resolve(other).catch(() => undefined)));
  return others.filter((_, index) => ids[index] === id);
}

function* sourcesBelow(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('.') && !passedOver.has(entry.name)) yield* sourcesBelow(file);
    // Declarations name modules, they do not import them.
    if (entry.isFile() && importerFiles.test(entry.name) && !/\.d\.[cm]?ts$/.test(entry.name)) yield file;
  }
}

interface Script {
  readonly code: string;
  /** A name that tells the language. */
  readonly file: string;
}

/** The code in a file: all of it, or what a component or document has of it. */
function scriptsOf(code: string, file: string): readonly Script[] {
  switch (path.extname(file)) {
    case '.vue':
    case '.svelte':
      return tagged(code, file);
    case '.astro': {
      const [, front = ''] = /^\s*---\r?\n([\s\S]*?)\r?\n---/.exec(code) ?? [];
      return [{ code: front, file: `${file}.ts` }, ...tagged(code, file)];
    }
    case '.md':
    case '.mdx':
      return [{ code: code.match(/^(?:import|export)\b.*$/gm)?.join('\n') ?? '', file: `${file}.tsx` }, ...tagged(code, file)];
    default:
      return [{ code, file }];
  }
}

function tagged(code: string, file: string): readonly Script[] {
  const tags = code.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi);
  // TypeScript without JSX reads plain JavaScript as well.
  return [...tags].map(([, attributes = '', body = '']) => ({
    code: body,
    file: `${file}${/\b[jt]sx\b/.test(attributes) ? '.tsx' : '.ts'}`,
  }));
}

/** All that a script imports, statically or not, values or types. */
async function specifiersOf({ code, file }: Script): Promise<readonly string[]> {
  const { parseSync } = await import('oxc-parser');
  const lang = /\.[cm]?ts$/.test(file) ? 'ts' : 'tsx';
  const parsed = parseSync(file, code, { lang, sourceType: 'module' });
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const written = dynamicImports.map(({ moduleRequest: { start, end } }) => literal(code.slice(start, end)));
  return [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
    ...written.filter((specifier) => specifier !== undefined),
    ...required(without(parsed.comments, code)),
  ];
}

/** The value of a string without escapes; what is computed is nobody's to know. */
function literal(source: string): string | undefined {
  return /^(['"`])([^'"`\\$]*)\1$/.exec(source.trim())?.[2];
}

function without(parts: readonly { readonly start: number; readonly end: number }[], code: string): string {
  return [...parts].reverse().reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), code);
}

/** What CommonJS requires, and types that name a module in place. */
function required(code: string): readonly string[] {
  const calls = code.matchAll(/\b(?:require|typeof import)\(\s*(['"])([^'"\n]*)\1\s*\)/g);
  return [...calls].map(([, , specifier = '']) => specifier);
}
