import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { encode } from './encode.ts';
import { readParamText } from './format/paramRead.ts';
import { readWeights } from './format/weightsRead.ts';
import type { Binding, Model } from './model.ts';
import { type Layer, makeLayer } from './net.ts';
import { weightOf } from './weight.ts';

function golden(file: string): Uint8Array {
  return readFileSync(new URL(`../../test/fixtures/embed/${file}`, import.meta.url));
}

function concat(chunks: Iterable<Uint8Array>): Buffer {
  return Buffer.concat([...chunks]);
}

function binding(blob: string): Binding {
  return { name: blob, dtype: 'float32', shape: [], blob, blobShape: [], feed: 'float32' };
}

function modelOf(layers: readonly Layer[], inputs: readonly string[], outputs: readonly string[]): Model {
  return { net: { layers, shapes: new Map(), outputs }, inputs: inputs.map(binding), outputs: outputs.map(binding) };
}

it('encodes a net as ncnn2mem and the .bin file do', () => {
  const { layers, diagnostics } = readParamText(Buffer.from(golden('residual_block.param')).toString());
  const read = readWeights(layers, golden('residual_block.bin'));
  expect([...diagnostics, ...read.diagnostics]).toEqual([]);
  const encoded = encode(modelOf(read.layers, ['b1'], ['b14']), { keepDefaults: true });
  expect(Buffer.from(encoded.paramBin).equals(golden('residual_block.param.bin'))).toBe(true);
  expect(concat(encoded.bin()).equals(golden('residual_block.bin'))).toBe(true);
  expect(encoded.binLength).toBe(golden('residual_block.bin').byteLength);
});

it('omits default parameters, layers that no output needs and unused inputs', () => {
  const encoded = encode(
    modelOf(
      [
        makeLayer('Input', 'x', [], ['x'], { w: 4 }),
        makeLayer('Input', 'unused', [], ['unused'], { w: 4 }),
        makeLayer('ReLU', 'relu', ['x'], ['y'], { slope: 0 }),
        makeLayer('AbsVal', 'dead', ['x'], ['dead'], {}),
      ],
      ['unused', 'x'],
      ['y'],
    ),
  );
  expect(new TextDecoder().decode(encoded.param)).toBe(
    [
      '7767517',
      '2 2',
      'Input                    x                        0 1 x 0=4',
      'ReLU                     relu                     1 1 x y',
      '',
    ].join('\n'),
  );
  expect(encoded.model.inputs.map(({ blob }) => blob)).toEqual([null, 'x']);
});

it('rejects weights that do not match the parameters', () => {
  const layers = [makeLayer('Input', 'x', [], ['x'], {}), makeLayer('PReLU', 'act', ['x'], ['y'], { num_slope: 3 }, [weightOf([1, 2])])];
  expect(() => encode(modelOf(layers, ['x'], ['y']))).toThrow('PReLU "act": slope_data has 2 elements, expected 3 from the parameters');
});

it('rejects floats that ncnn cannot parse', () => {
  const layers = [makeLayer('Input', 'x', [], ['x'], {}), makeLayer('Clip', 'c', ['x'], ['y'], { max: Number.POSITIVE_INFINITY })];
  expect(() => encode(modelOf(layers, ['x'], ['y']))).toThrow('parameter 1 cannot be Infinity');
});
