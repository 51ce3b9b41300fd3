import { broadcastShapes, isStatic } from '../../../../graph/ir/dimension.ts';
import { checkList } from '../../../../graph/ir/limits.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import { Tensor } from '../../../../graph/ir/tensor.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Advanced indexing: `x[i, :, j]`, and writing to `x[i, :, j]`. */
export const indexFamily: AtenFamily = [
  atenOperator('index.Tensor(Tensor self, Tensor?[] indices) -> Tensor', index),
  atenOperator('index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor', (call) => indexPut(call)),
  atenOperator('_unsafe_index.Tensor(Tensor self, Tensor?[] indices) -> Tensor', index),
  atenOperator('masked_select(Tensor self, Tensor mask) -> Tensor', (call) => {
    const mask = call.constantOf(call.input('mask'));
    if (mask === undefined) throw unknownCount();
    return taken(
      call,
      call.input('self'),
      placesOf(call, call.input('mask')).map((entry, axis) => ({ axis, value: entry })),
    );
  }),
  atenOperator('nonzero(Tensor self) -> Tensor', (call) => {
    if (call.constantOf(call.input('self')) === undefined) throw unknownCount();
    const columns = placesOf(call, call.input('self')).map((entry) => call.unsqueeze(entry, [1]));
    return columns.length === 1 ? (columns[0] ?? '') : call.emit('Concat', columns, { axis: 1 });
  }),
];

/** The indices along one axis, counted from either end. */
interface AxisIndex {
  readonly axis: number;
  readonly value: string;
}

function unknownCount(): OperatorError {
  return new OperatorError('unsupported', 'the number of elements that a mask selects is dynamic');
}

/** The index of each axis; a bool mask applies to as many axes as it has, and must be constant. */
function axisIndices(call: AtenCall): readonly AxisIndex[] {
  const found: AxisIndex[] = [];
  let axis = 0;
  for (const entry of call.optionalInputs('indices')) {
    if (entry === undefined) {
      axis++;
      continue;
    }
    const dtype = call.dtypeOf(entry);
    if (dtype !== 'bool' && dtype !== 'uint8') {
      found.push({ axis, value: entry });
      axis++;
      continue;
    }
    if (call.constantOf(entry) === undefined) throw unknownCount();
    for (const places of placesOf(call, entry)) {
      found.push({ axis, value: places });
      axis++;
    }
  }
  return found;
}

/** The coordinates of the nonzero elements of a constant, one vector per axis. */
function placesOf(call: AtenCall, mask: string): readonly string[] {
  const tensor = call.constantOf(mask);
  const shape = tensor?.shape ?? [];
  const columns: number[][] = shape.map(() => []);
  const values = tensor?.toFloat64() ?? new Float64Array(0);
  for (const [place, value] of values.entries()) {
    if (value === 0) continue;
    let remaining = place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      columns[axis]?.push(remaining % (shape[axis] ?? 1));
      remaining = Math.floor(remaining / (shape[axis] ?? 1));
    }
  }
  return columns.map((column) => call.integers(column));
}

function index(call: AtenCall): string {
  return taken(call, call.input('self'), axisIndices(call));
}

function taken(call: AtenCall, value: string, indices: readonly AxisIndex[]): string {
  const [first, ...more] = indices;
  if (first === undefined) return value;
  const counted = countedFromFront(call, value, indices);
  const [only = first.value] = counted;
  if (more.length === 0) return call.emit('Gather', [value, only], { axis: first.axis });
  const rank = call.rankOf(value);
  const axes = indices.map(({ axis }) => axis);
  const others = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  const ordered = call.transpose(value, [...axes, ...others]);
  const places = call.emit(
    'Concat',
    spread(call, counted).map((entry) => call.unsqueeze(entry, [call.rankOf(entry)])),
    {
      axis: -1,
    },
  );
  const result = call.emit('GatherND', [ordered, places]);
  const width = call.rankOf(places) - 1;
  if (!isAdjacent(axes)) return result;
  // The axes of the index replace the indexed axes.
  const front = others.filter((axis) => axis < first.axis).length;
  const moved = Array.from({ length: width + others.length }, (_, axis) => axis);
  return call.transpose(result, [...moved.slice(width, width + front), ...moved.slice(0, width), ...moved.slice(width + front)]);
}

function isAdjacent(axes: readonly number[]): boolean {
  return axes.every((axis, place) => place === 0 || axis === (axes[place - 1] ?? 0) + 1);
}

/** Broadcasts indices to a common shape. */
function spread(call: AtenCall, values: readonly string[]): readonly string[] {
  const shapes = values.map((value) => call.shapeOf(value));
  const common = shapes.reduce((left, right) => {
    const shape = broadcastShapes(left, right);
    if (shape === undefined)
      throw new OperatorError('invalid', `the indices [${left.join(',')}] and [${right.join(',')}] do not fit each other`);
    return shape;
  });
  if (!isStatic(common)) throw new OperatorError('shape', `indices of the shape [${common.join(',')}] depend on dynamic axes`);
  return values.map((value, place) => {
    const shape = shapes[place] ?? [];
    const isSame = shape.length === common.length && shape.every((size, axis) => size === common[axis]);
    return isSame ? value : call.emit('Expand', [value, call.integers(common)]);
  });
}

/** Negative constant indices count from the end. */
function countedFromFront(call: AtenCall, value: string, indices: readonly AxisIndex[]): readonly string[] {
  return indices.map(({ axis, value: entry }) => {
    const constant = call.constantOf(entry);
    const size = call.shapeOf(value)[axis];
    if (constant === undefined || typeof size !== 'number') return entry;
    const places = constant.toIntegers();
    return places.some((place) => place < 0)
      ? call.constant(
          Tensor.int64(
            places.map((place) => (place < 0 ? place + size : place)),
            constant.shape,
          ),
        )
      : entry;
  });
}

/** `x[indices] = values`, or `+=`. */
function indexPut(call: AtenCall): string {
  const value = call.input('self');
  const values = call.cast(call.input('values'), call.dtypeOf(value));
  const masks = call.optionalInputs('indices');
  const [mask] = masks;
  if (masks.length === 1 && mask !== undefined && call.dtypeOf(mask) === 'bool' && call.rankOf(values) === 0)
    return maskedPut(call, value, mask, values);
  const indices = axisIndices(call);
  const axes = indices.map(({ axis }) => axis);
  const rank = call.rankOf(value);
  const others = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  const perm = [...axes, ...others];
  if (perm.some((axis, place) => axis !== place) && axes.length > 1) {
    throw new OperatorError('unsupported', 'writing to indices of other than the first axes is not supported');
  }
  const entries = spread(call, countedFromFront(call, value, indices));
  const places = call.emit(
    'Concat',
    entries.map((entry) => call.unsqueeze(entry, [call.rankOf(entry)])),
    { axis: -1 },
  );
  const sizes = [...call.sizesOf(entries[0] ?? ''), ...others.map((axis) => call.sizeOfAxis(value, axis))];
  checkList(sizes.reduce((product, size) => product * size, 1));
  const [axis = 0] = axes;
  const source = axis === 0 ? values : withIndexFirst(call, values, axis, call.rankOf(entries[0] ?? ''));
  const updates = call.emit('Expand', [source, call.integers(sizes)]);
  const ordered = call.transpose(value, perm);
  const written = call.emit('ScatterND', [ordered, places, updates], { reduction: call.bool('accumulate') ? 'add' : 'none' });
  return call.transpose(
    written,
    perm.map((_, place) => perm.indexOf(place)),
  );
}

/** Moves the index axes of values to the front. */
function withIndexFirst(call: AtenCall, values: string, axis: number, width: number): string {
  const rank = call.rankOf(values);
  if (rank <= width) return values;
  const all = Array.from({ length: rank }, (_, place) => place);
  return call.transpose(values, [...all.slice(axis, axis + width), ...all.slice(0, axis), ...all.slice(axis + width)]);
}

/** Writes one number wherever a mask is set. */
function maskedPut(call: AtenCall, value: string, mask: string, filling: string): string {
  const missing = call.rankOf(value) - call.rankOf(mask);
  const placed =
    missing === 0
      ? mask
      : call.unsqueeze(
          mask,
          Array.from({ length: missing }, (_, axis) => call.rankOf(mask) + axis),
        );
  const result = call.bool('accumulate') ? call.emit('Add', [value, filling]) : filling;
  return call.emit('Where', [placed, result, value]);
}
