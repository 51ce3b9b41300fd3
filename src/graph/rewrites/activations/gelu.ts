import type { GraphView } from '../../ir/graphIndex.ts';
import { addedNumber, isNear, multipliersOf } from '../factors.ts';
import type { Rewrite } from '../rewrite.ts';

/** `x * (1 + erf(x / √2)) / 2`, and its approximation by tanh, in any order of the factors, is a Gelu. */
export const findGelu: Rewrite = {
  name: 'find-gelu',
  operators: ['Mul', 'Div'],
  match: (node, graph) => {
    const { number, values } = multipliersOf(node.outputs[0] ?? '', graph);
    const [left, right] = values;
    if (left === undefined || right === undefined || values.length !== 2 || !isNear(number, 0.5)) return undefined;
    for (const [x, gate] of [
      [left, right],
      [right, left],
    ] as const) {
      const approximate = gateForm(x, gate, graph);
      if (approximate !== undefined) return (edit) => edit.emit('Gelu', [x], { approximate });
    }
    return undefined;
  },
};

/** The variant of Gelu whose second factor is `gate`; `undefined` if there is none. */
function gateForm(x: string, gate: string, graph: GraphView): 'none' | 'tanh' | undefined {
  const sum = addedNumber(graph.producer(gate), graph);
  const curve = graph.producer(sum?.value);
  if (sum?.number !== 1 || curve === undefined) return undefined;
  const { number, values } = multipliersOf(curve.inputs[0] ?? '', graph);
  const [inner] = values;
  if (values.length !== 1) return undefined;
  if (curve.operator === 'Erf') return inner === x && isNear(number, Math.SQRT1_2) ? 'none' : undefined;
  if (curve.operator !== 'Tanh' || !isNear(number, Math.sqrt(2 / Math.PI))) return undefined;
  return isCubicSum(x, inner, graph) ? 'tanh' : undefined;
}

/** Whether a value is `x + 0.044715 x³`. */
function isCubicSum(x: string, name: string | undefined, graph: GraphView): boolean {
  const node = graph.producer(name, 'Add');
  const [left = '', right = ''] = node?.inputs ?? [];
  const cubic = left === x ? right : right === x ? left : undefined;
  if (cubic === undefined) return false;
  const { number, values } = multipliersOf(cubic, graph);
  return isNear(number, 0.044715) && values.length === 3 && values.every((value) => value === x);
}
