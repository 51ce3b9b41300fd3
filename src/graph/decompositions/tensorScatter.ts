import { OperatorError } from '../ir/operator.ts';
import { type Decomposition, sliced, type Writer } from './decomposition.ts';

/** Longer updates are not written out entry by entry. */
const mostEntries = 64;

/** `TensorScatter`: a cache with entries of one axis replaced, from an index on that may differ from sample to sample. */
export const tensorScatter: Decomposition = {
  name: 'tensor-scatter',
  operators: ['TensorScatter'],
  decompose: (node, write) => {
    const [cache, update, starts] = [node.input(0), node.input(1), node.optionalInput(2)];
    const shape = node.shape(0);
    const axis = node.axis(node.int('axis', -2), shape.length);
    const [size, count] = [shape[axis], node.shape(1)[axis]];
    if (typeof size !== 'number' || typeof count !== 'number') {
      throw new OperatorError('shape', 'the lengths of the cache and of the update are free', 'Fix them with `shape=NAME:…`.');
    }
    const circular = node.string('mode', 'linear') === 'circular';
    const fixed = starts === undefined ? [0] : starts.constant?.toIntegers();
    const [first] = fixed ?? [];
    if (first !== undefined && fixed?.every((start) => start === first)) {
      const start = circular ? ((first % size) + size) % size : first;
      if (start + count <= size) {
        write.result(0, 'Concat', replaced(write, cache.name, update.name, { axis, start, count, size }), { axis });
        return true;
      }
    }
    if (count > mostEntries) {
      throw new OperatorError('limit', `${count} entries at computed places are more than the ${mostEntries} that are written out`);
    }
    const ones = shape.slice(1).map(() => 1);
    const places = write.node('Reshape', [
      write.integers(Array.from({ length: size }, (_, place) => place)),
      write.integers(shape.map((_, index) => (index === axis ? size : 1))),
    ]);
    const origin = starts === undefined ? write.integers([0]) : starts.name;
    const begin = write.node('Reshape', [origin, write.integers([-1, ...ones])]);
    let result = cache.name;
    for (let entry = 0; entry < count; entry++) {
      const moved = entry === 0 ? begin : write.node('Add', [begin, write.scalar(entry, 'int64')]);
      const place = circular ? write.node('Mod', [moved, write.scalar(size, 'int64')]) : moved;
      const here = write.node('Equal', [places, place]);
      result = write.node('Where', [here, count === 1 ? update.name : sliced(write, update.name, axis, entry, entry + 1), result]);
    }
    write.result(0, 'Identity', [result]);
    return true;
  },
};

interface Range {
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly size: number;
}

/** What of the cache lies before the update, the update, and what lies behind it. */
function replaced(write: Writer, cache: string, update: string, { axis, start, count, size }: Range): readonly string[] {
  const before = start > 0 ? [sliced(write, cache, axis, 0, start)] : [];
  const behind = start + count < size ? [sliced(write, cache, axis, start + count, size)] : [];
  return [...before, update, ...behind];
}
