import type { GraphBuilder, NodeAttributes } from '../../ir/builder.ts';
import { isStatic, type Shape, sameShape } from '../../ir/dimension.ts';
import { type Operand, OperatorError, OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operators } from '../../ops/index.ts';

/** The maximum rank of the operand: every set of its axes is a candidate. */
const maxAxes = 5;

/**
 * Operators with a dynamic axis operand. The result shape that the model declares often leaves only one possible axis. If several remain,
 * the results along all of them are computed and one is selected at run time.
 */
export const dynamicAxis: Decomposition = {
  name: 'dynamic-axis',
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
    // Results of different sizes cannot be selected from, and sets of several axes could be in any order.
    const haveEqualShapes = first !== undefined && isStatic(first.result) && others.every(({ result }) => sameShape(result, first.result));
    if (first === undefined || (others.length > 0 && (count !== 1 || !haveEqualShapes))) return undefined;
    const results = sets.map(({ axes }) => ({ axes, value: along(node, edit, index, parameter(axes, operand)) }));
    const last = results.pop();
    return results.reduce(
      (other, { axes: [axis = 0], value }) => edit.emit('Where', [isAxis(edit, operand, axis, shape.length), value, other]),
      last?.value ?? '',
    );
  },
};

/** All sets of `count` axes. */
function axisSets(shape: Shape, count: number): readonly (readonly number[])[] {
  const sets = Array.from({ length: 2 ** shape.length }, (_, bits) => shape.flatMap((_size, axis) => ((bits >> axis) & 1 ? [axis] : [])));
  return sets.filter((axes) => axes.length === count);
}

function parameter(axes: readonly number[], { dtype, shape }: Operand): Tensor {
  const sizes = shape !== undefined && isStatic(shape) ? shape : [axes.length];
  return dtype === 'int32' ? Tensor.of('int32', sizes, Int32Array.from(axes)) : Tensor.int64(axes, sizes);
}

/** The shape of the result along some axes; `undefined` if the operator does not accept them. */
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

/** Whether a shape is compatible with the one that the model declares. */
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

/** Whether the operand equals the axis, counted from either end. */
function isAxis(edit: GraphBuilder, { name, dtype, shape }: Operand, axis: number, rank: number): string {
  const scalar = shape?.length === 0 ? name : edit.emit('Reshape', [name, edit.integers([1])]);
  const is = (place: number): string => edit.emit('Equal', [scalar, edit.scalar(place, dtype)]);
  return edit.emit('Or', [is(axis), is(axis - rank)]);
}
