/** The rules of docs/architecture.md on who may know whom, read off the imports. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** What everything may use; it knows nothing of networks. */
const ground = ['bytes', 'diagnostics'];

/** Rooms of `src` by name, each with the rooms it may import from; a room may always import from itself. */
const known: Readonly<Record<string, readonly string[]>> = {
  bytes: [],
  kernels: [],
  runtime: [],
  options: [...ground],
  diagnostics: ['options'],
  graph: [...ground, 'options', 'kernels'],
  net: [...ground, 'kernels'],
  lower: [...ground, 'options', 'kernels', 'graph', 'net'],
  importers: [...ground, 'options', 'graph', 'net'],
  emit: [...ground, 'net', 'runtime'],
  verify: [...ground, 'options', 'kernels', 'graph', 'net'],
  report: [...ground, 'net', 'emit'],
  pipeline: [...ground, 'options', 'graph', 'net', 'lower', 'importers', 'emit', 'verify', 'report'],
  onnxruntime: [...ground, 'graph', 'verify'],
  files: [...ground, 'importers', 'emit'],
  project: [...ground, 'options', 'api.ts', 'emit', 'files', 'report', 'pipeline', 'plugin'],
};

/** Rooms whose code runs anywhere: no module of Node, and none of its globals. */
const anywhere = [
  'bytes',
  'kernels',
  'diagnostics',
  'options',
  'graph',
  'net',
  'lower',
  'importers',
  'emit',
  'verify',
  'report',
  'pipeline',
];

/** What the fronts may know: the interface for scripts and what is shared. */
const fronts: Readonly<Record<string, readonly string[]>> = {
  cli: [...ground, 'options', 'api.ts', 'files', 'pipeline', 'project'],
  plugin: [...ground, 'options', 'api.ts', 'emit', 'files', 'report', 'pipeline', 'project'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** Files of `src`, by path from there. */
  readonly inner: readonly string[];
  /** Packages and modules of Node. */
  readonly outer: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /(?<!\.test)\.ts$/.test(name))
  .map((name) => {
    const text = readFileSync(path.join(source, name), 'utf8');
    // Generated code in template strings is indented, imports of a file are not.
    const specifiers = [...text.matchAll(/^(?:import|export)\b[^;'"`]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('(\.[^']+)'\)/gm)].map(
      ([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '',
    );
    const inner = specifiers.filter((specifier) => specifier.startsWith('.'));
    return {
      name,
      text,
      inner: inner.map((specifier) => path.posix.join(path.posix.dirname(name), specifier)),
      outer: specifiers.filter((specifier) => !specifier.startsWith('.')),
    };
  });

const roomOf = (name: string): string => name.split('/', 1)[0] ?? '';
const imports: readonly Import[] = files.flatMap(({ name, inner }) => inner.map((to) => ({ from: name, to })));
const inRoom = (room: string): readonly SourceFile[] => files.filter(({ name }) => roomOf(name) === room);

it('sees the imports', () => {
  expect(imports).toContainEqual({ from: 'lower/lower.ts', to: 'graph/stages/infer.ts' });
  expect(imports).toContainEqual({ from: 'importers/formats.ts', to: 'importers/onnx/importer.ts' });
  expect(inRoom('plugin').flatMap(({ outer }) => outer)).toContain('magic-string');
});

describe.each(Object.entries({ ...known, ...fronts }))('%s', (room, allowed) => {
  it(`knows ${allowed.join(', ') || 'nothing else'}`, () => {
    const others = imports.filter(({ from, to }) => roomOf(from) === room && roomOf(to) !== room);
    expect(others.filter(({ to }) => !allowed.includes(roomOf(to)) && to !== '../package.json')).toEqual([]);
  });
});

it('has each folder in the picture of docs/architecture.md', () => {
  const page = readFileSync(path.join(source, '../docs/architecture.md'), 'utf8');
  const [, picture = ''] = /```\n(.*?)```/s.exec(page) ?? [];
  const folders = new Set(files.flatMap(({ name }) => name.split('/').slice(0, -1)).filter((name) => name !== ''));
  const outer = new Set(files.map(({ name }) => roomOf(name)).filter((name) => !name.endsWith('.ts')));
  expect(outer.size).toBeGreaterThan(12);
  for (const room of outer) expect(page).toContain(`${room}/`);
  const inner = ['plugin', 'report', 'importers', 'graph', 'net'].flatMap((room) =>
    inRoom(room).flatMap(({ name }) =>
      name
        .split('/')
        .slice(1, 2)
        .filter((folder) => !folder.endsWith('.ts')),
    ),
  );
  expect(inner.filter((folder) => folders.has(folder) && !picture.includes(`${folder}/`))).toEqual([]);
});

it.each(anywhere)('%s needs nothing of Node', (room) => {
  const offenders = inRoom(room).filter(({ outer, text }) => {
    return (
      outer.some((name) => name.startsWith('node:')) || /\b(Buffer\.|process\.|__dirname|setTimeout|Date\.now|console\.)/.test(code(text))
    );
  });
  expect(offenders.map(({ name }) => name)).toEqual([]);
});

it('has no circle of files', () => {
  const next = new Map(files.map(({ name, text }) => [name, valueImports(name, text)]));
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    if (finished.has(name)) return;
    const start = trail.indexOf(name);
    if (start !== -1) {
      circles.push([...trail.slice(start), name].join(' -> '));
      return;
    }
    for (const target of next.get(name) ?? []) visit(target, [...trail, name]);
    finished.add(name);
  };
  for (const name of next.keys()) visit(name, []);
  expect(circles).toEqual([]);
});

/** Without comments and strings, in which any word may stand. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, '');
}

/** Imports that are there when the code runs; two files may describe their types in terms of each other. */
function valueImports(name: string, text: string): readonly string[] {
  return [...text.matchAll(/^(?:import|export)\s+(?!type\b)[^;'"`]*?\bfrom '(\.[^']+)'/gm)].map(([, specifier = '']) =>
    path.posix.join(path.posix.dirname(name), specifier),
  );
}
