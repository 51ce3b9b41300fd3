import { type Graph, makeNode, type Node } from '../ir/graph.ts';
import type { AxisMap, Order } from '../ir/layoutRule.ts';
import { Tensor } from '../ir/tensor.ts';
import type { GraphIndex } from '../rewrites/rewrite.ts';
import { followedBy, inverse, isIdentity, orderWithin, reordered } from './order.ts';
import type { LayoutRegion, Member } from './region.ts';

/**
 * The graph with members of a region computed in the other order. Values keep their names in the form they had; where
 * only the other form is needed, nothing makes it any more.
 */
export function transposeRegion(graph: Graph, region: LayoutRegion, members: ReadonlySet<Node>, index: GraphIndex): Graph {
  const constants = new Map(graph.constants);
  const names = new Set([...graph.inputs.map(({ name }) => name), ...constants.keys(), ...graph.nodes.flatMap(({ outputs }) => outputs)]);
  const fresh = (wanted: string): string => {
    let name = wanted;
    for (let count = 1; names.has(name); count++) name = `${wanted}_${count}`;
    names.add(name);
    return name;
  };
  const constant = (wanted: string, value: Tensor): string => {
    const name = fresh(wanted);
    constants.set(name, value);
    return name;
  };
  const nodes: Node[] = [];
  /** Names of the other form, of values that have got it. */
  const turned = new Map<string, string>();
  const transposed = (value: string, perm: Order, result: string): string => {
    nodes.push(makeNode('Transpose', [value], [result], { perm }));
    return result;
  };
  /** A value in the order that a member reads it in. */
  const read = (value: string, order: Order): string => {
    const known = region.orders.get(value) ?? order;
    if (isIdentity(order) && isIdentity(known)) return value;
    let form = turned.get(value);
    if (form === undefined) {
      form = isIdentity(known) ? value : transposed(value, known, fresh(`${value}/turned`));
      turned.set(value, form);
    }
    // What differs are places of axes of size 1.
    const rest = followedBy(inverse(known), order);
    return isIdentity(rest) ? form : transposed(form, rest, fresh(`${value}/turned`));
  };
  const operand = (value: string, map: AxisMap | undefined, { passage, order }: Member): string => {
    if (map === undefined || value === '') return value;
    const own = orderWithin(order, map);
    const added = passage.broadcasts ? order.flatMap((axis, place) => (map.includes(axis) ? [] : [place])) : [];
    const tensor = index.constant(value);
    if (tensor !== undefined) {
      const shape = reordered(tensor, own);
      const spread = order.flatMap((axis) => (map.includes(axis) ? [tensor.shape[map.indexOf(axis)] ?? 1] : added.length > 0 ? [1] : []));
      return tensor.size === 1 ? value : constant(`${value}/turned`, shape.reshape(spread));
    }
    const form = read(value, own);
    // Leading axes of size 1 go without saying.
    if (added.every((place, count) => place === count)) return form;
    const result = fresh(`${value}/spread`);
    nodes.push(makeNode('Unsqueeze', [form, constant(`${result}/axes`, Tensor.int64(added))], [result]));
    return result;
  };
  for (const node of graph.nodes) {
    const member = members.has(node) ? region.members.get(node) : undefined;
    if (member === undefined) {
      nodes.push(node);
      continue;
    }
    const { passage, order } = member;
    const change = passage.change(order);
    const inputs = node.inputs.map((value, at) => operand(value, passage.inputs[at], member));
    for (const [at, value] of change.constants ?? []) {
      while (inputs.length < at) inputs.push('');
      inputs[at] = constant(`${node.name}/turned`, value);
    }
    const results = node.outputs.map((value, at) => {
      const own = orderWithin(order, passage.outputs[at] ?? []);
      return value === '' || isIdentity(own) ? { value, own, name: value } : { value, own, name: fresh(`${value}/turned`) };
    });
    const { attributes } = makeNode('', [], [], change.attributes);
    nodes.push({
      ...node,
      operator: change.operator ?? node.operator,
      inputs,
      outputs: results.map(({ name }) => name),
      attributes: change.operator === undefined ? new Map([...node.attributes, ...attributes]) : attributes,
    });
    for (const { value, own, name } of results) {
      if (name === value) continue;
      const known = region.orders.get(value) ?? own;
      const rest = followedBy(inverse(own), known);
      turned.set(value, isIdentity(rest) ? name : transposed(name, rest, fresh(`${value}/turned`)));
      transposed(name, inverse(own), value);
    }
  }
  return { ...graph, nodes, constants };
}
