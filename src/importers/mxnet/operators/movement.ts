import { OperatorError } from '../../../graph/ir/operator.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Operators that transpose, join and repeat tensors. */
export const movementOperatorRules: OperatorRules = {
  transpose,
  Transpose: transpose,
  SwapAxis: swapAxes,
  swapaxes: swapAxes,
  flip,
  reverse: flip,
  depth_to_space: (node) =>
    node.emit('DepthToSpace', [node.input(0)], { blocksize: node.attributes.integer('block_size', 1), mode: 'DCR' }),
  space_to_depth: (node) => node.emit('SpaceToDepth', [node.input(0)], { blocksize: node.attributes.integer('block_size', 1) }),
  Concat: concat,
  concat,
  _rnn_param_concat: concat,
  stack: (node) => {
    const rank = node.shapeOf(node.input(0)).length + 1;
    const axis = node.axis(node.attributes.integer('axis', 0), rank);
    return node.emit(
      'Concat',
      node.inputs.map((value) => node.unsqueeze(value, [axis])),
      { axis },
    );
  },
  Pad: pad,
  pad,
  tile: (node) => {
    const reps = node.attributes.integers('reps', []);
    const rank = node.shapeOf(node.input(0)).length;
    const wide =
      reps.length > rank
        ? node.unsqueeze(
            node.input(0),
            reps.slice(rank).map((_, axis) => axis),
          )
        : node.input(0);
    const ones = Array.from({ length: Math.max(0, rank - reps.length) }, () => 1);
    return node.emit('Tile', [wide, node.integers([...ones, ...reps])]);
  },
  repeat: (node) => {
    const repeats = node.attributes.integer('repeats', 1);
    const declaredAxis = node.attributes.integer('axis', undefined);
    const data = declaredAxis === undefined ? node.reshape(node.input(0), [-1]) : node.input(0);
    const sizes = node.sizesOf(data);
    const axis = node.axis(declaredAxis ?? 0, sizes.length);
    const wide = node.unsqueeze(data, [axis + 1]);
    const expanded = node.emit('Expand', [wide, node.integers([...sizes.slice(0, axis + 1), repeats, ...sizes.slice(axis + 1)])]);
    return node.reshape(
      expanded,
      sizes.map((size, place) => (place === axis ? size * repeats : size)),
    );
  },
  broadcast_to: (node) => {
    const sizes = node.attributes.integers('shape', []);
    const own = node.sizesOf(node.input(0));
    return node.emit('Expand', [node.input(0), node.integers(sizes.map((size, axis) => (size === 0 ? (own[axis] ?? 1) : size)))]);
  },
  broadcast_like: (node) => {
    const [own, other] = [node.sizesOf(node.input(0)), node.sizesOf(node.input(1))];
    const left = node.attributes.integers('lhs_axes', undefined)?.map((axis) => node.axis(axis, own.length));
    const right = node.attributes.integers('rhs_axes', undefined)?.map((axis) => node.axis(axis, other.length));
    const sizes =
      left === undefined || right === undefined
        ? other
        : own.map((size, axis) => (left.includes(axis) ? (other[right[left.indexOf(axis)] ?? 0] ?? size) : size));
    return node.emit('Expand', [node.input(0), node.integers(sizes)]);
  },
  broadcast_axis: broadcastAxis,
  broadcast_axes: broadcastAxis,
};

function transpose(node: SymbolOperator): string {
  const listed = node.attributes.integers('axes', []);
  const rank = node.shapeOf(node.input(0)).length;
  const axes = listed.length > 0 ? listed.map((axis) => node.axis(axis, rank)) : Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  return node.transpose(node.input(0), axes);
}

function swapAxes(node: SymbolOperator): string {
  const rank = node.shapeOf(node.input(0)).length;
  const [first, second] = [node.axis(node.attributes.integer('dim1', 0), rank), node.axis(node.attributes.integer('dim2', 0), rank)];
  const perm = Array.from({ length: rank }, (_, axis) => (axis === first ? second : axis === second ? first : axis));
  return node.transpose(node.input(0), perm);
}

function flip(node: SymbolOperator): string {
  const rank = node.shapeOf(node.input(0)).length;
  let value = node.input(0);
  for (const axis of node.attributes.integers('axis', [])) value = node.slice(value, node.axis(axis, rank), -1, -(2 ** 31), -1);
  return value;
}

function concat(node: SymbolOperator): string {
  const rank = node.shapeOf(node.input(0)).length;
  return node.emit('Concat', node.inputs, { axis: node.axis(node.attributes.integer('dim', 1), rank) });
}

function pad(node: SymbolOperator): string {
  const widths = node.attributes.integers('pad_width', []);
  const rank = node.shapeOf(node.input(0)).length;
  if (widths.length !== 2 * rank) throw new OperatorError('invalid', `\`pad_width\` has ${widths.length} numbers for ${rank} axes`);
  const ends = [0, 1].flatMap((end) => widths.filter((_, place) => place % 2 === end));
  const mode = node.attributes.choice('mode', ['constant', 'edge', 'reflect'], 'constant');
  const operands = [node.input(0), node.integers(ends)];
  if (mode === 'constant') operands.push(node.scalarLike(node.attributes.number('constant_value', 0), node.input(0)));
  return node.emit('Pad', operands, { mode });
}

function broadcastAxis(node: SymbolOperator): string {
  const own = [...node.sizesOf(node.input(0))];
  const sizes = node.attributes.integers('size', []);
  for (const [place, axis] of node.attributes.integers('axis', []).entries()) own[node.axis(axis, own.length)] = sizes[place] ?? 1;
  return node.emit('Expand', [node.input(0), node.integers(own)]);
}
