import type { Attribute, Node, ValueType } from '../../../graph/ir/graph.ts';
import { OperatorError, type OperatorNode } from '../../../graph/ir/operator.ts';
import { type DataType, Tensor } from '../../../graph/ir/tensor.ts';

/** How nodes of older operator sets are written with the newest one. */
export interface OpsetAdapter {
  /** Operators of the default domain. */
  readonly operators: readonly string[];
  /** The first operator set whose form is the canonical one (nodes from there on are left alone); `always` where old forms outlived theirs. */
  readonly since: number | 'always';
  /** Nodes with the same results, in topological order. Throws `OperatorError` where there are none. */
  readonly upgrade: (node: OperatorNode, context: OpsetContext) => readonly Node[];
}

/** What a normalization may know and make. */
export interface OpsetContext {
  /** Version of the default domain that the node was written for. */
  readonly opset: number;
  /** Puts a constant into the graph; gives its name. `role` tells what it is for: `axes`, `pads`. */
  readonly constant: (value: Tensor, role: string) => string;
  /** A name for a value in between. */
  readonly value: (role: string) => string;
  /** What the model declares of a value, or the type of a constant; nothing is inferred at this point. */
  readonly typeOf: (name: string) => ValueType | undefined;
  /** Whether any node or graph output of the model uses the value. */
  readonly used: (name: string) => boolean;
}

/** The parts of a node that are replaced; attributes set to `undefined` are removed. */
export interface NodeChanges {
  readonly operator?: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute | undefined>>;
}

export function changeNode(node: Node, changes: NodeChanges): Node {
  const attributes = new Map(node.attributes);
  for (const [name, attribute] of Object.entries(changes.attributes ?? {})) {
    if (attribute === undefined) attributes.delete(name);
    else attributes.set(name, attribute);
  }
  return {
    ...node,
    operator: changes.operator ?? node.operator,
    inputs: changes.inputs ?? node.inputs,
    outputs: changes.outputs ?? node.outputs,
    attributes,
  };
}

/** The node with a list of integers, an attribute so far, as its input at `position`. Without the attribute nothing changes. */
export function integersToInput(node: OperatorNode, attribute: string, position: number, context: OpsetContext): Node {
  if (!node.hasAttribute(attribute)) return node.node;
  const values = integers(node, attribute);
  const name = context.constant(Tensor.int64(values), attribute);
  return changeNode(node.node, { inputs: withInput(node.node.inputs, position, name), attributes: { [attribute]: undefined } });
}

/** A list of integers in full: the ends of a slice may be the largest int64. Throws `OperatorError` where it is missing. */
export function integers(node: OperatorNode, name: string): readonly bigint[] {
  const attribute = node.node.attributes.get(name);
  if (attribute?.kind === 'ints') return attribute.value;
  throw new OperatorError(
    'invalid',
    `the attribute "${name}" is ${attribute === undefined ? 'missing' : `of kind ${attribute.kind}, not ints`}`,
  );
}

/** The inputs with one set; those in between are left out. */
export function withInput(inputs: readonly string[], position: number, name: string): readonly string[] {
  const padded = [...inputs, ...Array.from({ length: Math.max(0, position - inputs.length) }, () => '')];
  return [...padded.slice(0, position), name, ...padded.slice(position + 1)];
}

/** A scalar of the type of an operand, float32 where the model does not declare it. */
export function scalarLike(operand: string, value: number, context: OpsetContext): Tensor {
  const dtype: DataType = context.typeOf(operand)?.dtype ?? 'float32';
  switch (dtype) {
    case 'float64':
      return Tensor.of('float64', [], Float64Array.of(value));
    case 'float16':
    case 'bfloat16':
      return Tensor.of(dtype, [], Float32Array.of(value));
    case 'int32':
      return Tensor.of('int32', [], Int32Array.of(value));
    case 'int64':
      return Tensor.int64([Math.trunc(value)], []);
    default:
      return Tensor.float32([value]);
  }
}
