import { makeNode, type Node } from '../../ir/graph.ts';
import type { OperatorFamily } from '../../ir/operator.ts';

/** A layer of the user's runtime in the place of a node. Its attributes are the type, and the parameters by their ids. */
const operator = 'ncnn:Custom';

export const customLayerOperators: OperatorFamily = {
  // What the model declares of the results is all that is known of them.
  [operator]: { infer: ({ node }) => node.outputs.map(() => ({ dtype: 'float32', shape: undefined })) },
};

/** The node as a layer of a custom type; `params` has the attribute behind each parameter. */
export function asCustomLayer(node: Node, type: string, params: Readonly<Record<string, string>>): Node {
  const attributes = Object.entries(params).flatMap(([id, name]) => {
    const attribute = node.attributes.get(name);
    return attribute === undefined ? [] : [[id, attribute] as const];
  });
  return makeNode(operator, node.inputs, node.outputs, { type, ...Object.fromEntries(attributes) }, node.name);
}

export function isCustomLayer(node: Node): boolean {
  return node.operator === operator;
}
