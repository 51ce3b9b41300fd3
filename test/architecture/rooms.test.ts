/** The import rules of docs/architecture.md. A room is a folder, or a file with a separate rule. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageSources, root, type SourceFile } from './sources.ts';

/** Modules that everything may use; they do not depend on networks. */
const ground = ['budget', 'bytes', 'diagnostics'];
/** The representation of nets, which layers, formats and passes share. */
const netIr = ['net/net.ts', 'net/weight.ts', 'net/model.ts', 'net/names.ts'];

/** Rooms of `src`, each with the rooms or files that it may import; a room may always import itself and the rooms inside of it. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  bytes: [],
  budget: ['diagnostics'],
  kernels: [],
  runtime: [],
  interpreter: ['bytes', 'runtime', 'net/layers', 'net/format', ...netIr],
  diagnostics: [],
  options: [...ground],

  'graph/ir': [...ground],
  'graph/ops': [...ground, 'graph/ir', 'kernels'],
  'graph/decompositions': [...ground, 'graph/ir', 'graph/ops'],
  'graph/layout': [...ground, 'graph/ir', 'graph/ops'],
  'graph/stages': [...ground, 'options', 'graph/ir', 'graph/ops', 'graph/decompositions'],
  'graph/rewrites': [...ground, 'graph/ir', 'graph/ops', 'graph/decompositions', 'graph/layout', 'graph/stages'],

  'net/layers': ['bytes', 'kernels', ...netIr],
  'net/format': [...ground, ...netIr, 'net/layers'],
  net: [...ground, 'net/layers', 'net/format'],
  'net/half': ['kernels', 'net', 'net/layers'],
  'net/passes': [...ground, 'options', 'kernels', 'net', 'net/layers'],

  importers: [...ground, 'options', 'graph/ir', ...netIr],
  'importers/formats.ts': [
    'diagnostics',
    'importers',
    'importers/onnx',
    'importers/mxnet',
    'importers/caffe',
    'importers/ncnn',
    'importers/torch',
  ],
  'importers/onnx': [...ground, 'options', 'importers', 'graph/ir', 'graph/ops'],
  'importers/mxnet': [...ground, 'options', 'importers', 'graph/ir', 'graph/decompositions'],
  'importers/torch': [
    ...[...ground, 'options', 'importers'],
    ...['importers/torch/archive', 'importers/torch/exported', 'importers/torch/graphless', 'importers/torch/script'],
  ],
  'importers/torch/exported': [
    ...[...ground, 'options', 'importers', 'graph/ir', 'importers/torch/archive', 'importers/torch/values'],
    'importers/torch/trace',
  ],
  'importers/torch/values': ['budget', 'graph/ir'],
  'importers/torch/aten': ['graph/ir', 'importers/torch/values'],
  'importers/torch/trace': [...ground, 'graph/ir', 'graph/decompositions', 'importers/torch/values', 'importers/torch/aten'],
  'importers/caffe': [...ground, 'options', 'importers', ...netIr, 'net/layers'],
  'importers/ncnn': [...ground, 'options', 'importers', 'net', 'net/layers', 'net/format'],
  'importers/torch/archive': [...ground, 'importers', 'graph/ir'],
  'importers/torch/graphless': [...ground, 'importers', 'importers/torch/archive'],
  'importers/torch/script': [
    ...[...ground, 'options', 'importers', 'graph/ir'],
    ...['importers/torch/archive', 'importers/torch/values', 'importers/torch/trace'],
  ],
  lower: [...ground, 'kernels', 'graph/ir', 'graph/ops', 'graph/decompositions', 'graph/stages', ...netIr, 'net/layers'],

  emit: [...ground, 'net', 'net/half', 'net/layers', 'net/format', 'runtime'],
  report: [...ground, 'net', 'net/half', 'net/layers', 'net/passes', 'emit'],
  verify: [...ground, 'options', 'kernels', 'graph/ir', 'graph/stages', 'net', 'net/half'],
  pipeline: [
    ...[...ground, 'options', 'importers', 'importers/formats.ts', 'graph/ir', 'graph/stages', 'graph/rewrites', 'lower'],
    ...['net', 'net/format', 'net/half', 'net/passes', 'emit', 'report', 'verify'],
  ],

  execution: [...ground, 'emit', 'interpreter', 'net', 'runtime', 'verify'],
  onnxruntime: [...ground, 'files', 'graph/ir', 'verify'],
  files: ['bytes', 'diagnostics', 'emit', 'importers', 'importers/formats.ts'],
  'api.ts': ['diagnostics', 'options', 'emit', 'execution', 'files', 'net', 'net/passes', 'onnxruntime', 'pipeline', 'report', 'verify'],
  project: [...ground, 'options', 'api.ts', 'emit', 'files', 'net/format', 'pipeline', 'report'],
  cli: ['budget', 'diagnostics', 'options', 'api.ts', 'files', 'pipeline', 'project'],
  'cli.ts': ['cli'],
  plugin: [...ground, 'emit', 'files', 'pipeline', 'project', 'report', 'runtime', 'interpreter', 'net/format', 'net/layers'],
  register: ['diagnostics', 'emit', 'plugin/bundlerError.ts', 'project'],
  'index.ts': ['plugin', 'project'],
  bundlers: ['index.ts'],
};

/** Rooms up to and including `pipeline`, whose code runs in any environment: without Node modules or globals. */
const anywhere =
  /^(?:budget|bytes|kernels|diagnostics|options|graph|net|importers|lower|emit|report|verify|pipeline|interpreter|execution)\b/;

const sources = packageSources();
const names = Object.keys(rooms).sort((left, right) => right.length - left.length);

/** The innermost listed room of a file. */
function roomOf(file: string): string | undefined {
  return names.find((room) => file === room || file.startsWith(`${room}/`));
}

/** The files of a room, without those of folders that are listed separately. */
function filesIn(room: string): readonly SourceFile[] {
  return sources.filter(({ name }) => roomOf(name) === room);
}

it('lists every folder of src', () => {
  expect(sources.filter(({ name }) => roomOf(name) === undefined).map(({ name }) => name)).toEqual([]);
});

it('lists no empty room', () => {
  expect(names.filter((room) => filesIn(room).length === 0)).toEqual([]);
});

it('recognizes every kind of import', () => {
  const importsOf = (file: string): unknown => sources.find(({ name }) => name === file)?.imports;
  expect(importsOf('lower/lower.ts')).toContainEqual(expect.objectContaining({ target: 'graph/stages/infer.ts', isType: false }));
  expect(importsOf('importers/formats.ts')).toContainEqual(
    expect.objectContaining({ target: 'importers/onnx/importer.ts', isDynamic: true }),
  );
  expect(importsOf('emit/artifact.ts')).toContainEqual(expect.objectContaining({ target: 'net/model.ts', isType: true }));
  expect(importsOf('plugin/inlineIds/inlineIds.ts')).toContainEqual(expect.objectContaining({ target: 'magic-string', isFile: false }));
});

describe.each(Object.entries(rooms))('%s', (room, allowed) => {
  it(`imports ${allowed.join(', ') || 'no other room'}`, () => {
    const targets = filesIn(room).flatMap(({ name, imports }) =>
      imports.flatMap(({ target, isFile }) => (isFile && target !== '../package.json' ? [{ name, target, to: roomOf(target) ?? '' }] : [])),
    );
    const others = targets.filter(({ target, to }) => to !== room && !allowed.includes(to) && !allowed.includes(target));
    expect(others.map(({ name, target }) => `${name} -> ${target}`)).toEqual([]);
  });
});

it('loads each importer only for a file of its format', () => {
  const folderOf = (name: string): string => /^importers\/\w+\//.exec(name)?.[0] ?? '';
  const loads = sources.flatMap(({ name, imports }) =>
    imports.flatMap(({ target, isType, isDynamic }) =>
      !isType && !isDynamic && folderOf(target) !== '' && folderOf(target) !== folderOf(name) ? [`${name} -> ${target}`] : [],
    ),
  );
  expect(loads).toEqual([]);
  expect(sources.flatMap(({ imports }) => imports.filter(({ target, isDynamic }) => isDynamic && folderOf(target) !== ''))).toHaveLength(5);
});

it('needs no Node modules down to the pipeline', () => {
  const global = /\b(?:Buffer\.|process\.|__dirname|setTimeout|Date\.now|console\.)/;
  const offenders = sources.filter(
    ({ name, text, imports }) =>
      anywhere.test(name) && (imports.some(({ target }) => target.startsWith('node:')) || global.test(code(text))),
  );
  expect(offenders.map(({ name }) => name)).toEqual([]);
});

it('has no import cycles', () => {
  // Two files may refer to each other's types.
  const next = new Map(sources.map(({ name, imports }) => [name, imports.filter(({ isType }) => !isType).map(({ target }) => target)]));
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

it('has each folder in the picture of docs/architecture.md', () => {
  const page = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
  const [, picture = ''] = /```\n(.*?)```/s.exec(page) ?? [];
  // The families of `lower` are those of `graph/ops`.
  const folders = new Set(
    sources.flatMap(({ name }) =>
      name
        .split('/')
        .slice(0, -1)
        .slice(0, name.startsWith('lower/') ? 1 : 2),
    ),
  );
  expect(folders.size).toBeGreaterThan(40);
  expect([...folders].filter((folder) => !picture.includes(`${folder}/`))).toEqual([]);
});

/** The code without comments and strings, which may contain any word. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, '');
}
