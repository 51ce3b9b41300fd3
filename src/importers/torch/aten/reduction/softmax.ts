import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Softmax and sorting operators. */
export const softmaxFamily: AtenFamily = [
  atenOperator('softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor', (call) => normalized(call, 'Softmax')),
  atenOperator('_softmax(Tensor self, int dim, bool half_to_float) -> Tensor', (call) => normalized(call, 'Softmax')),
  atenOperator('special_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor', (call) => normalized(call, 'Softmax')),
  atenOperator('_safe_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor', (call) => normalized(call, 'Softmax')),
  atenOperator('log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor', (call) => normalized(call, 'LogSoftmax')),
  atenOperator('_log_softmax(Tensor self, int dim, bool half_to_float) -> Tensor', (call) => normalized(call, 'LogSoftmax')),
  atenOperator('special_log_softmax(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor', (call) => normalized(call, 'LogSoftmax')),
  atenOperator(
    'topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)',
    (call) => {
      const value = call.input('self');
      const settings = { axis: call.axis(call.int('dim'), call.rankOf(value)), largest: call.bool('largest') ? 1 : 0, sorted: 1 };
      return call.emitAll('TopK', [value, call.integers([call.int('k')])], 2, settings);
    },
  ),
  atenOperator('sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)', (call) =>
    sorted(call, call.bool('descending')),
  ),
  atenOperator('sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)', (call) =>
    sorted(call, call.bool('descending')),
  ),
  atenOperator(
    'argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor',
    (call) => sorted(call, call.bool('descending'))[1] ?? '',
  ),
  atenOperator(
    'argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor',
    (call) => sorted(call, call.bool('descending'))[1] ?? '',
  ),
];

function normalized(call: AtenCall, operator: string): string {
  const input = call.input('self');
  const dtype = call.has('dtype') ? call.dtypeArgument('dtype') : undefined;
  const value = call.cast(input, dtype ?? call.dtypeOf(input));
  return call.emit(operator, [value], { axis: call.axis(call.int('dim'), call.rankOf(value)) });
}

/** All elements along an axis in sorted order, and their indices. */
function sorted(call: AtenCall, isDescending: boolean): readonly string[] {
  const value = call.input('self');
  const axis = call.axis(call.int('dim'), call.rankOf(value));
  const count = call.integers([call.sizeOfAxis(value, axis)]);
  return call.emitAll('TopK', [value, count], 2, { axis, largest: isDescending ? 1 : 0, sorted: 1 });
}
