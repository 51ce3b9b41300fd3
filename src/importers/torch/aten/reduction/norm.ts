import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { asFloat, promoted } from '../promotion.ts';
import { reduce } from './reduce.ts';

/** Norms of vectors, and variances. */
export const normFamily: AtenFamily = [
  atenOperator('norm.Scalar(Tensor self, Scalar p=2) -> Tensor', (call) => norm(call, call.float('p'))),
  atenOperator('norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor', (call) =>
    norm(call, call.optionalFloat('p') ?? 2),
  ),
  atenOperator('norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) -> Tensor', (call) =>
    norm(call, call.optionalFloat('p') ?? 2),
  ),
  atenOperator(
    'linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
    (call) => norm(call, call.float('ord')),
  ),
  atenOperator(
    'linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
    (call) => norm(call, call.optionalFloat('ord') ?? 2),
  ),
  atenOperator('frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor', (call) => norm(call, 2)),
  atenOperator(
    "linalg_matrix_norm.str_ord(Tensor self, str ord='fro', int[] dim=[-2,-1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
    matrixNorm,
  ),
  atenOperator('cdist(Tensor x1, Tensor x2, float p=2, int? compute_mode=None) -> Tensor', (call) => {
    const [rows, columns] = [call.input('x1'), call.input('x2')];
    const rank = Math.max(call.rankOf(rows), call.rankOf(columns));
    const difference = call.emit('Sub', [
      call.unsqueeze(rows, [call.rankOf(rows) - 1]),
      call.unsqueeze(columns, [call.rankOf(columns) - 2]),
    ]);
    return powerNorm(call, call.float('p'), difference, [rank], false);
  }),
  atenOperator('var(Tensor self, bool unbiased=True) -> Tensor', (call) => variance(call, call.bool('unbiased') ? 1 : 0)),
  atenOperator('var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor', (call) =>
    variance(call, call.bool('unbiased') ? 1 : 0),
  ),
  atenOperator('var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor', (call) =>
    variance(call, correctionOf(call)),
  ),
  atenOperator('std(Tensor self, bool unbiased=True) -> Tensor', (call) =>
    call.emit('Sqrt', [variance(call, call.bool('unbiased') ? 1 : 0)]),
  ),
  atenOperator('std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor', (call) =>
    call.emit('Sqrt', [variance(call, call.bool('unbiased') ? 1 : 0)]),
  ),
  atenOperator('std.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor', (call) =>
    call.emit('Sqrt', [variance(call, correctionOf(call))]),
  ),
  atenOperator('var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)', (call) => [
    variance(call, call.bool('unbiased') ? 1 : 0),
    mean(call),
  ]),
  atenOperator(
    'var_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)',
    (call) => [variance(call, correctionOf(call)), mean(call)],
  ),
  atenOperator('std_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)', (call) => [
    call.emit('Sqrt', [variance(call, call.bool('unbiased') ? 1 : 0)]),
    mean(call),
  ]),
  atenOperator(
    'std_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)',
    (call) => [call.emit('Sqrt', [variance(call, correctionOf(call))]), mean(call)],
  ),
  atenOperator('cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor', cosineSimilarity),
  atenOperator('dist(Tensor self, Tensor other, Scalar p=2) -> Tensor', (call) => {
    const [left = '', right = ''] = promoted(call, 'self', 'other');
    return norm(call, call.float('p'), call.emit('Sub', [left, right]));
  }),
  atenOperator('pairwise_distance(Tensor x1, Tensor x2, float p=2, float eps=1e-06, bool keepdim=False) -> Tensor', (call) => {
    const difference = call.emit('Sub', [call.input('x1'), call.input('x2')]);
    const shifted = call.emit('Add', [difference, call.scalarLike(call.float('eps'), difference)]);
    return powerNorm(call, call.float('p'), shifted, [call.rankOf(shifted) - 1], call.bool('keepdim'));
  }),
];

function norm(call: AtenCall, p: number, input = call.input('self')): string {
  const value = asFloat(call, input);
  const rank = call.rankOf(value);
  if (rank === 0) return call.emit('Abs', [value]);
  const axes = call.has('dim') ? call.axes('dim', rank) : Array.from({ length: rank }, (_, axis) => axis);
  return powerNorm(call, p, value, axes, call.has('keepdim') && call.bool('keepdim'));
}

/** The p-th root of the sum of p-th powers. */
function powerNorm(call: AtenCall, p: number, value: string, axes: readonly number[], keep: boolean): string {
  const settings = { keepdims: keep ? 1 : 0 };
  const over = call.integers(axes);
  const magnitude = (): string => call.emit('Abs', [value]);
  if (p === 2) return call.emit('ReduceL2', [value, over], settings);
  if (p === 1) return call.emit('ReduceL1', [value, over], settings);
  if (p === Number.POSITIVE_INFINITY) return call.emit('ReduceMax', [magnitude(), over], settings);
  if (p === Number.NEGATIVE_INFINITY) return call.emit('ReduceMin', [magnitude(), over], settings);
  if (p === 0) {
    const isSet = call.emit('Not', [call.emit('Equal', [value, call.scalarLike(0, value)])]);
    return call.emit('ReduceSum', [call.cast(isSet, call.dtypeOf(value)), over], settings);
  }
  const powers = call.emit('Pow', [magnitude(), call.scalarLike(p, value)]);
  const sum = call.emit('ReduceSum', [powers, over], settings);
  return call.emit('Pow', [sum, call.scalarLike(1 / p, value)]);
}

function matrixNorm(call: AtenCall): string {
  const order = call.string('ord');
  if (order !== 'fro') throw new OperatorError('unsupported', `the matrix norm "${order}" is not supported`);
  return norm(call, 2);
}

function correctionOf(call: AtenCall): number {
  return call.optionalFloat('correction') ?? 1;
}

function mean(call: AtenCall): string {
  return reduce(call, 'ReduceMean', call.input('self'));
}

/** The sum of the squared differences from the mean, divided by the count minus the correction. */
function variance(call: AtenCall, correction: number): string {
  const value = call.input('self');
  const rank = call.rankOf(value);
  const axes = call.has('dim') ? call.axes('dim', rank) : Array.from({ length: rank }, (_, axis) => axis);
  const centered = call.emit('Sub', [value, call.emit('ReduceMean', [value, call.integers(axes)], { keepdims: 1 })]);
  const squares = reduce(call, 'ReduceMean', call.emit('Mul', [centered, centered]));
  if (correction === 0) return squares;
  const count = axes.reduce((product, axis) => product * call.sizeOfAxis(value, axis), 1);
  if (count - correction <= 0)
    throw new OperatorError('invalid', `the variance of ${count} elements with correction ${correction} is not defined`);
  return call.emit('Mul', [squares, call.scalarLike(count / (count - correction), value)]);
}

/** `x · y / max(|x| |y|, eps)`, with each norm bounded separately. */
function cosineSimilarity(call: AtenCall): string {
  const [left = '', right = ''] = promoted(call, 'x1', 'x2');
  const rank = Math.max(call.rankOf(left), call.rankOf(right));
  const axis = call.integers([call.axis(call.int('dim'), rank)]);
  const unit = (value: string): string => {
    const length = call.emit('ReduceL2', [value, axis], { keepdims: 1 });
    return call.emit('Div', [value, call.emit('Max', [length, call.scalarLike(call.float('eps'), value)])]);
  };
  return call.emit('ReduceSum', [call.emit('Mul', [unit(left), unit(right)]), axis], { keepdims: 0 });
}
