import { broadcastSize, type Shape } from '../../ir/dimension.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/** An operator that broadcasts its operands reads the operand of an Expand instead of the repeated copies. */
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

/** The operand of the Expand that produces a value; `undefined` if another operator produces it. */
function repeatedBy(name: string, graph: GraphView): string | undefined {
  return graph.producer(name, 'Expand')?.inputs[0];
}

/** The rank of ncnn's BinaryOp, in which each axis is either equally long in both operands or broadcast in one of them. */
const maxRuns = 4;

/** Whether two values broadcast to the shape of the result, with few enough alternations between broadcast and other axes. */
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

/** The size on an axis of the result for a shape that is aligned at the last axes. */
function sizeAt(shape: Shape, axis: number, result: Shape): Shape[number] {
  return shape[axis - result.length + shape.length] ?? 1;
}
