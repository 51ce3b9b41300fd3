import type { Dimension, Shape } from '../../../graph/ir/dimension.ts';
import { product, quotient } from '../../../graph/ir/dimension.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Operators that keep the elements in order. */
export const reshapeOperatorRules: OperatorRules = {
  Reshape: reshape,
  reshape,
  Flatten: flatten,
  flatten,
  reshape_like: (node) => {
    const names = ['lhs_begin', 'lhs_end', 'rhs_begin', 'rhs_end'];
    if (names.some((name) => node.attributes.text(name) !== undefined))
      throw new OperatorError('unsupported', 'reshaping only some of the axes is not supported');
    return toShape(node, node.input(0), node.shapeOf(node.input(1)));
  },
  expand_dims: (node) => {
    const rank = node.shapeOf(node.input(0)).length + 1;
    return node.unsqueeze(node.input(0), [node.axis(node.attributes.integer('axis', 0), rank)]);
  },
  squeeze: (node) => {
    const shape = node.shapeOf(node.input(0));
    const listed = node.attributes.integers('axis', undefined)?.map((axis) => node.axis(axis, shape.length));
    const axes = listed ?? shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
    // MXNet keeps one axis if all axes would be removed.
    const squeezed = axes.length === shape.length ? axes.slice(1) : axes;
    return squeezed.length === 0 ? node.input(0) : node.squeeze(node.input(0), squeezed);
  },
};

function flatten(node: SymbolOperator): string {
  return node.shapeOf(node.input(0)).length === 2 ? node.input(0) : node.emit('Flatten', [node.input(0)], { axis: 1 });
}

function reshape(node: SymbolOperator): string {
  const { attributes } = node;
  const source = node.shapeOf(node.input(0));
  const codes = attributes.integers('shape', []);
  if (codes.length > 0) {
    const reverse = attributes.boolean('reverse', false);
    const target = reverse ? [...decoded([...source].reverse(), [...codes].reverse())].reverse() : decoded(source, codes);
    return toShape(node, node.input(0), target);
  }
  // In releases before 0.8, a size of 0 is inferred.
  const target = attributes.integers('target_shape', []);
  if (target.length === 0) return node.input(0);
  const first = attributes.boolean('keep_highest', false) ? source[0] : undefined;
  return toShape(
    node,
    node.input(0),
    inferred(
      source,
      target.map((size, axis) => (axis === 0 && first !== undefined ? first : size === 0 ? -1 : size)),
    ),
  );
}

/**
 * Decodes MXNet's shape codes: 0 copies the axis, -1 is inferred, -2 copies all remaining axes, -3 merges two axes, -4 splits one axis into
 * the next two numbers.
 */
function decoded(source: Shape, codes: readonly number[]): Shape {
  const target: Dimension[] = [];
  let axis = 0;
  const next = (): Dimension => {
    const size = source[axis++];
    if (size === undefined)
      throw new OperatorError('invalid', `the shape (${codes.join(',')}) takes more axes than [${source.join(',')}] has`);
    return size;
  };
  for (let place = 0; place < codes.length; place++) {
    const code = codes[place] ?? 0;
    if (code === 0) target.push(next());
    else if (code === -2) while (axis < source.length) target.push(next());
    else if (code === -3) target.push(product([next(), next()]));
    else if (code === -4) {
      const whole = next();
      const [first = 0, second = 0] = codes.slice(place + 1, place + 3);
      place += 2;
      target.push(first === -1 ? quotient(whole, second) : first, second === -1 ? quotient(whole, first) : second);
    } else {
      axis++;
      target.push(code);
    }
  }
  return inferred(source, target);
}

/** Infers the size of the one axis that is -1. */
function inferred(source: Shape, target: Shape): Shape {
  const known = target.filter((size) => size !== -1);
  return target.map((size) => (size === -1 ? quotient(product(source), product(known)) : size));
}

/** Reshapes a value. At most one size may remain to be inferred once the sizes are known. */
function toShape(node: SymbolOperator, value: string, target: Shape): string {
  const source = node.shapeOf(value);
  const sizes = target.map((size, axis) => (typeof size === 'number' ? size : size === source[axis] ? 0 : -1));
  if (sizes.filter((size) => size === -1).length > 1) {
    throw new OperatorError('shape', `[${source.join(',')}] cannot be reshaped to [${target.join(',')}] while these sizes are dynamic`);
  }
  return node.reshape(value, sizes);
}
