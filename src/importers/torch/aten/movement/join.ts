import { OperatorError } from '../../../../graph/ir/operator.ts';
import { promotedDtype } from '../../values/dtype.ts';
import type { AtenCall } from '../call.ts';
import type { SizeArgument } from '../callGraph.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { withComplexLists } from '../signal/complexLists.ts';

/** Operators that join and repeat tensors. */
export const joinFamily: AtenFamily = [
  atenOperator('cat(Tensor[] tensors, int dim=0) -> Tensor', withComplexLists('tensors', cat)),
  atenOperator('concat(Tensor[] tensors, int dim=0) -> Tensor', withComplexLists('tensors', cat)),
  atenOperator('concatenate(Tensor[] tensors, int dim=0) -> Tensor', withComplexLists('tensors', cat)),
  atenOperator('stack(Tensor[] tensors, int dim=0) -> Tensor', withComplexLists('tensors', stack)),
  atenOperator(
    'hstack(Tensor[] tensors) -> Tensor',
    withComplexLists('tensors', (call) => {
      const values = sameType(
        call,
        call.inputs('tensors').map((value) => atLeast(call, value, 1)),
      );
      return concatenated(call, values, call.rankOf(values[0] ?? '') === 1 ? 0 : 1);
    }),
  ),
  atenOperator(
    'vstack(Tensor[] tensors) -> Tensor',
    withComplexLists('tensors', (call) =>
      concatenated(
        call,
        sameType(
          call,
          call.inputs('tensors').map((value) => atLeast(call, value, 2)),
        ),
        0,
      ),
    ),
  ),
  atenOperator('repeat(Tensor self, SymInt[] repeats) -> Tensor', (call) => repeated(call, call.sizeList('repeats'))),
  atenOperator('tile(Tensor self, SymInt[] dims) -> Tensor', (call) => {
    const repeats = call.sizeList('dims');
    const missing = Math.max(0, call.rankOf(call.input('self')) - repeats.length);
    return repeated(call, [...Array.from({ length: missing }, () => 1), ...repeats]);
  }),
  atenOperator(
    'repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor',
    repeatInterleave,
  ),
  atenOperator('meshgrid(Tensor[] tensors) -> Tensor[]', (call) => meshgrid(call, 'ij')),
  atenOperator('meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]', (call) => meshgrid(call, call.string('indexing'))),
  atenOperator('cartesian_prod(Tensor[] tensors) -> Tensor', (call) => {
    const grids = meshOf(call, call.inputs('tensors')).map((grid) => call.unsqueeze(call.reshape(grid, [-1]), [1]));
    return grids.length === 1 ? call.reshape(grids[0] ?? '', [-1]) : call.emit('Concat', grids, { axis: 1 });
  }),
];

function cat(call: AtenCall): string {
  return concatenated(call, sameType(call, call.inputs('tensors')), call.int('dim'));
}

function stack(call: AtenCall): string {
  const values = sameType(call, call.inputs('tensors'));
  const axis = call.axis(call.int('dim'), call.rankOf(values[0] ?? '') + 1);
  return call.emit(
    'Concat',
    values.map((value) => call.unsqueeze(value, [axis])),
    { axis },
  );
}

function sameType(call: AtenCall, values: readonly string[]): readonly string[] {
  const dtype = promotedDtype(
    values.map((value) => ({
      dtype: call.dtypeOf(value),
      priority: call.rankOf(value) === 0 ? ('scalarTensor' as const) : ('tensor' as const),
    })),
  );
  return values.map((value) => call.cast(value, dtype));
}

/** Tensors of shape [0] are ignored, as in torch for backward compatibility. */
function concatenated(call: AtenCall, values: readonly string[], dim: number): string {
  const rank = values.reduce((max, value) => Math.max(max, call.rankOf(value)), 0);
  const joined = values.filter((value) => rank === 1 || call.rankOf(value) > 1 || call.shapeOf(value)[0] !== 0);
  const [only] = joined;
  if (only === undefined) throw new OperatorError('invalid', 'no inputs to concatenate');
  return joined.length === 1 ? only : call.emit('Concat', joined, { axis: call.axis(dim, rank) });
}

function atLeast(call: AtenCall, value: string, rank: number): string {
  const missing = rank - call.rankOf(value);
  return missing > 0
    ? call.unsqueeze(
        value,
        Array.from({ length: missing }, (_, axis) => axis),
      )
    : value;
}

function repeated(call: AtenCall, repeats: readonly SizeArgument[]): string {
  const value = atLeast(call, call.input('self'), repeats.length);
  if (call.rankOf(value) > repeats.length) throw new OperatorError('invalid', 'fewer repeats than axes');
  if (repeats.every((times) => times === 1)) return value;
  return call.emit('Tile', [value, call.sizeVector(repeats)]);
}

/** Repeats each entry of an axis several times in sequence. */
function repeatInterleave(call: AtenCall): string {
  const dim = call.optionalInt('dim');
  const value = dim === undefined ? call.reshape(call.input('self'), [-1]) : call.input('self');
  const axis = call.axis(dim ?? 0, call.rankOf(value));
  const times = call.int('repeats');
  if (times === 1) return value;
  const sizes = call.sizeArguments(value);
  const spread = call.emit('Expand', [
    call.unsqueeze(value, [axis + 1]),
    call.sizeVector([...sizes.slice(0, axis + 1).map(() => 1), times, ...sizes.slice(axis + 1).map(() => 1)]),
  ]);
  const size = sizes[axis] ?? 1;
  return call.resize(spread, [...sizes.slice(0, axis), typeof size === 'number' ? size * times : -1, ...sizes.slice(axis + 1)]);
}

function meshgrid(call: AtenCall, indexing: string): readonly string[] {
  const values = call.inputs('tensors');
  if (indexing === 'ij' || values.length < 2) return meshOf(call, values);
  if (indexing !== 'xy') throw new OperatorError('invalid', `the indexing is "${indexing}", expected "ij" or "xy"`);
  const [first = '', second = '', ...others] = values;
  const [rows = '', columns = '', ...rest] = meshOf(call, [second, first, ...others]);
  return [columns, rows, ...rest];
}

/** Broadcasts each vector along the axes of all vectors. */
function meshOf(call: AtenCall, values: readonly string[]): readonly string[] {
  const vectors = values.map((value) => atLeast(call, value, 1));
  const sizes = call.sizeVector(vectors.map((value) => call.sizeArgument(value, 0)));
  return vectors.map((value, place) => {
    const axes = vectors.map((_, axis) => axis).filter((axis) => axis !== place);
    return call.emit('Expand', [axes.length === 0 ? value : call.unsqueeze(value, axes), sizes]);
  });
}
