import { OperatorError } from '../../../../graph/ir/operator.ts';
import { categoryOf } from '../../values/dtype.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { asFloat } from '../promotion.ts';

/** Sums, means, extrema and norms over axes. */
export const reduceFamily: AtenFamily = [
  atenOperator('sum(Tensor self, *, ScalarType? dtype=None) -> Tensor', (call) => reduce(call, 'ReduceSum', summed(call))),
  atenOperator('sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor', (call) =>
    reduce(call, 'ReduceSum', summed(call)),
  ),
  atenOperator('nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor', (call) =>
    reduce(call, 'ReduceSum', withoutNan(call, summed(call))),
  ),
  atenOperator('mean(Tensor self, *, ScalarType? dtype=None) -> Tensor', (call) => reduce(call, 'ReduceMean', typed(call))),
  atenOperator('mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor', (call) =>
    reduce(call, 'ReduceMean', typed(call)),
  ),
  atenOperator('prod(Tensor self, *, ScalarType? dtype=None) -> Tensor', (call) => reduce(call, 'ReduceProd', summed(call))),
  atenOperator('prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor', (call) =>
    reduce(call, 'ReduceProd', summed(call)),
  ),
  atenOperator('amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor', (call) => reduce(call, 'ReduceMax', call.input('self'))),
  atenOperator('amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor', (call) => reduce(call, 'ReduceMin', call.input('self'))),
  atenOperator('aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)', (call) => [
    reduce(call, 'ReduceMin', call.input('self')),
    reduce(call, 'ReduceMax', call.input('self')),
  ]),
  atenOperator('max(Tensor self) -> Tensor', (call) => reduce(call, 'ReduceMax', call.input('self'))),
  atenOperator('min(Tensor self) -> Tensor', (call) => reduce(call, 'ReduceMin', call.input('self'))),
  atenOperator('max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)', (call) => [
    reduce(call, 'ReduceMax', call.input('self')),
    place(call, 'ArgMax'),
  ]),
  atenOperator('min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)', (call) => [
    reduce(call, 'ReduceMin', call.input('self')),
    place(call, 'ArgMin'),
  ]),
  atenOperator('argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor', (call) => place(call, 'ArgMax')),
  atenOperator('argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor', (call) => place(call, 'ArgMin')),
  atenOperator('any(Tensor self) -> Tensor', (call) => truth(call, 'ReduceMax')),
  atenOperator('any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor', (call) => truth(call, 'ReduceMax')),
  atenOperator('any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor', (call) => truth(call, 'ReduceMax')),
  atenOperator('all(Tensor self) -> Tensor', (call) => truth(call, 'ReduceMin')),
  atenOperator('all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor', (call) => truth(call, 'ReduceMin')),
  atenOperator('all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor', (call) => truth(call, 'ReduceMin')),
  atenOperator('count_nonzero(Tensor self, int? dim=None) -> Tensor', (call) => reduce(call, 'ReduceSum', nonZero(call))),
  atenOperator('count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor', (call) => reduce(call, 'ReduceSum', nonZero(call))),
  atenOperator('logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor', (call) =>
    reduce(call, 'ReduceLogSumExp', asFloat(call, call.input('self'))),
  ),
  atenOperator('diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor', differences),
  atenOperator('cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor', (call) => cumulative(call, 'CumSum')),
  atenOperator('cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor', (call) => cumulative(call, 'CumProd')),
];

/** Reduces a value over the axes of the call, or over all axes by default. */
export function reduce(call: AtenCall, operator: string, value: string): string {
  const rank = call.rankOf(value);
  if (rank === 0) return value;
  const axes = call.has('dim') ? call.axes('dim', rank) : Array.from({ length: rank }, (_, axis) => axis);
  const keepdims = call.has('keepdim') && call.bool('keepdim') ? 1 : 0;
  return call.emit(operator, [value, call.integers(axes)], { keepdims });
}

/** Integers and bools are summed as int64 unless another type is requested. */
function summed(call: AtenCall): string {
  const value = call.input('self');
  const dtype = call.has('dtype') ? call.dtypeArgument('dtype') : undefined;
  return call.cast(value, dtype ?? (categoryOf(call.dtypeOf(value)) === 'float' ? call.dtypeOf(value) : 'int64'));
}

function typed(call: AtenCall): string {
  return call.cast(call.input('self'), call.dtypeArgument('dtype') ?? call.dtypeOf(call.input('self')));
}

function withoutNan(call: AtenCall, value: string): string {
  return call.emit('Where', [call.emit('IsNaN', [value]), call.scalarLike(0, value), value]);
}

/** The index of the first extremum along an axis, or in all elements. */
function place(call: AtenCall, operator: 'ArgMax' | 'ArgMin'): string {
  const value = call.input('self');
  const dim = call.optionalInt('dim');
  const keepdims = call.bool('keepdim');
  if (call.rankOf(value) === 0) return call.scalar(0, 'int64');
  if (dim === undefined) {
    if (keepdims) throw new OperatorError('unsupported', `${call.target} over all elements with keepdim is not supported`);
    return call.emit(operator, [call.reshape(value, [-1])], { axis: 0, keepdims: 0 });
  }
  return call.emit(operator, [value], { axis: call.axis(dim, call.rankOf(value)), keepdims: keepdims ? 1 : 0 });
}

function nonZero(call: AtenCall): string {
  return call.cast(call.cast(call.input('self'), 'bool'), 'int64');
}

/** Whether any or all elements are nonzero. */
function truth(call: AtenCall, operator: 'ReduceMax' | 'ReduceMin'): string {
  const value = call.cast(call.cast(call.input('self'), 'bool'), 'int32');
  return call.cast(reduce(call, operator, value), 'bool');
}

function cumulative(call: AtenCall, operator: 'CumSum' | 'CumProd'): string {
  const value = summed(call);
  const rank = call.rankOf(value);
  return rank === 0 ? value : call.emit(operator, [value, call.scalar(call.axis(call.int('dim'), rank), 'int64')]);
}

/** The difference between consecutive elements, applied `n` times; for bools, whether they differ. */
function differences(call: AtenCall): string {
  const self = call.input('self');
  const axis = call.axis(call.int('dim'), call.rankOf(self));
  const parts = [call.optionalInput('prepend'), self, call.optionalInput('append')].filter((part) => part !== undefined);
  let value = parts.length === 1 ? self : call.emit('Concat', parts, { axis });
  for (let round = 0; round < Math.min(call.int('n'), call.sizeOfAxis(value, axis)); round++) {
    const size = call.sizeOfAxis(value, axis);
    const [behind, before] = [call.slice(value, axis, 1, size), call.slice(value, axis, 0, size - 1)];
    value = call.emit(call.dtypeOf(value) === 'bool' ? 'Xor' : 'Sub', [behind, before]);
  }
  return value;
}
