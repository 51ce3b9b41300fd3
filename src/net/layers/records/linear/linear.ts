import { activationCodes } from '../../codes.ts';
import { kernelPerOutput } from '../../multiplyAddRule.ts';
import type { LayerRecord } from '../../record.ts';
import { type BlobSizes, elementsOf, type ShapeRule } from '../../shapeRule.ts';
import { byteSlot, floatSlot, slotsWhen, taggedSlot, type WeightRule, weightAndBias } from '../../weightRule.ts';
import { blockQuantization, packedBytes } from './blockQuantization.ts';

const embedShape: ShapeRule = ({ bottoms: [bottom], number }) => bottom && [[elementsOf(bottom), number('num_output')]];

const embedWeights: WeightRule = (value) => [
  ...weightAndBias(value),
  ...slotsWhen(value('int8_scale_term'), floatSlot('weight_data_int8_scale', 1)),
];

/** Rows and columns of a blob as Gemm reads it. */
function matrix(shape: BlobSizes | undefined, transposed: boolean): readonly [number, number] | undefined {
  const [rows, columns] = shape?.length === 1 ? [1, shape[0]] : shape?.length === 2 ? shape : [];
  if (rows === undefined || columns === undefined) return undefined;
  return transposed ? [columns, rows] : [rows, columns];
}

const gemmShape: ShapeRule = ({ bottoms, number }) => {
  const [constantA, constantB] = [number('constantA') === 1, number('constantB') === 1];
  if (number('output_N1M') !== 0) return undefined;
  const m = constantA ? number('constantM') : matrix(bottoms[0], number('transA') !== 0)?.[0];
  const n = constantB ? number('constantN') : matrix(bottoms[constantA ? 0 : 1], number('transB') !== 0)?.[1];
  if (m === undefined || n === undefined) return undefined;
  return [number('output_transpose') === 0 ? [m, n] : [n, m]];
};

const gemmWeights: WeightRule = (value) => {
  const [m, n, k] = [value('constantM'), value('constantN'), value('constantK')];
  const [constantA, constantB] = [value('constantA') === 1, value('constantB') === 1];
  const quantized = blockQuantization(value('quantize_term'));
  const packed = quantized !== undefined && value('transB') !== 0;
  const sizeOfC = [1, m, m, n * m, n][value('constant_broadcast_type_C')];
  return [
    ...slotsWhen(constantA, taggedSlot('A_data', k * m)),
    ...slotsWhen(constantB, packed ? byteSlot('B_data', packedBytes(k, quantized.bits) * n) : taggedSlot('B_data', n * k)),
    ...slotsWhen(value('constantC') === 1 && sizeOfC !== undefined, taggedSlot('C_data', sizeOfC ?? 0)),
    ...slotsWhen(quantized !== undefined, floatSlot('B_data_quantize_scales', Math.ceil(k / (quantized?.block ?? 1)) * n)),
    ...slotsWhen(quantized?.inputScale ?? false, floatSlot('B_data_input_scales', k)),
    ...slotsWhen(quantized === undefined && value('quantize_term') && constantA, floatSlot('A_data_int8_scales', m)),
    ...slotsWhen(quantized === undefined && value('quantize_term') && constantB, floatSlot('B_data_int8_scale', 1)),
  ];
};

const innerProductShape: ShapeRule = ({ bottoms: [bottom], number }) => {
  const outputs = number('num_output');
  if (bottom === undefined || outputs <= 0) return undefined;
  const inputs = number('weight_data_size') / outputs;
  return bottom.length === 2 && bottom[1] === inputs ? [[bottom[0] ?? 1, outputs]] : [[outputs]];
};

const innerProductWeights: WeightRule = (value) => [
  ...weightAndBias(value),
  ...slotsWhen(
    value('int8_scale_term'),
    floatSlot('weight_data_int8_scales', value('num_output')),
    floatSlot('bottom_blob_int8_scales', 1),
  ),
];

/** Batch axes are broadcast; missing ones count as size 1. */
const matMulShape: ShapeRule = ({ bottoms: [a, b], number }) => {
  if (a === undefined || b === undefined) return undefined;
  const columns = (number('transB') === 0 ? b.at(-1) : b.at(-2)) ?? 1;
  if (a.length === 1 && b.length === 1) return [[1]];
  if (a.length === 1) return [[...b.slice(0, -2), columns]];
  if (b.length === 1) return [a.slice(0, -1)];
  const rank = Math.max(a.length, b.length);
  const batch = Array.from({ length: rank - 2 }, (_, axis) => Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1));
  return [[...batch, a.at(-2) ?? 1, columns]];
};

const einsumParams = {
  equation_mat: { id: 0, kind: 'ints' },
} as const;

export const Einsum: LayerRecord<typeof einsumParams> = {
  index: 92,
  since: 20220701,
  family: 'linear',
  params: einsumParams,
};

const embedParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  input_dim: { id: 1, kind: 'int', default: 0 },
  bias_term: { id: 2, kind: 'int', default: 0 },
  weight_data_size: { id: 3, kind: 'int', default: 0 },
  int8_scale_term: { id: 18, kind: 'int', default: 0, since: 20241226 },
} as const;

export const Embed: LayerRecord<typeof embedParams> = {
  index: 12,
  since: 20170724,
  family: 'linear',
  oneBlobOnly: true,
  params: embedParams,
  weights: embedWeights,
  shape: embedShape,
  elements: 'stepped',
  readsInt32: true,
};

const gemmParams = {
  alpha: { id: 0, kind: 'float', default: 1 },
  beta: { id: 1, kind: 'float', default: 1 },
  transA: { id: 2, kind: 'int', default: 0 },
  transB: { id: 3, kind: 'int', default: 0 },
  constantA: { id: 4, kind: 'int', default: 0, since: 20230223 },
  constantB: { id: 5, kind: 'int', default: 0, since: 20230223 },
  constantC: { id: 6, kind: 'int', default: 0, since: 20230223 },
  constantM: { id: 7, kind: 'int', default: 0, since: 20230223 },
  constantN: { id: 8, kind: 'int', default: 0, since: 20230223 },
  constantK: { id: 9, kind: 'int', default: 0, since: 20230223 },
  constant_broadcast_type_C: { id: 10, kind: 'int', default: 0, since: 20230223 },
  output_N1M: { id: 11, kind: 'int', default: 0, since: 20230223 },
  output_elempack: { id: 12, kind: 'int', default: 0, since: 20230223 },
  output_elemtype: { id: 13, kind: 'int', default: 0, since: 20230223 },
  output_transpose: { id: 14, kind: 'int', default: 0, since: 20230223 },
  quantize_term: { id: 18, kind: 'int', default: 0, since: 20241226 },
  constant_TILE_M: { id: 20, kind: 'int', default: 0, since: 20230223 },
  constant_TILE_N: { id: 21, kind: 'int', default: 0, since: 20230223 },
  constant_TILE_K: { id: 22, kind: 'int', default: 0, since: 20230223 },
} as const;

export const Gemm: LayerRecord<typeof gemmParams> = {
  index: 74,
  since: 20200916,
  half: 'summed',
  family: 'linear',
  params: gemmParams,
  weights: gemmWeights,
  shape: gemmShape,
  multiplyAdds: ({ number, outputSize }) => {
    const inner = number('constantK');
    return outputSize && inner > 0 ? outputSize * inner : undefined;
  },
};

const innerProductParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  bias_term: { id: 1, kind: 'int', default: 0 },
  weight_data_size: { id: 2, kind: 'int', default: 0 },
  int8_scale_term: { id: 8, kind: 'int', default: 0 },
  activation_type: { id: 9, kind: 'int', default: 0, since: 20190611 },
  activation_params: { id: 10, kind: 'floats', since: 20190611 },
} as const;

export const InnerProduct: LayerRecord<typeof innerProductParams> = {
  index: 15,
  since: 20170724,
  half: 'summed',
  // Earlier releases return a single row as a vector.
  meaningSince: ({ bottoms: [bottom] }) => (bottom?.length === 2 && bottom[0] === 1 ? 20230816 : 0),
  family: 'linear',
  oneBlobOnly: true,
  params: innerProductParams,
  activations: activationCodes,
  weights: innerProductWeights,
  shape: innerProductShape,
  multiplyAdds: kernelPerOutput,
  creates: { always: ['Flatten'], int8: ['Quantize'] },
};

const matMulParams = {
  transB: { id: 0, kind: 'int', default: 0 },
} as const;

export const MatMul: LayerRecord<typeof matMulParams> = {
  index: 87,
  since: 20220216,
  half: 'summed',
  family: 'linear',
  params: matMulParams,
  shape: matMulShape,
  multiplyAdds: ({ bottoms: [bottom], outputSize }) => {
    const inner = bottom?.at(-1);
    return outputSize && typeof inner === 'number' ? outputSize * inner : undefined;
  },
  creates: { always: ['Gemm'] },
};
