import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { addedNumber, isNear, multipliersOf } from '../factors.ts';
import type { Rewrite } from '../rewrite.ts';

/** `x * clip(x + 3, 0, 6) / 6`, or x times that HardSigmoid, is a HardSwish. */
export const findHardSwish: Rewrite = {
  name: 'find-hard-swish',
  operators: ['Mul', 'Div'],
  match: (node, graph) => {
    const { number, values } = multipliersOf(node.outputs[0] ?? '', graph);
    const [left, right] = values;
    if (left === undefined || right === undefined || values.length !== 2) return undefined;
    const x = isGate(left, right, number, graph) ? left : isGate(right, left, number, graph) ? right : undefined;
    return x === undefined ? undefined : (edit) => edit.emit('HardSwish', [x]);
  },
};

/** Whether a value, times a number, is `clip(x + 3, 0, 6) / 6`. */
function isGate(x: string, gate: string, number: number, graph: GraphView): boolean {
  const node: Node | undefined = graph.producer(gate);
  if (node?.operator === 'HardSigmoid') {
    const view = graph.view(node);
    return node.inputs[0] === x && isNear(number, 1) && isNear(view.float('alpha', 0.2), 1 / 6) && isNear(view.float('beta', 0.5), 0.5);
  }
  if (node?.operator !== 'Clip' || graph.numberOf(node.inputs[1]) !== 0 || graph.numberOf(node.inputs[2]) !== 6) return false;
  const sum = addedNumber(graph.producer(node.inputs[0]), graph);
  return sum?.value === x && sum.number === 3 && isNear(number, 1 / 6);
}
