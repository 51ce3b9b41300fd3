import { makeNode, type Node } from '../../ir/graph.ts';
import type { OperatorFamily } from '../../ir/operator.ts';

/** A layer of the user's runtime that replaces a node. Its attributes are the layer type and the parameters by id. */
const operator = 'ncnn:Custom';

export const customLayerOperators: OperatorFamily = {
  // Only the shapes that the model declares are known for the results.
  [operator]: { infer: ({ node }) => node.outputs.map(() => ({ dtype: 'float32', shape: undefined })) },
};

/** The node as a layer of a custom type; `params` maps each parameter id to the name of an attribute. */
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
