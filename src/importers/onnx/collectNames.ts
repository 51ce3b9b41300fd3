import type { GraphProto, NodeProto } from './schema.ts';

/** Visits every name that a graph and its nested graphs define (`take`) and use (`use`). */
export function collectNames(graph: GraphProto, take: (name: string) => void, use: (name: string) => void): void {
  for (const { name } of [...graph.input, ...graph.initializer]) take(name ?? '');
  for (const { values } of graph.sparseInitializer) take(values?.name ?? '');
  for (const { name } of graph.output) use(name ?? '');
  collectNodeNames(graph.node, take, use);
}

/** Like {@link collectNames}, for a list of nodes. */
export function collectNodeNames(nodes: readonly NodeProto[], take: (name: string) => void, use: (name: string) => void): void {
  for (const node of nodes) {
    node.output.forEach(take);
    node.input.forEach(use);
    for (const attribute of node.attribute) if (attribute.g !== undefined) collectNames(attribute.g, take, use);
  }
}
