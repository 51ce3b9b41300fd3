import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../api.ts';
import { numericTensor } from '../../../graph/ir/numericTensor.ts';
import type { DataType } from '../../../graph/ir/tensor.ts';
import { evaluate } from '../../../graph/stages/evaluate.ts';
import { execute } from '../../../net/execute.ts';
import { readWrittenModel } from '../../../net/format/writtenModel.ts';
import type { ConvertOptions } from '../../../options/convertOptions.ts';
import { sourceOfFiles } from '../../testing.ts';
import { importTorch } from '../importer.ts';

interface Values {
  readonly dtype: Exclude<DataType, 'string'>;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Example {
  readonly inputs: readonly Values[];
  readonly outputs: readonly Values[];
}

const folder = new URL('../../../../test/fixtures/torchscript/', import.meta.url);
const examples: Readonly<Record<string, Example>> = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'));

function fileOf(name: string): string {
  return `${name}.${name.endsWith('lite') ? 'ptl' : 'pt'}`;
}

/** Scripted modules do not declare the shapes of their inputs. */
function optionsOf(name: string, { inputs }: Example): ConvertOptions {
  return name.endsWith('traced') ? {} : { shape: Object.fromEntries(inputs.map(({ shape }, place) => [`#${place}`, shape])) };
}

/** State comes after the inputs of the call, and is zero before the first run. */
function valuesOf(example: Example, place: number, size: number): readonly number[] {
  return example.inputs[place]?.values ?? new Array<number>(size).fill(0);
}

function expectValues(found: ArrayLike<number> | undefined, { values }: Values): void {
  expect(found).toHaveLength(values.length);
  for (const [index, value] of values.entries()) expect(found?.[index]).toBeCloseTo(value, 4);
}

describe.each(Object.entries(examples))('%s', (name, example) => {
  it('is evaluated like PyTorch', () => {
    const file = fileOf(name);
    const imported = importTorch(sourceOfFiles({ [file]: readFileSync(new URL(file, folder)) }), optionsOf(name, example));
    if (imported.kind !== 'graph') throw new Error('no graph');
    const { graph } = imported;
    const feeds = graph.inputs.map(({ name: input, type: { dtype, shape = [] } }, place) => {
      if (dtype === 'string') throw new Error('an input of texts');
      const sizes = shape.map(Number);
      const size = sizes.reduce((product, length) => product * length, 1);
      return [input, numericTensor(dtype, sizes, [...valuesOf(example, place, size)])] as const;
    });
    const results = evaluate(graph, new Map(feeds));
    for (const [place, expected] of example.outputs.entries()) {
      const output = graph.outputs[place] ?? '';
      const found = results.get(output) ?? graph.constants.get(output);
      expect([found?.dtype, found?.shape]).toEqual([expected.dtype, expected.shape]);
      expectValues(found?.toFloat64(), expected);
    }
  });

  it('becomes a net', async () => {
    const { artifact } = await convert(fileURLToPath(new URL(fileOf(name), folder)), optionsOf(name, example));
    const model = readWrittenModel(artifact);
    const feeds = model.inputs.map(({ blob, blobShape }, place) => {
      const shape = blobShape.map(Number);
      const size = shape.reduce((product, length) => product * length, 1);
      return [blob ?? '', { shape, values: Float32Array.from(valuesOf(example, place, size)) }] as const;
    });
    const results = execute(model.net, new Map(feeds));
    for (const [place, expected] of example.outputs.entries())
      expectValues(results.get(model.outputs[place]?.blob ?? '')?.values, expected);
  });
});

it('keeps state as inputs and outputs', () => {
  const file = fileOf('streaming-scripted');
  const imported = importTorch(sourceOfFiles({ [file]: readFileSync(new URL(file, folder)) }), { shape: { x: [1, 3] } });
  if (imported.kind !== 'graph') throw new Error('no graph');
  expect(imported.graph.inputs.map(({ name, type }) => [name, type.shape])).toEqual([
    ['x', [1, 3]],
    ['state', [1, 4]],
    ['total', [1, 4]],
  ]);
  expect(imported.graph.outputs).toEqual(['out0', 'state_out', 'total_out']);
  expect([...(imported.updates ?? [])]).toEqual([
    ['state_out', 'state'],
    ['total_out', 'total'],
  ]);
});
