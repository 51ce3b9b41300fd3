import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../graph/ir/graph.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import { evaluate } from '../../../graph/stages/evaluate.ts';
import { inferAndFold } from '../../../graph/stages/infer.ts';
import {
  encodedFloat,
  encodedInteger,
  encodedMessage,
  encodedText,
  initializer,
  input,
  intAttribute,
  model,
  node,
  output,
  packedIntegers,
  rawFloats,
  read,
  readGraph,
  refusals,
} from '../testing.ts';

interface Sample {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const folder = new URL('../../../../test/fixtures/onnx/', import.meta.url);
const fixture = (name: string): Uint8Array => Uint8Array.from(readFileSync(new URL(name, folder)));
const expected: Readonly<
  Record<string, { readonly inputs: Readonly<Record<string, Sample>>; readonly outputs: Readonly<Record<string, Sample>> }>
> = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'));

describe('preserves the meaning of', () => {
  it.each(Object.keys(expected))('%s', (name) => {
    const sample = expected[name];
    const { graph } = read(fixture(`${name}.onnx`), fixture);
    const constants = new Map(graph.constants);
    for (const [key, { shape, data }] of Object.entries(sample?.inputs ?? {})) {
      constants.set(key, Tensor.of('float32', shape, Float32Array.from(data)));
    }
    const folded = inferAndFold({ ...graph, inputs: [], constants });
    expect(folded.diagnostics).toEqual([]);
    for (const [key, { shape, data }] of Object.entries(sample?.outputs ?? {})) {
      const actual = folded.graph.constants.get(key);
      expect(actual?.shape).toEqual(shape);
      const difference = Math.max(
        0,
        ...data.map((expectedValue, index) => Math.abs(expectedValue - (actual?.toFloat64()[index] ?? Number.NaN))),
      );
      expect(difference).toBeLessThan(1e-5);
    }
  });
});

const written = (graph: Graph): readonly string[] =>
  graph.nodes.map((entry) => {
    const attributes = [...entry.attributes].map(([key, attribute]) => ('value' in attribute ? `${key}=${String(attribute.value)}` : key));
    return `${entry.outputs.join(' ')} = ${entry.operator}(${[...entry.inputs, ...attributes].join(', ')})`;
  });

describe('the canonical form', () => {
  it('has the axis of a Fourier transform as an input with the older default', () => {
    const graph = readGraph(fixture('opset17_dft.onnx'));
    expect(written(graph)).toEqual(['y = DFT(x, , the_DFT/axis)']);
    expect(graph.constants.get('the_DFT/axis')?.scalar()).toBe(1);
  });

  it('keeps the flattening of older softmaxes where it matters', () => {
    expect(written(readGraph(fixture('opset11_softmax_inner.onnx')))).toEqual([
      'the_Softmax/shape = Shape(x)',
      'the_Softmax/matrix = Flatten(x, axis=2)',
      'the_Softmax/Softmax = Softmax(the_Softmax/matrix, axis=-1)',
      'y = Reshape(the_Softmax/Softmax, the_Softmax/shape)',
    ]);
    expect(written(readGraph(fixture('opset11_softmax_last.onnx')))).toEqual(['y = Softmax(x, axis=-1)']);
    expect(written(readGraph(fixture('opset7_softmax_channels.onnx')))).toEqual(['y = Softmax(x, axis=1)']);
  });

  it('keeps the largest int64 as the end of a slice', () => {
    const graph = readGraph(fixture('opset7_slice.onnx'));
    expect(graph.constants.get('the_Slice/ends')?.values()).toEqual(BigInt64Array.of(4n, 2n ** 63n - 1n));
  });

  it('omits regions and empty tensors of a Resize', () => {
    expect(written(readGraph(fixture('opset11_resize_sizes.onnx')))).toEqual(['y = Resize(x, , , s, mode=linear)']);
  });

  it('gives new constants unique names', () => {
    const axes = [encodedMessage(5, encodedText(1, 'axes'), packedIntegers(8, [0]), encodedInteger(20, 7))];
    const graph = readGraph(model(11, input('y/axes', [1, 1]), node('Squeeze', ['y/axes'], ['y'], axes), output('y')));
    expect(written(graph)).toEqual(['y = Squeeze(y/axes, y/axes_1)']);
  });

  it('gives new nodes unique names', () => {
    const softmax = node('Softmax', ['x'], ['s'], [intAttribute('axis', 1)], 'a');
    const graph = readGraph(model(11, input('x', [2, 3, 4]), node('Relu', ['x'], ['r'], [], 'a/shape'), softmax, output('r'), output('s')));
    expect(graph.nodes.map((entry) => entry.name)).toEqual(['a/shape', 'a/shape_1', 'a/matrix', 'a/Softmax', 'a']);
  });

  it('keeps nodes that no output needs', () => {
    const graph = readGraph(model(11, input('x', [1]), node('Relu', ['x'], ['y']), node('Exp', ['x'], ['z']), output('y')));
    expect(graph.nodes.map((entry) => entry.operator)).toEqual(['Relu', 'Exp']);
  });

  it('has limits of the operand type', () => {
    const limits = [encodedMessage(5, encodedText(1, 'min'), encodedFloat(2, 0), encodedInteger(20, 1))];
    const graph = readGraph(model(10, input('x', [1], 10), node('Clip', ['x'], ['y'], limits), output('y')));
    expect(graph.constants.get('y/min')?.dtype).toBe('float16');
  });

  it('converts the mask of an old Dropout to numbers only where it is used', () => {
    const dropout = (...outputs: readonly string[]): readonly string[] =>
      written(readGraph(model(7, input('x', [1]), node('Dropout', ['x'], ['y', 'm']), ...outputs.map((name) => output(name)))));
    expect(dropout('y')).toEqual(['y = Dropout(x)']);
    expect(dropout('y', 'm')).toEqual(['y y/Dropout_1 = Dropout(x)', 'm = CastLike(y/Dropout_1, x)']);
  });

  it('drops unused training statistics', () => {
    const names = ['s', 'b', 'm', 'v'];
    const batch = (...outputs: readonly string[]): Graph =>
      readGraph(
        model(
          9,
          input('x', [1, 1, 1]),
          ...names.map((name) => initializer(name, 1, [1], rawFloats(1))),
          node('BatchNormalization', ['x', ...names], ['y', 'mean', 'var']),
          ...outputs.map((name) => output(name)),
        ),
      );
    expect(written(batch('y'))).toEqual(['y = BatchNormalization(x, s, b, m, v)']);
    expect(refusals(() => batch('y', 'mean'))).toEqual(['operator-unsupported: the output "mean" exists only in training']);
  });

  it('decomposes statistics of each element into arithmetic', () => {
    const names = ['s', 'b', 'm', 'v'];
    const graph = readGraph(
      model(
        7,
        input('x', [1, 2]),
        ...names.map((name, index) => initializer(name, 1, [2], rawFloats(index + 1, index + 2))),
        node('BatchNormalization', ['x', ...names], ['y'], [intAttribute('spatial', 0)]),
        output('y'),
      ),
    );
    const constants = new Map(graph.constants).set('x', Tensor.float32([5, 6], [1, 2]));
    const folded = inferAndFold({ ...graph, inputs: [], constants })
      .graph.constants.get('y')
      ?.toFloat32();
    expect(folded?.[0]).toBeCloseTo(((5 - 3) / Math.sqrt(4 + 1e-5)) * 1 + 2, 5);
    expect(folded?.[1]).toBeCloseTo(((6 - 4) / Math.sqrt(5 + 1e-5)) * 2 + 3, 5);
  });

  it('rounds down growing axes and up shrinking ones before operator set 11', () => {
    const scales = initializer('s', 1, [2], rawFloats(2, 0.6));
    const graph = readGraph(model(10, input('x', [3, 5]), scales, node('Resize', ['x', 's'], ['y']), output('y')));
    const x = Tensor.float32(
      Array.from({ length: 15 }, (_, index) => index),
      [3, 5],
    );
    const y = evaluate(graph, new Map([['x', x]])).get('y');
    expect(y?.shape).toEqual([6, 3]);
    expect([...(y?.toFloat32() ?? [])]).toEqual([0, 2, 4, 0, 2, 4, 5, 7, 9, 5, 7, 9, 10, 12, 14, 10, 12, 14]);
  });

  it('keeps newer nodes', () => {
    const graph = readGraph(model(13, input('x', [2, 3, 4]), node('Softmax', ['x'], ['y'], [intAttribute('axis', 1)]), output('y')));
    expect(written(graph)).toEqual(['y = Softmax(x, axis=1)']);
  });
});
