import { checkList, maxOutputs } from '../../../graph/ir/limits.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Slicing operators. */
export const sliceOperatorRules: OperatorRules = {
  slice,
  crop: slice,
  slice_axis: (node) => {
    const rank = node.shapeOf(node.input(0)).length;
    const axis = node.axis(node.attributes.integer('axis', 0), rank);
    return node.slice(node.input(0), axis, node.attributes.integer('begin', 0), node.attributes.integer('end', farthest));
  },
  slice_like: (node) => {
    const [own, other] = [node.shapeOf(node.input(0)), node.sizesOf(node.input(1))];
    const axes = node.attributes.integers('axes', []);
    let value = node.input(0);
    for (const signedAxis of axes.length > 0 ? axes : other.map((_, axis) => axis)) {
      const axis = node.axis(signedAxis, own.length);
      const size = other[signedAxis < 0 ? signedAxis + other.length : signedAxis] ?? 1;
      if (own[axis] !== size) value = node.slice(value, axis, 0, size);
    }
    return value;
  },
  Crop: crop,
  SliceChannel: split,
  split,
  _split_v2: (node) => {
    const rank = node.shapeOf(node.input(0)).length;
    const axis = node.axis(node.attributes.integer('axis', 0), rank);
    const sections = node.attributes.integer('sections', 0);
    checkList(sections, maxOutputs);
    const size = node.sizesOf(node.input(0))[axis] ?? 1;
    const starts = node.attributes.integers('indices', []);
    const places = sections > 0 ? Array.from({ length: sections + 1 }, (_, part) => (part * size) / sections) : [...starts, size];
    const bounds = places[0] === 0 ? places : [0, ...places];
    const lengths = bounds.slice(1).map((end, part) => end - (bounds[part] ?? 0));
    return parts(node, axis, lengths);
  },
};

/** Beyond the end of any axis. */
const farthest = 2 ** 31 - 1;

function slice(node: SymbolOperator): string {
  const shape = node.shapeOf(node.input(0));
  const begins = node.attributes.optionalIntegers('begin', []);
  const ends = node.attributes.optionalIntegers('end', []);
  const steps = node.attributes.optionalIntegers('step', []);
  const taken = Array.from({ length: Math.max(begins.length, ends.length) }, (_, axis) => {
    const step = steps[axis] ?? 1;
    const [first, last] = step < 0 ? [farthest, -farthest] : [0, farthest];
    return { axis, step, begin: begins[axis] ?? first, end: ends[axis] ?? last };
  }).filter(({ axis, step, begin, end }) => step !== 1 || begin !== 0 || (end !== farthest && end !== shape[axis]));
  if (taken.length === 0) return node.input(0);
  const lists = [
    taken.map(({ begin }) => begin),
    taken.map(({ end }) => end),
    taken.map(({ axis }) => axis),
    taken.map(({ step }) => step),
  ];
  return node.emit('Slice', [node.input(0), ...lists.map((list) => node.integers(list))]);
}

/** The old crop operator for images: to a given size, or to the size of another image. */
function crop(node: SymbolOperator): string {
  const { attributes } = node;
  const sizes = node.sizesOf(node.input(0)).slice(2);
  const targetSizes = node.inputs.length > 1 ? node.sizesOf(node.input(1)).slice(2) : attributes.integers('h_w', []);
  const offset = attributes.integers('offset', [0, 0]);
  const center = attributes.boolean('center_crop', false);
  let value = node.input(0);
  for (const [axis, size] of targetSizes.entries()) {
    const start = center ? Math.floor(((sizes[axis] ?? 0) - size) / 2) : (offset[axis] ?? 0);
    if (start < 0 || start + size > (sizes[axis] ?? 0))
      throw new OperatorError('invalid', `the range ${start} to ${start + size} extends beyond the size ${sizes[axis]}`);
    value = node.slice(value, axis + 2, start, start + size);
  }
  return value;
}

function split(node: SymbolOperator): readonly string[] {
  const shape = node.shapeOf(node.input(0));
  const count = node.attributes.integer('num_outputs', 1);
  checkList(count, maxOutputs);
  const axis = node.axis(node.attributes.integer('axis', 1), shape.length);
  const size = shape[axis];
  if (typeof size !== 'number' || size % count !== 0)
    throw new OperatorError('invalid', `an axis of ${size} cannot be split into ${count} parts`);
  return parts(
    node,
    axis,
    Array.from({ length: count }, () => size / count),
  );
}

function parts(node: SymbolOperator, axis: number, lengths: readonly number[]): readonly string[] {
  const results =
    lengths.length === 1 ? [node.input(0)] : node.emitAll('Split', [node.input(0), node.integers(lengths)], lengths.length, { axis });
  return node.attributes.boolean('squeeze_axis', false) ? results.map((value) => node.squeeze(value, [axis])) : results;
}
