import type { GraphEditor } from '../../../graph/ir/editor.ts';
import type { Attribute, Node } from '../../../graph/ir/graph.ts';
import { OperatorError, type OperatorNode } from '../../../graph/ir/operator.ts';
import type { Results } from '../../../graph/ir/rules.ts';

/** Upgrades nodes of older operator sets to the newest one. */
export interface OpsetAdapter {
  /** Operators of the default domain. */
  readonly operators: readonly string[];
  /**
   * The first operator set with the canonical form; nodes from this version on are left unchanged. `always` if old forms also occur in
   * newer models.
   */
  readonly since: number | 'always';
  /**
   * Emits equivalent nodes; `undefined` leaves the node unchanged. Only declared types and constants are known. Throws `OperatorError` if
   * there is no equivalent.
   */
  readonly upgrade: (node: OperatorNode, edit: GraphEditor, context: OpsetContext) => Results | undefined;
}

/** What an adapter knows about the model around a node. */
export interface OpsetContext {
  /** Version of the default domain that the node uses. */
  readonly opset: number;
  /** Whether any node or graph output of the model uses the value. */
  readonly isUsed: (name: string) => boolean;
}

/** The attributes of a node with some replaced. Attributes set to `undefined` are removed. */
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

/** Moves a list of integers from an attribute to the input at `position`. Without the attribute, returns `undefined`. */
export function integersToInput(view: OperatorNode, attribute: string, position: number, edit: GraphEditor): Results | undefined {
  if (!view.hasAttribute(attribute)) return undefined;
  const { node } = view;
  const inputs = withInput(node.inputs, position, edit.integers(integers(view, attribute), attribute));
  return edit.emitLike(node, { inputs, attributes: changeAttributes(node, { [attribute]: undefined }) });
}

/** The integers as bigint, because the end of a slice may be the largest int64. Throws `OperatorError` if the attribute is missing. */
export function integers(node: OperatorNode, name: string): readonly bigint[] {
  const attribute = node.node.attributes.get(name);
  if (attribute?.kind === 'ints') return attribute.value;
  throw new OperatorError(
    'invalid',
    `the attribute "${name}" is ${attribute === undefined ? 'missing' : `of kind ${attribute.kind}, not ints`}`,
  );
}

/** The inputs with the one at `position` set. Inputs added before it are empty. */
export function withInput(inputs: readonly string[], position: number, name: string): readonly string[] {
  const padded = [...inputs, ...Array.from({ length: Math.max(0, position - inputs.length) }, () => '')];
  return [...padded.slice(0, position), name, ...padded.slice(position + 1)];
}

/** A scalar of an operand's type, or float32 if the model does not declare the type. */
export function scalarLike(operand: string, value: number, edit: GraphEditor, role: string): string {
  return edit.scalar(value, edit.typeOf(operand)?.dtype ?? 'float32', role);
}
