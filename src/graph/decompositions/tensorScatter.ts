import type { GraphBuilder } from '../ir/builder.ts';
import { OperatorError } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';

/** The limit on entries that are decomposed one by one. */
const maxEntries = 64;

/** `TensorScatter`: replaces entries along one axis of a cache, from an index on that may differ between samples. */
export const tensorScatter: Decomposition = {
  name: 'tensor-scatter',
  operators: ['TensorScatter'],
  decompose: (node, edit) => {
    const [cache, update, starts] = [node.input(0), node.input(1), node.optionalInput(2)];
    const shape = node.shape(0);
    const axis = node.axis(node.int('axis', -2), shape.length);
    const [size, count] = [shape[axis], node.shape(1)[axis]];
    if (typeof size !== 'number' || typeof count !== 'number') {
      throw new OperatorError('shape', 'the lengths of the cache and of the update are dynamic');
    }
    const circular = node.string('mode', 'linear') === 'circular';
    const fixed = starts === undefined ? [0] : starts.constant?.toIntegers();
    const [first] = fixed ?? [];
    if (first !== undefined && fixed?.every((start) => start === first)) {
      const start = circular ? ((first % size) + size) % size : first;
      if (start + count <= size) {
        return edit.emit('Concat', replaced(edit, cache.name, update.name, { axis, start, count, size }), { axis });
      }
    }
    if (count > maxEntries) {
      throw new OperatorError('limit', `${count} entries at dynamic positions exceed the ${maxEntries} that are unrolled`);
    }
    const ones = shape.slice(1).map(() => 1);
    edit.reserve(size);
    const places = edit.emit('Reshape', [
      edit.integers(Array.from({ length: size }, (_, place) => place)),
      edit.integers(shape.map((_, index) => (index === axis ? size : 1))),
    ]);
    const origin = starts === undefined ? edit.integers([0]) : starts.name;
    const begin = edit.emit('Reshape', [origin, edit.integers([-1, ...ones])]);
    let result = cache.name;
    for (let entry = 0; entry < count; entry++) {
      const moved = entry === 0 ? begin : edit.emit('Add', [begin, edit.scalar(entry, 'int64')]);
      const place = circular ? edit.emit('Mod', [moved, edit.scalar(size, 'int64')]) : moved;
      const here = edit.emit('Equal', [places, place]);
      result = edit.emit('Where', [here, count === 1 ? update.name : edit.slice(update.name, axis, entry, entry + 1), result]);
    }
    return result;
  },
};

interface Range {
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly size: number;
}

/** The cache before the update, the update, and the cache after it. */
function replaced(edit: GraphBuilder, cache: string, update: string, { axis, start, count, size }: Range): readonly string[] {
  const before = start > 0 ? [edit.slice(cache, axis, 0, start)] : [];
  const after = start + count < size ? [edit.slice(cache, axis, start + count, size)] : [];
  return [...before, update, ...after];
}
