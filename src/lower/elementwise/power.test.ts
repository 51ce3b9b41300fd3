import { expect, it } from 'vitest';
import { makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { execute } from '../../net/execute.ts';
import { lowerNodes } from '../testing.ts';

const bases = [-2, -1, -0.5, 0, 0.5, 1, 2, 3];

/** The net's result for each base; exponents are dynamic unless they are one constant. */
function powers(exponent: number | readonly number[]): readonly number[] {
  const size = bases.length;
  const node = makeNode('Pow', ['x', 'e'], ['y']);
  const baseBlob = { shape: [size], values: Float32Array.from(bases) };
  const single = typeof exponent === 'number';
  const inputs = single ? { x: [size] } : { x: [size], e: [size] };
  const { net, outputs } = lowerNodes(inputs, [node], ['y'], single ? { e: Tensor.float32([exponent]) } : {});
  const exponents = { shape: [size], values: Float32Array.from(single ? [] : exponent) };
  return [
    ...(execute(net, new Map([['x', baseBlob], ...(single ? [] : [['e', exponents] as const])])).get(outputs[0]?.blob ?? '')?.values ?? []),
  ];
}

function expectPowers(actual: readonly number[], exponentOf: (index: number) => number): void {
  bases.forEach((base, index) => {
    const expected = base ** exponentOf(index);
    if (Number.isNaN(expected) || !Number.isFinite(expected)) expect(actual[index]).toBe(expected);
    else expect(actual[index]).toBeCloseTo(expected, 3);
  });
}

it.each([0, 1, 2, 3, 7, 0.5, 1.5, 2.7, 1 / 3, -1, -2, -0.5])('raises to %f: NaN for negative numbers, 0 for 0', (exponent) => {
  expectPowers(powers(exponent), () => exponent);
});

it.each([[[2, 3, 2, 2, 2, 3, 1, 0]], [[1, 2, 3, 0.5, 0.5, 0.5, 0.5, 0.5]], [[0.5, 1.5, 2.5, 2, -1, -2, -0.5, 2.5]]])(
  'raises to dynamic exponents: %j',
  (exponents) => {
    expectPowers(powers(exponents), (index) => exponents[index] ?? Number.NaN);
  },
);
