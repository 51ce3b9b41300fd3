import type { Shape } from '../ir/dimension.ts';
import type { Node } from '../ir/graph.ts';
import type { GraphView } from '../ir/graphIndex.ts';
import type { LayoutRule, Order } from '../ir/layoutRule.ts';
import { transposeOrder } from '../ops/movement/transpose.ts';
import { hasChannelAxis, isProducedChannelsFirst, isReadChannelsFirst } from './channelsFirst.ts';
import { layoutRuleOf } from './layoutRule.ts';
import { type Edge, minimumCut } from './minimumCut.ts';
import { followedBy, isSameMove, movesNothing, orderAround, orderWithin } from './order.ts';

/** A node in a region, with the permutation of its frame. */
export interface Member {
  readonly rule: LayoutRule;
  readonly order: Order;
}

/** Adjacent nodes that a layout propagates through, and the permutation of each of their values. */
export interface LayoutRegion {
  readonly members: ReadonlyMap<Node, Member>;
  readonly orders: ReadonlyMap<string, Order>;
}

/** Everything that the layout of one value can propagate to, from operands to results and back. */
export function regionAround(value: string, order: Order, graph: GraphView): LayoutRegion {
  const members = new Map<Node, Member>();
  const orders = new Map<string, Order>([[value, order]]);
  const seen = new Set<Node>();
  const pending = [value];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const producer = graph.producer(current);
    for (const node of [...(producer === undefined ? [] : [producer]), ...graph.readers(current)]) {
      if (seen.has(node)) continue;
      seen.add(node);
      const member = memberAt(node, current, orders, graph);
      if (member === undefined) continue;
      members.set(node, member);
      for (const [name, own] of ports(node, member, graph)) {
        if (orders.has(name)) continue;
        orders.set(name, own);
        if (!movesNothing(own, shapeOf(name, graph))) pending.push(name);
      }
    }
  }
  return { members, orders };
}

/** The node as a member of a region, if all its values can have the layouts that follow from one of them. */
function memberAt(node: Node, value: string, orders: ReadonlyMap<string, Order>, graph: GraphView): Member | undefined {
  const result = graph.typeOf(node.outputs[0])?.shape;
  const rule = result && layoutRuleOf(graph.view(node), result);
  const own = orders.get(value);
  const map = rule && (node.outputs.includes(value) ? rule.outputs[node.outputs.indexOf(value)] : rule.inputs[node.inputs.indexOf(value)]);
  if (rule === undefined || own === undefined || map === undefined) return undefined;
  const member = { rule, order: orderAround(own, map, rule.rank) };
  const fits = ports(node, member, graph).every(([name, order]) => {
    const shape = graph.typeOf(name)?.shape;
    const known = orders.get(name);
    return shape?.length === order.length && (known === undefined || isSameMove(known, order, shape));
  });
  return fits ? member : undefined;
}

/** The dynamic values of a node that have axes of its frame, with their permutations. */
function ports(node: Node, { rule, order }: Member, graph: GraphView): readonly (readonly [string, Order])[] {
  const at = (names: readonly string[], maps: LayoutRule['inputs']) =>
    names.flatMap((name, index) => {
      const map = maps[index];
      return name === '' || map === undefined || graph.constantOf(name) !== undefined ? [] : [[name, orderWithin(order, map)] as const];
    });
  return [...at(node.inputs, rule.inputs), ...at(node.outputs, rule.outputs)];
}

function shapeOf(name: string, graph: GraphView): Shape {
  return graph.typeOf(name)?.shape ?? [];
}

/**
 * The members of a region that should be computed in the other layout, so that fewer Transposes remain; `undefined` if there are none. Each
 * value that a member or neighbor needs in another layout than it is produced in costs a Transpose. This is a minimum cut between the
 * neighbors that must keep the original layout and the Transposes to or from the other layout, which then disappear.
 *
 * Of cuts with the same cost, the one that puts members next to channels-first operators is chosen, unless the neighbor has a channel axis
 * itself.
 */
export function transposedMembers({ members, orders }: LayoutRegion, graph: GraphView): ReadonlySet<Node> | undefined {
  const numbers = new Map([...members.keys()].map((node, index) => [node, index + 2] as const));
  // More than the preferences of all members together, so that they only decide between equal numbers of Transposes.
  const price = members.size + 1;
  const edges: Edge[] = [];
  let count = members.size + 2;
  let transposes = 0;
  let attracted = false;
  let isConstrained = false;
  for (const [name, order] of orders) {
    if (movesNothing(order, shapeOf(name, graph))) continue;
    const producer = graph.producer(name);
    const readers = graph.readers(name);
    const source = formOfProducer(name, order, numbers, graph);
    const producedForm = source === 'either' ? count++ : source;
    const needed = readers.flatMap((reader) => neededForm(reader, name, order, numbers, graph) ?? []);
    if (graph.isOutput(name)) needed.push(original);
    transposes += Number(producedForm === transposed ? needed.some((form) => form !== transposed) : needed.includes(transposed));
    attracted ||= producedForm === transposed && isProducedChannelsFirst(producer?.inputs[0] ?? '', graph);
    attracted ||= readers.some(
      (reader) => neededForm(reader, name, order, numbers, graph) === transposed && isReadChannelsFirst(reader.outputs[0] ?? '', graph),
    );
    isConstrained ||= [...(producer === undefined ? [] : [producer]), ...readers].some(
      (node) => !members.has(node) && hasChannelAxis(node),
    );
    const [anyTransposed, anyOriginal] = [count++, count++];
    edges.push({ from: producedForm, to: anyTransposed, capacity: price }, { from: anyOriginal, to: producedForm, capacity: price });
    for (const form of needed) {
      edges.push({ from: anyTransposed, to: form, capacity: Number.POSITIVE_INFINITY });
      edges.push({ from: form, to: anyOriginal, capacity: Number.POSITIVE_INFINITY });
    }
  }
  const attraction = attracted && !isConstrained ? 1 : 0;
  for (const number of numbers.values()) edges.push({ from: number, to: transposed, capacity: attraction });
  const cut = minimumCut(edges, original, transposed);
  if (cut.capacity >= transposes * price + members.size * attraction) return undefined;
  return new Set([...members.keys()].filter((node) => cut.sinkSide.has(numbers.get(node) ?? original)));
}

/** The two sides of the cut; undecided nodes have higher numbers. */
const original = 0;
const transposed = 1;

/** The layout in which a value is produced, or the member that produces it; a Transpose that remains in any case can produce both. */
function formOfProducer(name: string, order: Order, numbers: ReadonlyMap<Node, number>, graph: GraphView): number | 'either' {
  const node = graph.producer(name);
  const member = node && numbers.get(node);
  if (member !== undefined) return member;
  if (node?.operator !== 'Transpose') return original;
  const shape = shapeOf(node.inputs[0] ?? '', graph);
  const own = transposeOrder(graph.view(node), order.length);
  if (movesNothing(own, shape)) return original;
  return movesNothing(followedBy(own, order), shape) ? transposed : 'either';
}

/** The layout in which a reader needs a value, or the member that reads it; `undefined` if both layouts are equally good. */
function neededForm(reader: Node, name: string, order: Order, numbers: ReadonlyMap<Node, number>, graph: GraphView): number | undefined {
  const member = numbers.get(reader);
  if (member !== undefined) return member;
  if (reader.operator !== 'Transpose') return original;
  const readerOrder = transposeOrder(graph.view(reader), order.length);
  if (isSameMove(readerOrder, order, shapeOf(name, graph))) return transposed;
  return movesNothing(readerOrder, shapeOf(name, graph)) ? original : undefined;
}
