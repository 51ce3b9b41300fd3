import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { ViewStep } from '../../values/tensor.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, viewOperator } from '../operator.ts';
import { permutedView, sameElements } from './views.ts';

/** Operators that permute axes. */
export const transposeFamily: AtenFamily = [
  viewOperator('permute(Tensor(a) self, int[] dims) -> Tensor(a)', (call) => {
    const rank = rankOf(call);
    const perm = call.ints('dims').map((axis) => call.axis(axis, rank));
    if (perm.length !== rank || new Set(perm).size !== rank) {
      throw new OperatorError('invalid', `the permutation (${call.ints('dims').join(',')}) does not name the ${rank} axes once each`);
    }
    return permutedView(call, perm);
  }),
  viewOperator('transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)', (call) =>
    swapped(call, call.int('dim0'), call.int('dim1')),
  ),
  viewOperator('swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)', (call) =>
    swapped(call, call.int('axis0'), call.int('axis1')),
  ),
  viewOperator('swapdims(Tensor(a) self, int dim0, int dim1) -> Tensor(a)', (call) => swapped(call, call.int('dim0'), call.int('dim1'))),
  viewOperator('t(Tensor(a) self) -> Tensor(a)', (call) => (rankOf(call) < 2 ? sameElements : swapped(call, 0, 1))),
  viewOperator('numpy_T(Tensor(a) self) -> Tensor(a)', (call) =>
    permutedView(call, Array.from({ length: rankOf(call) }, (_, axis) => axis).reverse()),
  ),
  viewOperator('mT(Tensor(a) self) -> Tensor(a)', (call) => swapped(call, -2, -1)),
  viewOperator('movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)', moved),
  viewOperator('movedim.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)', moved),
  viewOperator('moveaxis.int(Tensor(a) self, int source, int destination) -> Tensor(a)', moved),
  viewOperator('moveaxis.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)', moved),
];

function rankOf(call: AtenCall): number {
  return call.rankOf(call.tensor('self').value);
}

function swapped(call: AtenCall, first: number, second: number): ViewStep {
  const rank = rankOf(call);
  if (rank === 0) return sameElements;
  const [a, b] = [call.axis(first, rank), call.axis(second, rank)];
  return permutedView(
    call,
    Array.from({ length: rank }, (_, axis) => (axis === a ? b : axis === b ? a : axis)),
  );
}

function moved(call: AtenCall): ViewStep {
  const rank = rankOf(call);
  const sources = call.ints('source').map((axis) => call.axis(axis, rank));
  const places = call.ints('destination').map((axis) => call.axis(axis, rank));
  if (sources.length !== places.length)
    throw new OperatorError('invalid', `${sources.length} axes are moved to ${places.length} positions`);
  const others = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !sources.includes(axis));
  const perm = Array.from({ length: rank }, (_, place) => sources[places.indexOf(place)] ?? others.shift() ?? 0);
  return permutedView(call, perm);
}
