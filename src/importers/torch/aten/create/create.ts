import { checkList } from '../../../../graph/ir/limits.ts';
import { numericTensor } from '../../../../graph/ir/numericTensor.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import { Tensor } from '../../../../graph/ir/tensor.ts';
import { storedDtype, type TorchDtype } from '../../values/dtype.ts';
import type { AtenCall, ScalarArgument } from '../call.ts';
import type { SizeArgument } from '../callGraph.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Operators that create tensors. */
export const createFamily: AtenFamily = [
  atenOperator(
    'zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => filled(call, call.sizeList('size'), 0, typeOf(call)),
  ),
  atenOperator(
    'ones(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => filled(call, call.sizeList('size'), 1, typeOf(call)),
  ),
  atenOperator(
    'full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => {
      const value = call.scalarArgument('fill_value');
      return filled(call, call.sizeList('size'), value, call.dtypeArgument('dtype') ?? ('kind' in value ? 'int64' : value.dtype));
    },
  ),
  // Programs write every element before they read it, so zeros are as good as any value.
  atenOperator(
    'empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor',
    (call) => filled(call, call.sizeList('size'), 0, typeOf(call)),
  ),
  atenOperator(
    'zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor',
    (call) => filledLike(call, 0),
  ),
  atenOperator(
    'ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor',
    (call) => filledLike(call, 1),
  ),
  atenOperator(
    'empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor',
    (call) => filledLike(call, 0),
  ),
  atenOperator(
    'full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor',
    (call) => filledLike(call, call.scalarArgument('fill_value')),
  ),
  atenOperator(
    'new_zeros(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => filled(call, call.sizeList('size'), 0, typeLike(call)),
  ),
  atenOperator(
    'new_ones(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => filled(call, call.sizeList('size'), 1, typeLike(call)),
  ),
  atenOperator(
    'new_empty(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => filled(call, call.sizeList('size'), 0, typeLike(call)),
  ),
  atenOperator(
    'new_full(Tensor self, SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => filled(call, call.sizeList('size'), call.scalarArgument('fill_value'), typeLike(call)),
  ),
  atenOperator(
    'scalar_tensor(Scalar s, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => call.scalarValue(call.scalarArgument('s'), typeOf(call)),
  ),
  atenOperator(
    'arange(Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => range(call, undefined, undefined),
  ),
  atenOperator(
    'arange.start(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => range(call, 'start', undefined),
  ),
  atenOperator(
    'arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => range(call, 'start', 'step'),
  ),
  atenOperator(
    'linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => linspace(call, (value) => value),
  ),
  atenOperator(
    'logspace(Scalar start, Scalar end, int steps, float base=10.0, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => linspace(call, (value) => call.float('base') ** value),
  ),
  atenOperator(
    'eye(SymInt n, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => eye(call, call.int('n'), call.int('n')),
  ),
  atenOperator(
    'eye.m(SymInt n, SymInt m, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => eye(call, call.int('n'), call.int('m')),
  ),
  atenOperator(
    'tril_indices(int row, int col, int offset=0, *, ScalarType? dtype=long, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => triangle(call, (row, column) => column - row <= call.int('offset')),
  ),
  atenOperator(
    'triu_indices(int row, int col, int offset=0, *, ScalarType? dtype=long, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor',
    (call) => triangle(call, (row, column) => column - row >= call.int('offset')),
  ),
  ...(['rand', 'randn'] as const).map((name) =>
    atenOperator(
      `${name}(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`,
      () => {
        throw new OperatorError('unsupported', 'the result is random');
      },
    ),
  ),
];

function typeOf(call: AtenCall): TorchDtype {
  return call.dtypeArgument('dtype') ?? 'float32';
}

function typeLike(call: AtenCall): TorchDtype {
  return call.dtypeArgument('dtype') ?? call.dtypeOf(call.input('self'));
}

function filled(call: AtenCall, sizes: readonly SizeArgument[], value: number | ScalarArgument, dtype: TorchDtype): string {
  const stored = storedDtype(dtype);
  const scalar = typeof value === 'number' ? call.scalar(value, stored) : call.scalarValue(value, dtype);
  const known = sizes.filter((size) => typeof size === 'number');
  const number = call.constantOf(scalar);
  if (known.length < sizes.length || number === undefined) return call.emit('Expand', [scalar, call.sizeVector(sizes)]);
  const one = number.reshape([1]);
  return call.emit('ConstantOfShape', [call.integers(known)], { value: one });
}

function filledLike(call: AtenCall, value: number | ScalarArgument): string {
  return filled(call, call.sizeArguments(call.input('self')), value, typeLike(call));
}

/** Without an explicit type, it is int64 if all numbers are integers. */
function range(call: AtenCall, start: string | undefined, step: string | undefined): string {
  const names = [start, 'end', step].flatMap((name) => name ?? []);
  const scalars = names.map((name) => call.scalarArgument(name));
  const isWhole = scalars.every((scalar) => 'kind' in scalar || scalar.dtype !== 'float32');
  const dtype = call.dtypeArgument('dtype') ?? (isWhole ? 'int64' : 'float32');
  const value = (name: string | undefined, fallback: number): string =>
    name === undefined ? call.scalar(fallback, storedDtype(dtype)) : call.scalarValue(call.scalarArgument(name), dtype);
  return call.emit('Range', [value(start, 0), value('end', 0), value(step, 1)]);
}

/** Computed from both ends, like torch. */
function linspace(call: AtenCall, map: (value: number) => number): string {
  const [start, end, steps] = [call.float('start'), call.float('end'), call.int('steps')];
  checkList(steps);
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  const values = Float64Array.from({ length: steps }, (_, place) =>
    map(place < steps / 2 ? start + step * place : end - step * (steps - place - 1)),
  );
  return call.constant(numericTensor(storedDtype(typeOf(call)), [steps], values));
}

function eye(call: AtenCall, rows: number, columns: number): string {
  checkList(rows * columns);
  const values = Float64Array.from({ length: rows * columns }, (_, place) => (Math.floor(place / columns) === place % columns ? 1 : 0));
  return call.constant(numericTensor(storedDtype(typeOf(call)), [rows, columns], values));
}

function triangle(call: AtenCall, holds: (row: number, column: number) => boolean): string {
  const [rows, columns] = [call.int('row'), call.int('col')];
  checkList(rows * columns);
  const all = Array.from({ length: rows * columns }, (_, place) => [Math.floor(place / columns), place % columns] as const);
  const within = all.filter(([row, column]) => holds(row, column));
  return call.constant(Tensor.int64([...within.map(([row]) => row), ...within.map(([, column]) => column)], [2, within.length]));
}
