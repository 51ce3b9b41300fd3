import { checkList, maxOutputs } from '../../../../graph/ir/limits.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { ViewStep } from '../../values/tensor.ts';
import type { AtenCall } from '../call.ts';
import type { SizeArgument } from '../callGraph.ts';
import { type AtenFamily, viewOperator } from '../operator.ts';
import { clampIndex, pieces, selected, sliced } from './views.ts';

/** Operators that select a range of a tensor along one axis. */
export const sliceFamily: AtenFamily = [
  viewOperator('slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)', slice),
  viewOperator('select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)', select),
  viewOperator('narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)', (call) => {
    const { axis, size } = axisOf(call);
    const [start, length] = [call.int('start'), call.int('length')];
    const first = start < 0 && typeof size === 'number' ? start + size : start;
    return sliced(call, axis, first, first + length);
  }),
  viewOperator('split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]', split),
  viewOperator('split.sizes(Tensor(a -> *) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]', (call) =>
    pieces(call, axisOf(call).axis, call.ints('split_size')),
  ),
  viewOperator('split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]', splitWithSizes),
  viewOperator('chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]', chunk),
  // The unsafe forms share the elements of their argument too; torch only leaves the check of in-place writes to the caller.
  viewOperator('unsafe_split.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]', split),
  viewOperator('unsafe_split_with_sizes(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]', splitWithSizes),
  viewOperator('unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]', chunk),
  viewOperator('unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]', (call) => {
    const { axis, size } = staticAxisOf(call);
    checkList(size, maxOutputs);
    return Array.from({ length: size }, (_, index) => selected(call, axis, index));
  }),
  viewOperator('tensor_split.sections(Tensor(a -> *) self, SymInt sections, int dim=0) -> Tensor(a)[]', (call) => {
    const { axis, size } = staticAxisOf(call);
    const sections = call.int('sections');
    if (sections < 1) throw new OperatorError('invalid', `the number of sections is ${sections}`);
    checkList(sections, maxOutputs);
    const [base, larger] = [Math.floor(size / sections), size % sections];
    return pieces(
      call,
      axis,
      Array.from({ length: sections }, (_, place) => base + (place < larger ? 1 : 0)),
    );
  }),
  viewOperator('tensor_split.indices(Tensor(a -> *) self, SymInt[] indices, int dim=0) -> Tensor(a)[]', (call) => {
    const { axis, size } = staticAxisOf(call);
    const bounds = [0, ...call.ints('indices'), size];
    return bounds.slice(1).map((end, place) => sliced(call, axis, bounds[place] ?? 0, end));
  }),
];

function split(call: AtenCall): readonly ViewStep[] {
  const { axis, size } = staticAxisOf(call);
  return pieces(call, axis, equalPieces(size, call.int('split_size')));
}

function splitWithSizes(call: AtenCall): readonly ViewStep[] {
  return pieces(call, axisOf(call).axis, call.ints('split_sizes'));
}

function chunk(call: AtenCall): readonly ViewStep[] {
  const { axis, size } = staticAxisOf(call);
  return pieces(call, axis, equalPieces(size, Math.max(1, Math.ceil(size / call.int('chunks')))));
}

function axisOf(call: AtenCall): { readonly axis: number; readonly size: SizeArgument } {
  const { value } = call.tensor('self');
  const rank = call.rankOf(value);
  if (rank === 0) throw new OperatorError('invalid', 'a tensor without axes cannot be divided');
  const axis = call.axis(call.int('dim'), rank);
  return { axis, size: call.sizeArgument(value, axis) };
}

function staticAxisOf(call: AtenCall): { readonly axis: number; readonly size: number } {
  const { axis } = axisOf(call);
  return { axis, size: call.sizeOfAxis(call.tensor('self').value, axis) };
}

function slice(call: AtenCall): ViewStep {
  const { axis, size } = axisOf(call);
  const step = call.int('step');
  if (step < 1) throw new OperatorError('invalid', `the step of a slice is ${step}, expected 1 or more`);
  const bound = (name: string, fallback: number): SizeArgument => {
    const requested = call.isNone(name) ? fallback : call.size(name);
    return typeof requested === 'number' && typeof size === 'number' ? clampIndex(requested, size) : requested;
  };
  const [start, end] = [bound('start', 0), bound('end', Number.MAX_SAFE_INTEGER)];
  const isEmpty = typeof start === 'number' && typeof end === 'number' && typeof size === 'number' && end < start;
  return sliced(call, axis, start, isEmpty ? start : end, step);
}

function select(call: AtenCall): ViewStep {
  const { axis, size } = axisOf(call);
  const index = call.int('index');
  if (typeof size !== 'number') return selected(call, axis, index);
  const place = index < 0 ? index + size : index;
  if (place < 0 || place >= size) throw new OperatorError('invalid', `index ${index} does not exist on axis ${axis} of size ${size}`);
  return selected(call, axis, place);
}

function equalPieces(size: number, piece: number): readonly number[] {
  if (piece <= 0) {
    if (size === 0 && piece === 0) return [0];
    throw new OperatorError('invalid', `the size of a piece is ${piece}`);
  }
  const count = Math.max(1, Math.ceil(size / piece));
  checkList(count, maxOutputs);
  return Array.from({ length: count }, (_, place) => Math.min(piece, size - place * piece));
}
