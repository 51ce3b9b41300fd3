import type { GraphEditor } from '../../../graph/ir/editor.ts';
import type { Attribute, Node } from '../../../graph/ir/graph.ts';
import { OperatorError, type OperatorNode } from '../../../graph/ir/operator.ts';
import type { Results } from '../../../graph/ir/rules.ts';

/** How nodes of older operator sets are written with the newest one. */
export interface OpsetAdapter {
  /** Operators of the default domain. */
  readonly operators: readonly string[];
  /** The first operator set whose form is the canonical one (nodes from there on are left alone); `always` where old forms outlived theirs. */
  readonly since: number | 'always';
  /**
   * Emits nodes that compute the same; `undefined` leaves the node as it is. Only declared types and constants are known. Throws
   * `OperatorError` where there are no such nodes.
   */
  readonly upgrade: (node: OperatorNode, edit: GraphEditor, context: OpsetContext) => Results | undefined;
}

/** What an adapter may know of the model around a node. */
export interface OpsetContext {
  /** Version of the default domain that the node was written for. */
  readonly opset: number;
  /** Whether any node or graph output of the model uses the value. */
  readonly isUsed: (name: string) => boolean;
}

/** The attributes of a node with some replaced; those set to `undefined` are removed. */
export function changeAttributes(
  { attributes }: Node,
  changes: Readonly<Record<string, Attribute | undefined>>,
): ReadonlyMap<string, Attribute> {
  const changed = new Map(attributes);
  for (const [name, attribute] of Object.entries(changes)) {
    if (attribute === undefined) changed.delete(name);
    else changed.set(name, attribute);
  }
  return changed;
}

/** The node with a list of integers, an attribute so far, as its input at `position`. Without the attribute nothing changes. */
export function integersToInput(view: OperatorNode, attribute: string, position: number, edit: GraphEditor): Results | undefined {
  if (!view.hasAttribute(attribute)) return undefined;
  const { node } = view;
  const inputs = withInput(node.inputs, position, edit.integers(integers(view, attribute), attribute));
  return edit.emitLike(node, { inputs, attributes: changeAttributes(node, { [attribute]: undefined }) });
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

/** A number of the type of an operand, float32 where the model does not declare it. */
export function scalarLike(operand: string, value: number, edit: GraphEditor, role: string): string {
  return edit.scalar(value, edit.typeOf(operand)?.dtype ?? 'float32', role);
}
