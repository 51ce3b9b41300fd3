import { expect, it } from 'vitest';
import { Tensor } from '../../ir/tensor.ts';
import { constantOperand, evaluateNode, infer } from '../testing.ts';

const x = Tensor.float32([1, 2, 3, 4, 5, 6], [2, 3]);

it('reduces the given axes, also counted from the end', () => {
  const [result] = evaluateNode('ReduceSum', [x, Tensor.int64([-1])], { keepdims: 0 });
  expect(result?.shape).toEqual([2]);
  expect(result?.values()).toEqual(Float32Array.of(6, 15));
});

it('reduces all axes by default, or none with noop_with_empty_axes', () => {
  expect(evaluateNode('ReduceMax', [x])[0]?.shape).toEqual([1, 1]);
  expect(evaluateNode('ReduceMax', [x], { noop_with_empty_axes: 1 })[0]?.values()).toEqual(x.values());
  expect(evaluateNode('ReduceSumSquare', [x], { noop_with_empty_axes: 1 })[0]?.values()).toEqual(Float32Array.of(1, 4, 9, 16, 25, 36));
});

it('returns the identity for an empty reduction', () => {
  const empty = Tensor.float32([], [2, 0]);
  const axis = Tensor.int64([1]);
  const first = (operator: string): number | undefined => evaluateNode(operator, [empty, axis])[0]?.toFloat64()[0];
  expect([first('ReduceSum'), first('ReduceProd'), first('ReduceMax'), first('ReduceMin')]).toEqual([0, 1, -Infinity, Infinity]);
  expect(evaluateNode('ReduceMax', [Tensor.of('int8', [0], new Int8Array(0))])[0]?.toIntegers()).toEqual([-128]);
});

it('sums exponentials of large numbers without overflow', () => {
  expect(evaluateNode('ReduceLogSumExp', [Tensor.float32([1000, 1000])])[0]?.scalar()).toBeCloseTo(1000 + Math.log(2), 3);
});

it('truncates the mean of integers', () => {
  expect(evaluateNode('ReduceMean', [Tensor.int64([1, 2, 2])])[0]?.values()).toEqual(BigInt64Array.of(1n));
});

it('infers shapes with symbols', () => {
  const type = { dtype: 'float32', shape: [1, 'C', 'H'] } as const;
  expect(infer('ReduceMean', [type, constantOperand(Tensor.int64([2]))])[0]?.shape).toEqual([1, 'C', 1]);
  expect(infer('ArgMax', [type], { axis: 1, keepdims: 0 })[0]).toEqual({ dtype: 'int64', shape: [1, 'H'] });
});

it('finds the first or the last of equal extremes', () => {
  const tied = Tensor.float32([2, 7, 7], [1, 3]);
  expect(evaluateNode('ArgMax', [tied], { axis: 1 })[0]?.toIntegers()).toEqual([1]);
  expect(evaluateNode('ArgMax', [tied], { axis: 1, select_last_index: 1 })[0]?.toIntegers()).toEqual([2]);
});

it('normalizes along an axis', () => {
  const [result] = evaluateNode('Softmax', [Tensor.float32([1000, 1000, 0, 0], [2, 2])], { axis: 1 });
  expect(result?.values()).toEqual(Float32Array.of(0.5, 0.5, 0.5, 0.5));
  expect(evaluateNode('Hardmax', [Tensor.float32([1, 3, 3])])[0]?.values()).toEqual(Float32Array.of(0, 1, 0));
});

it('computes cumulative sums and products in both directions, inclusive and exclusive', () => {
  const row = Tensor.float32([1, 2, 3, 4]);
  const axis = Tensor.int64([0], []);
  const run = (operator: string, attributes: Record<string, number>): unknown =>
    evaluateNode(operator, [row, axis], attributes)[0]?.values();
  expect(run('CumSum', {})).toEqual(Float32Array.of(1, 3, 6, 10));
  expect(run('CumSum', { exclusive: 1, reverse: 1 })).toEqual(Float32Array.of(9, 7, 4, 0));
  expect(run('CumProd', { exclusive: 1 })).toEqual(Float32Array.of(1, 1, 2, 6));
});

it('takes the k largest elements and keeps the order of equal ones', () => {
  const [values, places] = evaluateNode('TopK', [Tensor.float32([5, 1, 5, 9]), Tensor.int64([3])]);
  expect(values?.values()).toEqual(Float32Array.of(9, 5, 5));
  expect(places?.toIntegers()).toEqual([3, 0, 2]);
});

it('finds distinct elements in order of appearance or sorted', () => {
  const row = Tensor.float32([2, 1, 1, 3, 2]);
  const [sorted, first, inverse, counts] = evaluateNode('Unique', [row]);
  expect(sorted?.toIntegers()).toEqual([1, 2, 3]);
  expect(first?.toIntegers()).toEqual([1, 0, 3]);
  expect(inverse?.toIntegers()).toEqual([1, 0, 0, 2, 1]);
  expect(counts?.toIntegers()).toEqual([2, 2, 1]);
  expect(evaluateNode('Unique', [row], { sorted: 0 })[0]?.toIntegers()).toEqual([2, 1, 3]);
});

it('lists the indices of nonzero elements', () => {
  const [found] = evaluateNode('NonZero', [Tensor.float32([1, 0, 0, 1], [2, 2])]);
  expect(found?.shape).toEqual([2, 2]);
  expect(found?.toIntegers()).toEqual([0, 1, 0, 1]);
});

it('keeps the best of overlapping boxes', () => {
  const boxes = Tensor.float32([0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 10, 1, 11], [1, 3, 4]);
  const scores = Tensor.float32([0.9, 0.75, 0.6], [1, 1, 3]);
  const [selected] = evaluateNode('NonMaxSuppression', [boxes, scores, Tensor.int64([3]), Tensor.float32([0.5]), Tensor.float32([0])]);
  expect(selected?.toIntegers()).toEqual([0, 0, 0, 0, 0, 2]);
});
