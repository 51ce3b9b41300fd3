import { elementCount, isStatic } from '../../ir/dimension.ts';
import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operators } from '../../ops/index.ts';

/** A value that consists of elements of another value in other positions, all multiplied by a number. */
export interface OperandRearrangement {
  /** The value that contains the elements. */
  readonly source: string;
  readonly factor: number;
  /** The nodes between both values, starting at the source. */
  readonly nodes: readonly Node[];
}

/** Traces a value back through nodes that only move elements or multiply by numbers. */
export function rearrangementOf(name: string, graph: GraphView): OperandRearrangement {
  const nodes: Node[] = [];
  let source = name;
  let factor = 1;
  for (let node = graph.producer(source); node !== undefined; node = graph.producer(source)) {
    const [first = '', second = ''] = node.inputs;
    const number = graph.numberOf(second);
    const elements = operators.get(node.operator)?.elements;
    if (elements === 'same' || elements === 'moved') {
      nodes.push(node);
      source = first;
    } else if ((node.operator === 'Mul' || node.operator === 'Div') && number !== undefined) {
      factor = node.operator === 'Mul' ? factor * number : factor / number;
      source = first;
    } else if (node.operator === 'Mul' && graph.numberOf(first) !== undefined) {
      factor *= graph.numberOf(first) ?? 1;
      source = second;
    } else break;
  }
  return { source, factor, nodes: nodes.reverse() };
}

/** Larger values are not traced, because that takes too long. */
const maxElements = 1 << 23;

/**
 * For each element of a value, its row-major index in the source. The nodes are run on a tensor of indices, so every way of writing a
 * rearrangement is recognized. `undefined` if a size is dynamic.
 */
export function placesOf(name: string, { source, nodes }: OperandRearrangement, graph: GraphView): Tensor | undefined {
  const shape = graph.typeOf(source)?.shape;
  if (shape === undefined || !isStatic(shape) || elementCount(shape) > maxElements) return undefined;
  const size = elementCount(shape);
  let values = Tensor.of(
    'int32',
    shape,
    Int32Array.from({ length: size }, (_, place) => place),
  );
  for (const [index, node] of nodes.entries()) {
    // A multiplication by a number keeps the positions, but may broadcast to more axes of size 1.
    const input = graph.typeOf(node.inputs[0])?.shape;
    if (input === undefined || !isStatic(input) || elementCount(input) !== values.size) return undefined;
    const constants = node.inputs.slice(1).map((operand) => (operand === '' ? undefined : graph.constantOf(operand)));
    if (node.inputs.slice(1).some((operand, at) => operand !== '' && constants[at] === undefined)) return undefined;
    const results = operators.get(node.operator)?.evaluate?.(graph.view(node), [values.reshape(input), ...constants]);
    const following = nodes[index + 1];
    // The result that the next node reads, possibly after a multiplication.
    const next = following === undefined ? name : (following.inputs[0] ?? '');
    const found = node.outputs.length === 1 ? 0 : node.outputs.indexOf(readOf(next, node, graph));
    const result = results?.[found];
    if (result === undefined) return undefined;
    values = result;
  }
  return values;
}

/** The result of a node that a value equals, apart from multiplications by a number. */
function readOf(name: string, node: Node, graph: GraphView): string {
  let value = name;
  while (!node.outputs.includes(value)) {
    const producer = graph.producer(value);
    const [first = '', second = ''] = producer?.inputs ?? [];
    if (producer === undefined) return value;
    value = graph.numberOf(first) === undefined ? first : second;
  }
  return value;
}
