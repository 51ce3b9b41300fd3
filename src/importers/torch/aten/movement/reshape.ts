import { product } from '../../../../graph/ir/dimension.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { ViewStep } from '../../values/tensor.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, viewOperator } from '../operator.ts';
import { reshaped, sameElements } from './views.ts';

/** Operators that change only the shape. */
export const reshapeFamily: AtenFamily = [
  viewOperator('view(Tensor(a) self, SymInt[] size) -> Tensor(a)', (call) => reshaped(call, call.sizeList('size'))),
  viewOperator('_unsafe_view(Tensor self, SymInt[] size) -> Tensor', (call) => reshaped(call, call.sizeList('size'))),
  viewOperator('reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)', (call) => reshaped(call, call.sizeList('shape'))),
  viewOperator('view_as(Tensor(a) self, Tensor other) -> Tensor(a)', (call) => reshaped(call, call.sizeArguments(call.input('other')))),
  viewOperator('reshape_as(Tensor(a) self, Tensor other) -> Tensor(a)', (call) => reshaped(call, call.sizeArguments(call.input('other')))),
  viewOperator('flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)', (call) =>
    flattened(call, call.int('start_dim'), call.int('end_dim')),
  ),
  viewOperator('ravel(Tensor(a) self) -> Tensor(a)', (call) => flattened(call, 0, -1)),
  viewOperator('unflatten.int(Tensor(a) self, int dim, SymInt[] sizes) -> Tensor(a)', unflattened),
  viewOperator('squeeze(Tensor(a) self) -> Tensor(a)', (call) =>
    squeezed(
      call,
      call.shapeOf(call.tensor('self').value).map((_, axis) => axis),
    ),
  ),
  viewOperator('squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)', (call) => squeezed(call, [call.int('dim')])),
  viewOperator('squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)', (call) => squeezed(call, call.ints('dim'))),
  viewOperator('unsqueeze(Tensor(a) self, int dim) -> Tensor(a)', (call) => {
    const axis = call.axis(call.int('dim'), call.rankOf(call.tensor('self').value) + 1);
    return { read: (base) => call.unsqueeze(base, [axis]), write: (_, view) => call.squeeze(view, [axis]), isContiguous: true };
  }),
];

/** Removes those of the given axes that have size 1. */
function squeezed(call: AtenCall, axes: readonly number[]): ViewStep {
  const shape = call.shapeOf(call.tensor('self').value);
  const single = axes.map((axis) => call.axis(axis, shape.length)).filter((axis) => shape[axis] === 1);
  if (single.length === 0) return sameElements;
  return { read: (base) => call.squeeze(base, single), write: (_, view) => call.unsqueeze(view, single), isContiguous: true };
}

function flattened(call: AtenCall, start: number, end: number): ViewStep {
  const value = call.tensor('self').value;
  const shape = call.shapeOf(value);
  if (shape.length === 0) return reshaped(call, [1]);
  const [first, last] = [call.axis(start, shape.length), call.axis(end, shape.length)];
  if (first > last) throw new OperatorError('invalid', `the first axis ${first} comes after the last axis ${last}`);
  if (first === last) return sameElements;
  const sizes = call.sizeArguments(value);
  const merged = product(shape.slice(first, last + 1));
  return reshaped(call, [...sizes.slice(0, first), typeof merged === 'number' ? merged : -1, ...sizes.slice(last + 1)]);
}

function unflattened(call: AtenCall): ViewStep {
  const sizes = call.sizeArguments(call.tensor('self').value);
  const axis = call.axis(call.int('dim'), sizes.length);
  return reshaped(call, [...sizes.slice(0, axis), ...call.sizeList('sizes'), ...sizes.slice(axis + 1)]);
}
