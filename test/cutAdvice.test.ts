/** Checks that the model converts when cut at the tensors that a message suggests, in the syntax of the shell, the query and the option. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { convert, type Diagnostic, NcnnError } from '../src/api.ts';
import { run } from '../src/cli/run.ts';
import { noColors } from '../src/diagnostics/paint.ts';
import { queryParameters } from '../src/project/imports/importHints.ts';
import { parseQuery } from '../src/project/imports/query.ts';
import { onnxFile, type TestModel, type TestNode } from './onnxFile.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cut-'));
  file = path.join(folder, 'net.onnx');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Two images through one convolution, whose samples become an axis, then a tail of nodes on "image/scores" and "image/boxes". */
function detector(tail: readonly TestNode[], outputs: readonly string[]): TestModel {
  return {
    nodes: [
      { type: 'Conv', inputs: ['x', 'w'], outputs: ['features'] },
      { type: 'Relu', inputs: ['features'], outputs: ['active'] },
      { type: 'Sigmoid', inputs: ['active'], outputs: ['image/scores'] },
      { type: 'Exp', inputs: ['active'], outputs: ['image/boxes'] },
      ...tail,
    ],
    inputs: { x: [1, 3, 4, 4] },
    outputs: Object.fromEntries(outputs.map((name) => [name, ['n', 3]])),
    weights: { w: { dims: [4, 3, 1, 1], values: Array.from({ length: 12 }, (_, index) => index / 12) } },
  };
}

async function diagnosticsOf(model: TestModel): Promise<readonly Diagnostic[]> {
  writeFileSync(file, onnxFile(model));
  try {
    await convert(file);
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics;
    throw error;
  }
  throw new Error('the model converts');
}

/** Converts like an import with the advice in its query, and returns the outputs. */
async function pasted(model: TestModel): Promise<readonly string[]> {
  const [advice] = (await diagnosticsOf(model)).flatMap(({ advice }) => advice.filter(({ option }) => option === 'outputs'));
  if (advice === undefined) throw new Error('no cut is advised');
  const { options, diagnostics } = parseQuery(`ncnn&${queryParameters(advice).join('&')}`, file);
  expect(diagnostics).toEqual([]);
  const { artifact } = await convert(file, options);
  return artifact.model.outputs.map(({ name }) => name);
}

const suppress = { type: 'NonMaxSuppression', inputs: ['flat boxes', 'flat scores'], outputs: ['kept'] };
const flattened: readonly TestNode[] = [
  { type: 'Squeeze', inputs: ['image/boxes'], outputs: ['flat boxes'] },
  { type: 'Squeeze', inputs: ['image/scores'], outputs: ['flat scores'] },
];

describe('the advice where to cut', () => {
  it.each<[string, readonly TestNode[], readonly string[], readonly string[]]>([
    ['NonZero at the end', [{ type: 'NonZero', inputs: ['image/scores'], outputs: ['y'] }], ['y'], ['image/scores']],
    [
      'an operator nobody knows, with nodes behind',
      [
        { type: 'NoSuch', inputs: ['image/scores', 'image/boxes'], outputs: ['a'] },
        { type: 'Relu', inputs: ['a'], outputs: ['y'] },
      ],
      ['y'],
      ['image/scores', 'image/boxes'],
    ],
    [
      'several heads, of which one converts',
      [
        { type: 'Neg', inputs: ['image/boxes'], outputs: ['good'] },
        { type: 'NonZero', inputs: ['image/scores'], outputs: ['y'] },
        { type: 'Unique', inputs: ['active'], outputs: ['z'] },
      ],
      ['good', 'y', 'z'],
      ['active', 'image/scores', 'good'],
    ],
    ['suppression, with names that must be escaped', [...flattened, suppress], ['kept'], ['flat boxes', 'flat scores']],
  ])('names tensors of the model: %s', async (_what, tail, outputs, expected) => {
    expect(await pasted(detector(tail, outputs))).toEqual(expected);
  });

  it('names no tensor that exists only during conversion', async () => {
    // The batch of two becomes an axis of the image around the convolution, and the next activation is one operator for both.
    const model: TestModel = {
      nodes: [
        { type: 'Concat', inputs: ['a', 'b'], outputs: ['both'], attributes: { axis: 0 } },
        { type: 'Conv', inputs: ['both', 'w'], outputs: ['features'] },
        { type: 'Sigmoid', inputs: ['features'], outputs: ['gate'] },
        { type: 'Mul', inputs: ['features', 'gate'], outputs: ['active'] },
        { type: 'NonZero', inputs: ['active'], outputs: ['y'] },
      ],
      inputs: { a: [1, 3, 4, 4], b: [1, 3, 4, 4] },
      outputs: { y: [4, 'n'] },
      weights: { w: { dims: [4, 3, 1, 1], values: Array.from({ length: 12 }, (_, index) => index / 12) } },
    };
    expect(await pasted(model)).toEqual(['active']);
  });

  it('is missing if nothing before converts', async () => {
    const model: TestModel = { nodes: [{ type: 'NonZero', inputs: ['x'], outputs: ['y'] }], inputs: { x: [4] }, outputs: { y: [1, 'n'] } };
    expect((await diagnosticsOf(model)).map(({ advice }) => advice)).toEqual([[]]);
  });

  it('can be pasted into a shell and a query, whatever the names', async () => {
    const odd = ['a b&c', "it's #1", 'größe/模型:0', 'x!y?%41', '`tick`', '--output', 'a=b', '$HOME', '\\"'];
    const nodes: TestNode[] = odd.map((name, index) => ({ type: index % 2 ? 'Exp' : 'Sigmoid', inputs: ['x'], outputs: [name] }));
    const model: TestModel = {
      nodes: [...nodes, { type: 'NoSuch', inputs: odd, outputs: ['y'] }],
      inputs: { x: [1, 4] },
      outputs: { y: [1, 4] },
    };
    expect(await pasted(model)).toEqual(odd);

    const lines: string[] = [];
    const terminal = { print: () => {}, log: (line: string) => void lines.push(line), paint: noColors };
    const out = path.join(folder, 'out');
    expect(await run(['convert', file, '-o', out], terminal)).toBe(1);
    const [, advice = ''] = /Use `(--output [\s\S]*)` to convert/.exec(lines.join('\n')) ?? [];
    // Splits the words like a shell.
    const words = execFileSync('sh', ['-c', `printf '%s\\0' ${advice}`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1);
    expect(await run(['convert', file, '-o', out, ...words], terminal)).toBe(0);
    const { outputs } = JSON.parse(readFileSync(path.join(out, 'net.ncnn.json'), 'utf8'));
    expect(outputs.map(({ name }: { name: string }) => name)).toEqual(odd);
  });
});
