import type { Dimension } from '../../../../graph/ir/dimension.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { ViewStep } from '../../values/tensor.ts';
import type { AtenCall } from '../call.ts';
import type { SizeArgument } from '../callGraph.ts';
import { type AtenFamily, atenOperator, viewOperator } from '../operator.ts';
import { sameElements, selected, sliced } from './views.ts';

/** Operators that broadcast tensors, and that extract windows and diagonals. */
export const expandFamily: AtenFamily = [
  viewOperator('expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)', (call) =>
    expanded(call, call.sizeList('size')),
  ),
  viewOperator('expand_as(Tensor(a) self, Tensor other) -> Tensor(a)', (call) => expanded(call, call.sizeArguments(call.input('other')))),
  viewOperator('broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)', (call) => expanded(call, call.sizeList('size'))),
  atenOperator('broadcast_tensors(Tensor[] tensors) -> Tensor[]', (call) => {
    const values = call.inputs('tensors');
    const all = values.reduce((left, right) => call.emit('Add', [zeroOf(call, left), zeroOf(call, right)]));
    const sizes = call.sizeVector(call.sizeArguments(all));
    return values.map((value) => call.emit('Expand', [value, sizes]));
  }),
  viewOperator('unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)', (call) => {
    const value = call.tensor('self').value;
    const axis = call.axis(call.int('dimension'), call.rankOf(value));
    const [size, step] = [call.int('size'), call.int('step')];
    const count = Math.floor((call.sizeOfAxis(value, axis) - size) / step) + 1;
    const places = Array.from({ length: count * size }, (_, index) => Math.floor(index / size) * step + (index % size));
    return { read: (base) => windows(call, base, axis, places, count, size), isContiguous: false };
  }),
  viewOperator('diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)', (call) => {
    const rank = call.rankOf(call.tensor('self').value);
    const axes = [call.axis(call.int('dim1'), rank), call.axis(call.int('dim2'), rank)] as const;
    return { read: (base) => diagonal(call, base, axes, call.int('offset')), isContiguous: false };
  }),
  atenOperator('diag(Tensor self, int diagonal=0) -> Tensor', (call) => {
    const value = call.input('self');
    return call.rankOf(value) === 1
      ? diagonalMatrix(call, value, call.int('diagonal'))
      : diagonal(call, value, [0, 1], call.int('diagonal'));
  }),
  atenOperator('diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor', (call) => {
    const isPlain = call.int('dim1') === -2 && call.int('dim2') === -1;
    if (!isPlain) throw new OperatorError('unsupported', 'diag_embed to other axes than the last two is not supported');
    return diagonalMatrix(call, call.input('self'), call.int('offset'));
  }),
  viewOperator('atleast_1d(Tensor self) -> Tensor', (call) =>
    call.rankOf(call.tensor('self').value) === 0 ? withAxes(call, [0]) : sameElements,
  ),
  viewOperator('atleast_2d(Tensor self) -> Tensor', (call) => {
    const rank = call.rankOf(call.tensor('self').value);
    return rank >= 2 ? sameElements : withAxes(call, rank === 0 ? [0, 1] : [0]);
  }),
  viewOperator('narrow_copy(Tensor self, int dim, SymInt start, SymInt length) -> Tensor', (call) => {
    const axis = call.axis(call.int('dim'), call.rankOf(call.tensor('self').value));
    const start = call.int('start');
    return { ...sliced(call, axis, start, start + call.int('length')), isCopy: true };
  }),
  viewOperator('select_copy.int(Tensor self, int dim, SymInt index) -> Tensor', (call) => {
    const value = call.tensor('self').value;
    const axis = call.axis(call.int('dim'), call.rankOf(value));
    const index = call.int('index');
    return { ...selected(call, axis, index < 0 ? index + call.sizeOfAxis(value, axis) : index), isCopy: true };
  }),
];

function withAxes(call: AtenCall, axes: readonly number[]): ViewStep {
  return { read: (base) => call.unsqueeze(base, axes), write: (_, view) => call.squeeze(view, axes), isContiguous: true };
}

function zeroOf(call: AtenCall, value: string): string {
  return call.cast(value, 'float32');
}

/** Several positions share one element, so the view cannot be written. */
function expanded(call: AtenCall, sizes: readonly SizeArgument[]): ViewStep {
  const shape = call.shapeOf(call.tensor('self').value);
  const missing = sizes.length - shape.length;
  if (missing < 0) throw new OperatorError('invalid', `a tensor with ${shape.length} axes cannot be expanded to ${sizes.length}`);
  const target = sizes.map((size, axis) => {
    const before: Dimension = axis < missing ? 1 : (shape[axis - missing] ?? 1);
    const isUnchanged = size === -1 || (typeof size !== 'number' && size.dimension === before) || size === before;
    return isUnchanged ? 1 : size;
  });
  if (target.every((size) => size === 1)) {
    if (missing === 0) return sameElements;
    return withAxes(
      call,
      Array.from({ length: missing }, (_, axis) => axis),
    );
  }
  return { read: (base) => call.emit('Expand', [base, call.sizeVector(target)]), isContiguous: false };
}

/** Windows along an axis: the axis counts the windows, and a new last axis contains their elements. */
function windows(call: AtenCall, base: string, axis: number, places: readonly number[], count: number, size: number): string {
  const taken = call.emit('Gather', [base, call.integers(places)], { axis });
  const sizes = call.sizeArguments(base);
  const divided = call.resize(taken, [...sizes.slice(0, axis), count, size, ...sizes.slice(axis + 1)]);
  const rank = sizes.length;
  const perm = Array.from({ length: rank + 1 }, (_, place) => place).filter((place) => place !== axis + 1);
  return call.transpose(divided, [...perm, axis + 1]);
}

/** The elements on a diagonal of two axes, on a new last axis. */
function diagonal(call: AtenCall, base: string, [first, second]: readonly [number, number], offset: number): string {
  const [rows, columns] = [call.sizeOfAxis(base, first), call.sizeOfAxis(base, second)];
  const length = Math.max(0, Math.min(rows - Math.max(0, -offset), columns - Math.max(0, offset)));
  const others = Array.from({ length: call.rankOf(base) }, (_, axis) => axis).filter((axis) => axis !== first && axis !== second);
  const sizes = call.sizeArguments(base);
  const front = others.map((axis) => sizes[axis] ?? 1);
  const flat = call.resize(call.transpose(base, [...others, first, second]), [...front, rows * columns]);
  const places = Array.from({ length }, (_, place) => (place + Math.max(0, -offset)) * columns + place + Math.max(0, offset));
  return call.emit('Gather', [flat, call.integers(places)], { axis: others.length });
}

/** Matrices with vectors on a diagonal and zeros elsewhere. */
function diagonalMatrix(call: AtenCall, value: string, offset: number): string {
  const axis = call.rankOf(value) - 1;
  const size = call.sizeOfAxis(value, axis);
  const pads = Array.from({ length: 2 * (axis + 1) }, () => 0);
  pads[axis] = Math.max(0, offset);
  pads[2 * axis + 1] = Math.max(0, -offset);
  const padded = offset === 0 ? value : call.emit('Pad', [value, call.integers(pads)]);
  const total = size + Math.abs(offset);
  const target = call.integers([...Array.from({ length: axis }, () => 1), total, total]);
  const matrix = call.emit('Expand', [call.unsqueeze(padded, [axis]), target]);
  const mask = call.emit('EyeLike', [call.emit('ConstantOfShape', [call.integers([total, total])])], { k: offset });
  return call.emit('Mul', [matrix, call.cast(mask, call.dtypeOf(value))]);
}
