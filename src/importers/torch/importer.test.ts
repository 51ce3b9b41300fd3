import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { convert, verify } from '../../api.ts';
import { manifestOf } from '../../emit/manifest.ts';
import type { Graph } from '../../graph/ir/graph.ts';
import { numericTensor } from '../../graph/ir/numericTensor.ts';
import type { DataType } from '../../graph/ir/tensor.ts';
import { evaluate } from '../../graph/stages/evaluate.ts';
import { execute } from '../../net/execute.ts';
import { readWrittenModel } from '../../net/format/writtenModel.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { convertSource } from '../../pipeline/convertSource.ts';
import { largeSource, sourceOfFiles } from '../testing.ts';
import { importTorch } from './importer.ts';
import { scriptBytes } from './script/testing.ts';

interface Values {
  readonly dtype: Exclude<DataType, 'string'>;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Example {
  readonly inputs: readonly Values[];
  readonly outputs: readonly Values[];
  /** Values of the buffers before the run. */
  readonly states?: Readonly<Record<string, Values>>;
}

const folder = new URL('../../../test/fixtures/pytorch/', import.meta.url);
const examples: Readonly<Record<string, Example>> = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'));

const none: Values = { dtype: 'float32', shape: [], values: [] };

function exampleOf(name: string): Example {
  const example = examples[name];
  if (example === undefined) throw new Error(`no example ${name}`);
  return example;
}

function graphOf(name: string, options: ConvertOptions = {}): Graph {
  const file = `${name}.pt2`;
  const imported = importTorch(sourceOfFiles({ [file]: readFileSync(new URL(file, folder)) }), options);
  if (imported.kind !== 'graph') throw new Error('no graph');
  return imported.graph;
}

function close(found: ArrayLike<number> | undefined, { values }: Values): void {
  expect(found).toHaveLength(values.length);
  for (const [index, value] of values.entries()) expect(found?.[index]).toBeCloseTo(value, 4);
}

/** The inputs of a graph with the values of an example: first those of the call, then those of buffers. */
function feedsOf({ inputs }: Graph, { inputs: feeds, states = {} }: Example): readonly (readonly [string, Values])[] {
  return inputs.map(({ name }, place) => [name, states[name] ?? feeds[place] ?? none]);
}

describe('a program of torch.export', () => {
  it.each(Object.keys(examples))('is evaluated like PyTorch: %s', (name) => {
    const example = exampleOf(name);
    const graph = graphOf(name);
    const feeds = feedsOf(graph, example);
    const results = evaluate(
      graph,
      new Map(feeds.map(([input, { dtype, shape, values }]) => [input, numericTensor(dtype, shape, values)])),
    );
    for (const [place, expected] of example.outputs.entries()) {
      const output = graph.outputs[place] ?? '';
      const found = results.get(output) ?? graph.constants.get(output);
      expect([found?.dtype, found?.shape]).toEqual([expected.dtype, expected.shape]);
      close(found?.toFloat64(), expected);
    }
  });

  it('of torch 2.2, whose archives of weights end in .json, computes the same', () => {
    const { inputs, outputs } = exampleOf('classifier');
    const [image, expected] = [inputs[0] ?? none, outputs[0] ?? none];
    const graph = graphOf('classifier-2.2');
    const results = evaluate(graph, new Map([[graph.inputs[0]?.name ?? '', numericTensor(image.dtype, image.shape, image.values)]]));
    close(results.get('out0')?.toFloat64(), expected);
  });

  it.each(['classifier', 'classifier-decomposed', 'attention', 'recurrent', 'in-place', 'indices'])('becomes a net: %s', async (name) => {
    const example = exampleOf(name);
    for (const optimize of [true, false]) {
      const { artifact } = await convert(fileURLToPath(new URL(`${name}.pt2`, folder)), { optimize });
      const model = readWrittenModel(artifact);
      const feeds = model.inputs.map(({ blob, blobShape, feed }, place) => {
        const numbers = example.inputs[place]?.values ?? [];
        const values = feed === 'int32' ? new Float32Array(Int32Array.from(numbers).buffer) : Float32Array.from(numbers);
        return [blob ?? '', { shape: blobShape.map(Number), values }] as const;
      });
      const results = execute(model.net, new Map(feeds));
      for (const [place, expected] of example.outputs.entries()) {
        const { values } = results.get(model.outputs[place]?.blob ?? '') ?? { values: [] };
        close(Array.from(values, Number), expected);
      }
    }
  });

  it('is verified against its graph', async () => {
    const { verification } = await verify(fileURLToPath(new URL('classifier.pt2', folder)));
    expect(verification.outputs.map(({ name }) => name)).toEqual(['out0']);
  });
});

describe('names', () => {
  it('match arguments with their nested keys and results', () => {
    const { inputs, outputs } = graphOf('nested');
    expect(inputs.map(({ name }) => name)).toEqual(['x', 'options.pair.0', 'options.pair.1']);
    expect(outputs).toEqual(['sum', 'parts.0', 'parts.1']);
    expect(graphOf('recurrent').outputs).toEqual(['steps', 'last.0', 'last.1']);
  });

  it('match modules for layers', () => {
    const { nodes, constants } = graphOf('classifier');
    const names = nodes.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['conv', 'norm', 'pool', 'head']));
    expect([...constants.keys()]).toContain('conv.weight');
  });
});

describe('a mutation of a program', () => {
  it.each(['states', 'states-decomposed'])('becomes an output, and a buffer also an input: %s', (name) => {
    const { inputs, outputs } = graphOf(name);
    expect(inputs.map((input) => input.name)).toEqual(['x', 'memory', 'total']);
    expect(outputs[0]).toBe('out0');
    expect([...outputs.slice(1)].sort()).toEqual(['memory_out', 'total_out']);
  });

  it('lists the updated input in the manifest', async () => {
    const { artifact } = await convert(fileURLToPath(new URL('states.pt2', folder)));
    const updates = manifestOf(artifact).outputs.map((output) => [output.name, output.updates]);
    expect(updates).toEqual([
      ['out0', undefined],
      ['memory_out', 'memory'],
      ['total_out', 'total'],
    ]);
  });
});

describe('dynamic sizes', () => {
  it('stay dynamic, with one a multiple of the other', () => {
    const { inputs, types, outputs } = graphOf('sizes');
    const [batch, channels, height, width] = inputs[0]?.type.shape ?? [];
    expect([typeof batch, channels, width]).toEqual(['string', 3, 5]);
    expect(height).toMatch(/^2\*s\d+$/);
    expect(types.get(outputs[0] ?? '')?.shape?.[3]).toBe(10);
  });

  it('are set by an option', () => {
    const { types, outputs } = graphOf('sizes', { shape: { x: [1, 3, 8, 5] } });
    expect(outputs.map((output) => types.get(output)?.shape)).toEqual([
      [1, 3, 16, 10],
      [1, 24, 5],
      [1, 3, 4, 5],
    ]);
  });

  it('are rejected outside of the exported range', () => {
    expect(() => graphOf('sizes', { shape: { x: [1, 3, 128, 5] } })).toThrow(/is set to 64; the program was exported for 2 to 32/);
  });
});

it('reads a large file in ranges, and its weights on each use', async () => {
  const count = 2 ** 16;
  const code = [
    '  def forward(self: __torch__.Net,',
    '    x: Tensor) -> Tensor:',
    '    w = self.w',
    '    y = torch.conv1d(x, w)',
    '    return torch.mul(y, 3)',
  ].join('\n');
  const w = { tensor: Array.from({ length: count }, (_, index) => index % 100), shape: [256, 256, 1] };
  const whole = sourceOfFiles({ 'net.pt': scriptBytes({ code, attributes: { w } }) });
  const { source, bytesRead } = largeSource(whole);
  const options = { shape: { x: [1, 256, 4] } };
  const { artifact } = await convertSource(source, options);
  expect(bytesRead()).toBeLessThan(2 * count);
  const { artifact: expected } = await convertSource(whole, options);
  const bin = Buffer.concat([...expected.bin()]);
  expect(artifact.passes.map(({ name }) => name)).toContain('fuse_convolution_mul');
  for (let time = 0; time < 2; time++) expect(Buffer.concat([...artifact.bin()]).equals(bin)).toBe(true);
  expect(bytesRead()).toBeGreaterThan(2 * 4 * count);
});
