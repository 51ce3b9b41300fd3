import { broadcastSize, type Shape } from '../../ir/dimension.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/** An operator that broadcasts its operands reads what an Expand repeats, not the repeated copies. */
export const absorbExpands: Rewrite = {
  name: 'absorb-expands',
  operators: ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'],
  match: (node, graph) => {
    const [left = '', right = '', ...more] = node.inputs;
    if (more.length > 0) return undefined;
    const pairs = [
      [repeatedBy(left, graph), repeatedBy(right, graph)],
      [repeatedBy(left, graph), right],
      [left, repeatedBy(right, graph)],
    ] as const;
    const inputs = pairs.find(([a, b]) => a !== undefined && b !== undefined && broadcasts(a, b, node.outputs[0], graph));
    return inputs && ((edit) => edit.emitLike(node, { inputs: inputs.map((name) => name ?? '') }));
  },
};

/** The value that an Expand repeats; `undefined` where the value is computed by another operator. */
function repeatedBy(name: string, graph: GraphView): string | undefined {
  return graph.producer(name, 'Expand')?.inputs[0];
}

/** ncnn's BinaryOp has as many axes, each of which is either as long in both operands or repeated in one of them. */
const maxRuns = 4;

/** Whether two values give the shape of the result, with few enough changes between the axes that are repeated and those that are not. */
function broadcasts(left: string, right: string, output: string | undefined, graph: GraphView): boolean {
  const [a, b, result] = [left, right, output].map((name) => graph.typeOf(name)?.shape);
  if (a === undefined || b === undefined || result === undefined) return false;
  const relations = result.map((size, axis) => {
    const [x, y] = [sizeAt(a, axis, result), sizeAt(b, axis, result)];
    if (broadcastSize(x, y) !== size || [x, y].some((each) => each !== 1 && each !== size)) return 'other';
    if (size === 1) return 'none';
    if (x === y) return 'equal';
    return x === 1 ? 'left' : 'right';
  });
  const repeated = relations.filter((relation) => relation !== 'none');
  const runs = repeated.filter((relation, place) => relation !== repeated[place - 1]).length;
  return !relations.includes('other') && runs <= maxRuns;
}

/** The size on an axis of the result, to whose last axes a shape is aligned. */
function sizeAt(shape: Shape, axis: number, result: Shape): Shape[number] {
  return shape[axis - result.length + shape.length] ?? 1;
}
