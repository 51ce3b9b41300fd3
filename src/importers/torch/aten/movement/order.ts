import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Operators that reorder elements along axes. */
export const orderFamily: AtenFamily = [
  atenOperator('flip(Tensor self, int[] dims) -> Tensor', (call) => flipped(call, call.input('self'), call.ints('dims'))),
  atenOperator('fliplr(Tensor self) -> Tensor', (call) => flipped(call, call.input('self'), [1])),
  atenOperator('flipud(Tensor self) -> Tensor', (call) => flipped(call, call.input('self'), [0])),
  atenOperator('roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor', roll),
  atenOperator('rot90(Tensor self, int k=1, int[] dims=[0,1]) -> Tensor', (call) => {
    const value = call.input('self');
    const axes = call.ints('dims').map((axis) => call.axis(axis, call.rankOf(value)));
    const [first = 0, second = 1] = axes;
    const swap = Array.from({ length: call.rankOf(value) }, (_, axis) => (axis === first ? second : axis === second ? first : axis));
    const turns = ((call.int('k') % 4) + 4) % 4;
    if (turns === 1) return flipped(call, call.transpose(value, swap), [first]);
    if (turns === 2) return flipped(call, value, [first, second]);
    return turns === 3 ? flipped(call, call.transpose(value, swap), [second]) : value;
  }),
  atenOperator('tril(Tensor self, SymInt diagonal=0) -> Tensor', (call) =>
    call.emit('Trilu', [call.input('self'), call.scalar(call.int('diagonal'), 'int64')], { upper: 0 }),
  ),
  atenOperator('triu(Tensor self, SymInt diagonal=0) -> Tensor', (call) =>
    call.emit('Trilu', [call.input('self'), call.scalar(call.int('diagonal'), 'int64')], { upper: 1 }),
  ),
];

function flipped(call: AtenCall, value: string, dims: readonly number[]): string {
  const axes = dims.map((axis) => call.axis(axis, call.rankOf(value)));
  if (axes.length === 0 || call.rankOf(value) === 0) return value;
  const all = (entry: number): string => call.integers(axes.map(() => entry));
  return call.emit('Slice', [value, all(-1), all(Number.MIN_SAFE_INTEGER), call.integers(axes), all(-1)]);
}

/** Shifts entries cyclically along axes. */
function roll(call: AtenCall): string {
  const input = call.input('self');
  const [shifts, dims] = [call.ints('shifts'), call.ints('dims')];
  if (dims.length === 0) {
    const flat = rolled(call, call.reshape(input, [-1]), 0, shifts[0] ?? 0);
    return call.resizeLike(flat, input);
  }
  if (dims.length !== shifts.length) throw new OperatorError('invalid', `${shifts.length} shifts do not fit ${dims.length} axes`);
  return dims.reduce((value, dim, place) => rolled(call, value, call.axis(dim, call.rankOf(value)), shifts[place] ?? 0), input);
}

function rolled(call: AtenCall, value: string, axis: number, shift: number): string {
  const size = call.sizeOfAxis(value, axis);
  const start = size === 0 ? 0 : ((-shift % size) + size) % size;
  if (start === 0) return value;
  return call.emit('Concat', [call.slice(value, axis, start, size), call.slice(value, axis, 0, start)], { axis });
}
