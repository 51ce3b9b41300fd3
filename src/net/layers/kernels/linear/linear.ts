import { type BlobData, elements, extents, type Kernel, LayerError, requireThat } from '../call.ts';
import { applyFusedActivation } from '../elementwise/activation.ts';

/** Transposes a matrix [rows, columns] to [columns, rows]. */
export function transposedValues(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column] ?? 0;
  return result;
}

export const innerProductKernel: Kernel = (call) => {
  const { shape, values } = call.bottom(0);
  const outputs = call.number('num_output');
  const weight = call.weight(0);
  const bias = call.number('bias_term') ? call.weight(1) : undefined;
  const inputs = weight.length / outputs;
  const isMatrix = shape.length === 2 && shape[1] === inputs;
  const rows = isMatrix ? (shape[0] ?? 1) : 1;
  requireThat(values.length === rows * inputs, `the blob has ${values.length} elements, but the weights are for ${inputs}`);
  const activation = applyFusedActivation(call);
  const result = call.newBlob(isMatrix ? [rows, outputs] : [outputs]);
  call.spend('steps', result.values.length * inputs);
  const dot = isMatrix ? call.arithmetic.dot : call.arithmetic.dotVector;
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const sum = dot(values, row * inputs, weight, output * inputs, inputs, bias?.[output] ?? 0);
      result.values[row * outputs + output] = activation?.(sum) ?? sum;
    }
  }
  return [result];
};

interface Matrix {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** A blob as Gemm reads it: the rows are the height, or the channels of a blob of three axes. */
function matrixOf(blob: BlobData): Matrix {
  const { w, h, c, dims } = extents(blob);
  requireThat(dims < 3 || (dims === 3 && h === 1), `[${blob.shape.join(',')}] is not a matrix`);
  return { values: blob.values, rows: dims === 3 ? c : h, columns: w };
}

function transposedMatrix({ values, rows, columns }: Matrix): Matrix {
  return { values: transposedValues(values, rows, columns), rows: columns, columns: rows };
}

export const gemmKernel: Kernel = (call) => {
  requireThat(call.number('quantize_term') === 0, 'quantized layers are not supported by the interpreter');
  requireThat(
    call.number('output_elempack') <= 1 && call.number('output_elemtype') <= 1,
    'packed or half-precision results are not supported by the interpreter',
  );
  const [constantA, constantB, constantC] = ['constantA', 'constantB', 'constantC'].map((name) => call.number(name) === 1);
  const [m, n, k] = [call.number('constantM'), call.number('constantN'), call.number('constantK')];
  const [transA, transB] = [call.number('transA') !== 0, call.number('transB') !== 0];
  let blobs = 0;
  let weights = 0;
  const a: Matrix = constantA
    ? { values: call.weight(weights++), rows: transA ? k : m, columns: transA ? m : k }
    : matrixOf(call.bottom(blobs++));
  const b: Matrix = constantB
    ? { values: call.weight(weights++), rows: transB ? n : k, columns: transB ? k : n }
    : matrixOf(call.bottom(blobs++));
  const left = transA ? transposedMatrix(a) : a;
  const right = transB ? b : transposedMatrix(b);
  requireThat(left.columns === right.columns, `${left.columns} columns are multiplied with ${right.columns} rows`);
  const type = call.number('constant_broadcast_type_C');
  const c = constantC
    ? type === -1
      ? undefined
      : { values: call.weight(weights), type }
    : summandOf(call.bottoms[blobs], left.rows, right.rows);
  const [alpha, beta] = [call.number('alpha'), call.number('beta')];
  const summand = (row: number, column: number): number => {
    if (c === undefined) return 0;
    const index = [0, row, row, row * right.rows + column, column][c.type];
    return beta * (c.values[index ?? 0] ?? 0);
  };
  const transposeOutput = call.number('output_transpose') !== 0;
  const [rows, columns] = transposeOutput ? [right.rows, left.rows] : [left.rows, right.rows];
  const result = call.newBlob(call.number('output_N1M') ? [rows, 1, columns] : [rows, columns]);
  call.spend('steps', result.values.length * left.columns);
  for (let row = 0; row < left.rows; row++) {
    for (let column = 0; column < right.rows; column++) {
      const start = summand(row, column);
      const sum = call.arithmetic.dot(left.values, row * left.columns, right.values, column * left.columns, left.columns, start);
      result.values[transposeOutput ? column * columns + row : row * columns + column] = sum * alpha;
    }
  }
  return [result];
};

/**
 * How ncnn broadcasts a C that is read from a blob over [rows, columns]: as a scalar, one value per row (types 1 and 2), per element or per
 * column.
 */
function summandOf(
  blob: BlobData | undefined,
  rows: number,
  columns: number,
): { readonly values: Float32Array; readonly type: number } | undefined {
  if (blob === undefined) return undefined;
  const { w, h, dims } = extents(blob);
  let type: number | undefined;
  if (dims === 1 && w === 1) type = 0;
  if (dims === 1 && w === rows) type = 1;
  if (dims === 1 && w === columns) type = 4;
  if (dims === 2 && w === 1 && h === rows) type = 2;
  if (dims === 2 && w === columns && h === rows) type = 3;
  if (dims === 2 && w === columns && h === 1) type = 4;
  if (type === undefined) throw new LayerError(`[${blob.shape.join(',')}] does not broadcast to [${rows},${columns}]`);
  return { values: blob.values, type };
}

export const matMulKernel: Kernel = (call) => {
  const [a, b] = [call.bottom(0), call.bottom(1)];
  const transB = call.number('transB') !== 0;
  const [vectorA, vectorB] = [a.shape.length === 1, b.shape.length === 1];
  // A vector is a row on the left and a column on the right; the result has no axis for it.
  const shapeA = vectorA ? [1, a.values.length] : a.shape;
  const shapeB = vectorB ? [1, b.values.length] : b.shape;
  const [rows = 1, inner = 1] = shapeA.slice(-2);
  const [firstB = 1, secondB = 1] = shapeB.slice(-2);
  const transposedB = transB || vectorB;
  const columns = transposedB ? firstB : secondB;
  requireThat(inner === (transposedB ? secondB : firstB), `[${a.shape.join(',')}] and [${b.shape.join(',')}] do not multiply`);
  const [batchA, batchB] = [shapeA.slice(0, -2), shapeB.slice(0, -2)];
  const dims = Math.max(batchA.length, batchB.length);
  // Missing batch axes are added in front, even if only one operand has two batch axes.
  const spread = (batch: readonly number[]): readonly number[] => [...Array.from({ length: dims - batch.length }, () => 1), ...batch];
  const [left, right] = [spread(batchA), spread(batchB)];
  const batch = left.map((size, axis) => Math.max(size, right[axis] ?? 1));
  const fits = (sizes: readonly number[]): boolean => sizes.every((size, axis) => size === 1 || size === batch[axis]);
  requireThat(fits(left) && fits(right), `the batches [${batchA.join(',')}] and [${batchB.join(',')}] do not broadcast`);
  const outputCount = elements(batch) * rows * columns;
  call.spend('elements', outputCount);
  call.spend('steps', outputCount * inner);
  const values = new Float32Array(outputCount);
  for (let index = 0; index < elements(batch); index++) {
    const sampleA = sampleOf(index, batch, left) * rows * inner;
    const matrix = b.values.subarray(
      sampleOf(index, batch, right) * inner * columns,
      (sampleOf(index, batch, right) + 1) * inner * columns,
    );
    const second = transposedB ? matrix : transposedValues(matrix, inner, columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        values[(index * rows + row) * columns + column] = call.arithmetic.dot(
          a.values,
          sampleA + row * inner,
          second,
          column * inner,
          inner,
          0,
        );
      }
    }
  }
  const shape = [...batch, ...(vectorA ? [] : [rows]), ...(vectorB ? [] : [columns])];
  return [{ shape: shape.length === 0 ? [1] : shape, values }];
};

/** The index of a sample in a batch whose axes of size 1 are broadcast. */
function sampleOf(index: number, batch: readonly number[], own: readonly number[]): number {
  let [remaining, place, stride] = [index, 0, 1];
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    const size = batch[axis] ?? 1;
    place += (own[axis] === 1 ? 0 : remaining % size) * stride;
    stride *= own[axis] ?? 1;
    remaining = Math.floor(remaining / size);
  }
  return place;
}

/** The number of steps to advance the offsets of all operands. */
const stepsOfProduct = 8;

/** The equation is stored as character codes. Axes are named from `i` on, beginning with those of the result. */
export const einsumKernel: Kernel = (call) => {
  const equation = Array.from(call.numbers('equation_mat'), (code) => String.fromCharCode(code)).join('');
  if (equation === 'ii') {
    const { w, h } = extents(call.bottom(0));
    let sum = 0;
    for (let row = 0; row < h; row++) sum += call.bottom(0).values[row * w + row] ?? 0;
    return [{ shape: [1], values: Float32Array.of(sum) }];
  }
  const match = /^([i-x,]+)->([i-x]+)$/.exec(equation);
  const operands = match?.[1]?.split(',') ?? [];
  const output = match?.[2] ?? '';
  requireThat(
    operands.length === call.bottoms.length && operands.length > 0,
    `"${equation}" is not an equation for ${call.bottoms.length} blobs`,
  );
  const sizes = new Map<string, number>();
  call.bottoms.forEach((bottom, index) => {
    const letters = operands[index] ?? '';
    requireThat(letters.length === bottom.shape.length, `[${bottom.shape.join(',')}] is named "${letters}"`);
    [...letters].forEach((letter, axis) => {
      const size = bottom.shape[axis] ?? 1;
      requireThat((sizes.get(letter) ?? size) === size, `axis ${letter} has ${sizes.get(letter)} elements and ${size}`);
      sizes.set(letter, size);
    });
  });
  const letters = [...sizes.keys()].sort();
  requireThat(letters.slice(0, output.length).join('') === output, `the axes of the result are "${output}"`);
  const extent = letters.map((letter) => sizes.get(letter) ?? 1);
  const strides = call.bottoms.map((bottom, index) =>
    letters.map((letter) =>
      [...(operands[index] ?? '')].reduce((sum, own, axis) => sum + (own === letter ? elements(bottom.shape.slice(axis + 1)) : 0), 0),
    ),
  );
  const result = call.newBlob(extent.slice(0, output.length));
  const inner = elements(extent.slice(output.length));
  call.spend('steps', stepsOfProduct * result.values.length * inner);
  const places = new Array<number>(call.bottoms.length).fill(0);
  const counters = new Array<number>(letters.length).fill(0);
  for (let target = 0; target < result.values.length; target++) {
    let sum = 0;
    for (let step = 0; step < inner; step++) {
      let product = 1;
      for (const [index, bottom] of call.bottoms.entries()) product *= bottom.values[places[index] ?? 0] ?? 0;
      sum += product;
      advance(counters, extent, places, strides);
    }
    result.values[target] = sum;
  }
  return [result];
};

/** Increments the counters, innermost axis first, and advances the offsets. */
function advance(counters: number[], extent: readonly number[], places: number[], strides: readonly (readonly number[])[]): void {
  for (let axis = extent.length - 1; axis >= 0; axis--) {
    const next = (counters[axis] ?? 0) + 1;
    const wraps = next >= (extent[axis] ?? 1);
    for (const [index, own] of strides.entries()) places[index] = (places[index] ?? 0) + (own[axis] ?? 0) * (wraps ? 1 - next : 1);
    counters[axis] = wraps ? 0 : next;
    if (!wraps) return;
  }
}

/** Rows of a table, selected by int32 indices that are clamped to its size. */
export const embedKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  requireThat(bottom.shape.length === 1, `expected a vector of indices, got [${bottom.shape.join(',')}]`);
  const [outputs, words] = [call.number('num_output'), call.number('input_dim')];
  const weight = call.weight(0);
  const bias = call.number('bias_term') ? call.weight(1) : undefined;
  const indices = new Int32Array(bottom.values.buffer, bottom.values.byteOffset, bottom.values.length);
  const result = call.newBlob([indices.length, outputs]);
  indices.forEach((index, row) => {
    const first = Math.max(0, Math.min(words - 1, index)) * outputs;
    for (let place = 0; place < outputs; place++)
      result.values[row * outputs + place] = (weight[first + place] ?? 0) + (bias?.[place] ?? 0);
  });
  return [result];
};
