import type { ViewStep } from '../../values/tensor.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { clampIndex, selected, sliced } from './views.ts';

/** Operators that return a tensor with a part replaced. Functional programs have them in place of in-place operators. */
export const scatterViewsFamily: AtenFamily = [
  atenOperator(
    'slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor',
    (call) => {
      const value = call.input('self');
      const axis = call.axis(call.int('dim'), call.rankOf(value));
      const size = call.sizeOfAxis(value, axis);
      const start = clampIndex(call.optionalInt('start') ?? 0, size);
      const end = clampIndex(call.optionalInt('end') ?? size, size);
      return replaced(call, value, sliced(call, axis, start, Math.max(start, end), call.int('step')));
    },
  ),
  atenOperator('select_scatter(Tensor self, Tensor src, int dim, SymInt index) -> Tensor', (call) => {
    const value = call.input('self');
    const axis = call.axis(call.int('dim'), call.rankOf(value));
    const index = call.int('index');
    return replaced(call, value, selected(call, axis, index < 0 ? index + call.sizeOfAxis(value, axis) : index));
  }),
  atenOperator('fill.Scalar(Tensor self, Scalar value) -> Tensor', (call) =>
    filled(call, call.scalarLike(call.float('value'), call.input('self'))),
  ),
  atenOperator('fill.Tensor(Tensor self, Tensor value) -> Tensor', (call) =>
    filled(call, call.cast(call.input('value'), call.dtypeOf(call.input('self')))),
  ),
  atenOperator('zero(Tensor self) -> Tensor', (call) => filled(call, call.scalarLike(0, call.input('self')))),
];

function replaced(call: AtenCall, value: string, { write }: ViewStep): string {
  const source = call.cast(call.input('src'), call.dtypeOf(value));
  return write === undefined ? value : write(value, source);
}

function filled(call: AtenCall, filling: string): string {
  return call.emit('Expand', [filling, call.sizeVector(call.sizeArguments(call.input('self')))]);
}
