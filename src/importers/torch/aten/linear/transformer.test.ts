import { expect, it } from 'vitest';
import { callResult, type PythonValue, type TorchValues } from '../../trace/testing.ts';

/** A tensor with values from -1 to 1 in an order that `step` determines. */
function spread(shape: readonly number[], step: number, offset = 0): TorchValues {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Array.from({ length: size }, (_, index) => (((index * step) % 11) - 5) / 5 + offset) };
}

const weights = [spread([12, 4], 7), spread([12], 5), spread([4, 4], 3), spread([4], 2)];
const norms = [spread([4], 3, 2), spread([4], 4), spread([4], 5, 2), spread([4], 6)];
const feedForward = [spread([3, 4], 4), spread([3], 3), spread([4, 3], 5), spread([4], 7)];
const maskedKeys: TorchValues = { dtype: 'bool', shape: [1, 3], values: [0, 0, 1] };

// Results of torch 2.15.
it.each<[string, boolean, boolean, readonly (PythonValue | TorchValues)[], readonly number[]]>([
  [
    'normalized after its parts, with GELU',
    ...([true, false] as const),
    [],
    [-2.4172, -0.65836, 1.28951, 2.46978, -2.4092, -0.60347, 0.93736, 2.61727, -2.36614, -0.10569, 3.5533, 0.5222],
  ],
  [
    'normalized before its parts, with ReLU',
    ...([false, true] as const),
    [],
    [-0.37545, 5.27039, -7.40088, -1.75504, -0.17545, 5.47039, -7.20088, -1.55504, -7.92988, -4.91558, 6.84734, 4.45656],
  ],
  [
    'with masked keys',
    ...([true, false] as const),
    [maskedKeys, 1],
    [-2.33551, 0.24796, -1.30272, 3.06239, -2.33551, 0.24805, -1.30286, 3.06238, -1.49809, 0.87457, 3.4802, -1.87868],
  ],
])('computes an encoder layer %s', (_, usesGelu, isNormFirst, mask, expected) => {
  const args = [spread([1, 3, 4], 3), 4, 2, ...weights, usesGelu, isNormFirst, { kind: 'float', value: 1e-5 } as const, ...norms];
  const { shape, values } = callResult('aten._transformer_encoder_layer_fwd.default', [...args, ...feedForward, ...mask]);
  expect(shape).toEqual([1, 3, 4]);
  for (const [place, value] of expected.entries()) expect(values[place]).toBeCloseTo(value, 4);
});
