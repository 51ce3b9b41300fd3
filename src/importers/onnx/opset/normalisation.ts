import type { Node, ValueType } from '../../../graph/graph.ts';
import type { OperatorNode } from '../../../graph/operator.ts';
import type { Tensor } from '../../../graph/tensor.ts';

/** How nodes of older operator sets are written with the newest one. */
export interface Normalisation {
  /** Operators of the default domain. */
  readonly operators: readonly string[];
  /** The first operator set whose form is the canonical one; nodes from there on are left alone. */
  readonly since: number;
  /**
   * Nodes with the same results, in topological order. Throws `OperatorError` where there are none.
   */
  readonly normalise: (node: OperatorNode, context: OpsetContext) => readonly Node[];
}

/** What a normalisation may know and make. */
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

/** The node with some of its parts replaced; attributes set to `undefined` are removed. */
export function withChanges(
  node: Node,
  changes: {
    readonly operator?: string;
    readonly inputs?: readonly string[];
    readonly outputs?: readonly string[];
    readonly attributes?: Readonly<Record<string, Node['attributes'] extends ReadonlyMap<string, infer A> ? A | undefined : never>>;
  },
): Node {
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
