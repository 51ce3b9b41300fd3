import type { GraphBuilder, NodeAttributes } from '../../ir/builder.ts';
import { isStatic, type Shape, sameShape } from '../../ir/dimension.ts';
import { type Operand, OperatorError, OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operators } from '../../ops/index.ts';

/** More axes are not tried. */
const maxAxes = 5;

/**
 * Operators with an axis that is computed when the net runs. The result that the model declares often leaves only one
 * axis that it can be; where it leaves some, the results along all of them are computed, and chosen from.
 */
export const dynamicAxis: Decomposition = {
  name: 'live-axis',
  operators: [...operators].flatMap(([name, { axesInput }]) => (axesInput === undefined ? [] : [name])),
  decompose: (node, edit) => {
    const index = operators.get(node.operator)?.axesInput ?? 0;
    const operand = node.optionalInput(index);
    const { shape } = node.input(0);
    if (operand === undefined || operand.constant !== undefined || shape === undefined) return undefined;
    const count =
      operand.shape === undefined || !isStatic(operand.shape) ? undefined : operand.shape.reduce((total, size) => total * size, 1);
    if (count === undefined || shape.length > maxAxes) return undefined;
    const sets = axisSets(shape, count).flatMap((axes) => {
      const result = resultAlong(node, index, axes, operand);
      return result !== undefined && mayBe(result, edit.declaredType(node.node.outputs[0])?.shape) ? [{ axes, result }] : [];
    });
    const [first, ...others] = sets;
    // What gives other sizes cannot be chosen from, and sets of several axes could be told apart only by their order, too.
    const alike = first !== undefined && isStatic(first.result) && others.every(({ result }) => sameShape(result, first.result));
    if (first === undefined || (others.length > 0 && (count !== 1 || !alike))) return undefined;
    const results = sets.map(({ axes }) => ({ axes, value: along(node, edit, index, parameter(axes, operand)) }));
    const last = results.pop();
    return results.reduce(
      (other, { axes: [axis = 0], value }) => edit.emit('Where', [isAxis(edit, operand, axis, shape.length), value, other]),
      last?.value ?? '',
    );
  },
};

/** All sets of so many axes. */
function axisSets(shape: Shape, count: number): readonly (readonly number[])[] {
  const sets = Array.from({ length: 2 ** shape.length }, (_, bits) => shape.flatMap((_size, axis) => ((bits >> axis) & 1 ? [axis] : [])));
  return sets.filter((axes) => axes.length === count);
}

function parameter(axes: readonly number[], { dtype, shape }: Operand): Tensor {
  const sizes = shape !== undefined && isStatic(shape) ? shape : [axes.length];
  return dtype === 'int32' ? Tensor.of('int32', sizes, Int32Array.from(axes)) : Tensor.int64(axes, sizes);
}

/** The shape of the result along some axes; `undefined` where that is not possible. */
function resultAlong(node: OperatorNode, index: number, axes: readonly number[], operand: Operand): Shape | undefined {
  const operands = node.node.inputs.map((_, place): Operand | undefined =>
    place === index ? { ...operand, constant: parameter(axes, operand) } : node.optionalInput(place),
  );
  try {
    return operators.get(node.operator)?.infer(new OperatorNode(node.node, operands))[0]?.shape;
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}

/** Whether a shape can be the one that the model declares, as far as both are known. */
function mayBe(shape: Shape, declared: Shape | undefined): boolean {
  if (declared === undefined) return true;
  if (declared.length !== shape.length) return false;
  return shape.every((size, axis) => typeof size === 'string' || typeof declared[axis] !== 'number' || size === declared[axis]);
}

function along(node: OperatorNode, edit: GraphBuilder, index: number, axes: Tensor): string {
  const attributes: NodeAttributes = Object.fromEntries(node.node.attributes);
  const name = edit.constant(axes);
  return edit.emit(
    node.operator,
    node.node.inputs.map((input, place) => (place === index ? name : input)),
    attributes,
  );
}

/** Whether the axis is one, counted from either end. */
function isAxis(edit: GraphBuilder, { name, dtype, shape }: Operand, axis: number, rank: number): string {
  const scalar = shape?.length === 0 ? name : edit.emit('Reshape', [name, edit.integers([1])]);
  const is = (place: number): string => edit.emit('Equal', [scalar, edit.scalar(place, dtype)]);
  return edit.emit('Or', [is(axis), is(axis - rank)]);
}
