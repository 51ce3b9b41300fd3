import type { Node } from '../ir/graph.ts';
import type { GraphView } from '../ir/graphIndex.ts';

/** A product of dynamic values and one number. */
export interface Factors {
  readonly number: number;
  /** Names of the values, in the order in which they are found. */
  readonly values: readonly string[];
}

/** The maximum depth of products to look through, so that long chains of products take linear time. */
const maxDepth = 8;

/**
 * Splits a value into factors where it is a product, a quotient by a number or a small power, in any order that an exporter writes. Only
 * values without other readers are split.
 */
export function multipliersOf(name: string, graph: GraphView, reader?: Node, depth = 0): Factors {
  const node = graph.producer(name);
  const whole: Factors = { number: 1, values: [name] };
  if (node === undefined || depth === maxDepth || (reader !== undefined && !graph.isOnlyRead(name, reader))) return whole;
  const [left = '', right = ''] = node.inputs;
  const [leftNumber, rightNumber] = [graph.numberOf(left), graph.numberOf(right)];
  if (node.operator === 'Mul') {
    const first = leftNumber === undefined ? multipliersOf(left, graph, node, depth + 1) : { number: leftNumber, values: [] };
    const second = rightNumber === undefined ? multipliersOf(right, graph, node, depth + 1) : { number: rightNumber, values: [] };
    return { number: first.number * second.number, values: [...first.values, ...second.values] };
  }
  if (node.operator === 'Div' && rightNumber !== undefined) {
    const first = multipliersOf(left, graph, node, depth + 1);
    return { number: first.number / rightNumber, values: first.values };
  }
  if (node.operator === 'Pow' && (rightNumber === 2 || rightNumber === 3)) {
    return { number: 1, values: Array.from({ length: rightNumber }, () => left) };
  }
  return whole;
}

/** The value and the number that an Add sums; `undefined` for other nodes. */
export function addedNumber(node: Node | undefined, graph: GraphView): { value: string; number: number } | undefined {
  if (node?.operator !== 'Add') return undefined;
  const [left = '', right = ''] = node.inputs;
  const [leftNumber, rightNumber] = [graph.numberOf(left), graph.numberOf(right)];
  if (rightNumber !== undefined && leftNumber === undefined) return { value: left, number: rightNumber };
  if (leftNumber !== undefined && rightNumber === undefined) return { value: right, number: leftNumber };
  return undefined;
}

/** Whether a number equals another one to about six digits, the precision that exporters write. */
export function isNear(value: number | undefined, expected: number): boolean {
  return value !== undefined && Math.abs(value - expected) <= Math.abs(expected) * 1e-5;
}
