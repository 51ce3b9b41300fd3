import type { BlobSizes, ShapeFamily, ShapeRule } from './rule.ts';

const innerProduct: ShapeRule = ({ bottoms: [bottom], number }) => {
  const outputs = number('num_output');
  if (bottom === undefined || outputs <= 0) return undefined;
  const inputs = number('weight_data_size') / outputs;
  return bottom.length === 2 && bottom[1] === inputs ? [[bottom[0] ?? 1, outputs]] : [[outputs]];
};

/** Rows and columns of a blob as Gemm reads it. */
function matrix(shape: BlobSizes | undefined, transposed: boolean): readonly [number, number] | undefined {
  const [rows, columns] = shape?.length === 1 ? [1, shape[0]] : shape?.length === 2 ? shape : [];
  if (rows === undefined || columns === undefined) return undefined;
  return transposed ? [columns, rows] : [rows, columns];
}

const gemm: ShapeRule = ({ bottoms, number }) => {
  const [constantA, constantB] = [number('constantA') === 1, number('constantB') === 1];
  if (number('output_N1M') !== 0) return undefined;
  const m = constantA ? number('constantM') : matrix(bottoms[0], number('transA') !== 0)?.[0];
  const n = constantB ? number('constantN') : matrix(bottoms[constantA ? 0 : 1], number('transB') !== 0)?.[1];
  if (m === undefined || n === undefined) return undefined;
  return [number('output_transpose') === 0 ? [m, n] : [n, m]];
};

/** Batch axes are spread; a missing one counts as 1. */
const matMul: ShapeRule = ({ bottoms: [a, b], number }) => {
  if (a === undefined || b === undefined) return undefined;
  const columns = (number('transB') === 0 ? b.at(-1) : b.at(-2)) ?? 1;
  if (a.length === 1 && b.length === 1) return [[1]];
  if (a.length === 1) return [[...b.slice(0, -2), columns]];
  if (b.length === 1) return [a.slice(0, -1)];
  const rank = Math.max(a.length, b.length);
  const batch = Array.from({ length: rank - 2 }, (_, axis) => Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1));
  return [[...batch, a.at(-2) ?? 1, columns]];
};

const embed: ShapeRule = ({ bottoms: [bottom], number }) =>
  bottom && [[bottom.reduce((product, size) => product * size, 1), number('num_output')]];

/** The sequence of results; states that are given out as well are not told. */
const recurrent: ShapeRule = ({ bottoms: [bottom], number, layer }) => {
  if (bottom?.length !== 2 || layer.tops.length !== 1) return undefined;
  return [[bottom[0] ?? 1, number('num_output') * (number('direction') === 2 ? 2 : 1)]];
};

export const productShapes: ShapeFamily = {
  InnerProduct: innerProduct,
  Gemm: gemm,
  MatMul: matMul,
  Embed: embed,
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
};
