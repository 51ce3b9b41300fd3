import type { Shape } from '../ir/dimension.ts';
import type { Node } from '../ir/graph.ts';
import type { GraphView } from '../ir/graphIndex.ts';
import type { LayoutRule, Order } from '../ir/layoutRule.ts';
import { transposeOrder } from '../ops/movement/transpose.ts';
import { hasChannelAxis, isMadeChannelsFirst, isReadChannelsFirst } from './channelsFirst.ts';
import { layoutRuleOf } from './layoutRule.ts';
import { type Edge, minimumCut } from './minimumCut.ts';
import { followedBy, movesAlike, movesNothing, orderAround, orderWithin } from './order.ts';

/** A node in a region, with the order that its frame of axes gets. */
export interface Member {
  readonly passage: LayoutRule;
  readonly order: Order;
}

/** Neighboring nodes that an order passes through, and the order that each value at them gets. */
export interface LayoutRegion {
  readonly members: ReadonlyMap<Node, Member>;
  readonly orders: ReadonlyMap<string, Order>;
}

/** All that the order of one value can pass through to, from operands to results and back. */
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

/** The node as part of a region, if all its values can have the orders that follow from one of them. */
function memberAt(node: Node, value: string, orders: ReadonlyMap<string, Order>, graph: GraphView): Member | undefined {
  const result = graph.typeOf(node.outputs[0])?.shape;
  const passage = result && layoutRuleOf(graph.view(node), result);
  const own = orders.get(value);
  const map =
    passage && (node.outputs.includes(value) ? passage.outputs[node.outputs.indexOf(value)] : passage.inputs[node.inputs.indexOf(value)]);
  if (passage === undefined || own === undefined || map === undefined) return undefined;
  const member = { passage, order: orderAround(own, map, passage.rank) };
  const fits = ports(node, member, graph).every(([name, order]) => {
    const shape = graph.typeOf(name)?.shape;
    const known = orders.get(name);
    return shape?.length === order.length && (known === undefined || movesAlike(known, order, shape));
  });
  return fits ? member : undefined;
}

/** The values at a node that are computed when the net runs and have axes of its frame, each with its order. */
function ports(node: Node, { passage, order }: Member, graph: GraphView): readonly (readonly [string, Order])[] {
  const at = (names: readonly string[], maps: LayoutRule['inputs']) =>
    names.flatMap((name, index) => {
      const map = maps[index];
      return name === '' || map === undefined || graph.constantOf(name) !== undefined ? [] : [[name, orderWithin(order, map)] as const];
    });
  return [...at(node.inputs, passage.inputs), ...at(node.outputs, passage.outputs)];
}

function shapeOf(name: string, graph: GraphView): Shape {
  return graph.typeOf(name)?.shape ?? [];
}

/**
 * The members of a region that are better computed in the other order, so that fewer Transposes are left; `undefined` where that
 * is true of none. Each value of which some member or neighbor needs the form that it is not made in costs a Transpose. So it is a
 * cheapest cut between what has to stay (neighbors that orders do not pass through) and what is to turn (Transposes to
 * or from the other order, which are nothing then).
 *
 * Of cuts that cost the same, one that puts members next to operators that want channels first is taken, unless what
 * they stand next to has a channel axis of its own.
 */
export function transposedMembers({ members, orders }: LayoutRegion, graph: GraphView): ReadonlySet<Node> | undefined {
  const numbers = new Map([...members.keys()].map((node, index) => [node, index + 2] as const));
  // More than all members together, so that these matter only where the Transposes are as many.
  const price = members.size + 1;
  const edges: Edge[] = [];
  let count = members.size + 2;
  let transposes = 0;
  let attracted = false;
  let held = false;
  for (const [name, order] of orders) {
    if (movesNothing(order, shapeOf(name, graph))) continue;
    const producer = graph.producer(name);
    const readers = graph.readers(name);
    const source = madeForm(name, order, numbers, graph);
    const made = source === 'either' ? count++ : source;
    const needed = readers.flatMap((reader) => neededForm(reader, name, order, numbers, graph) ?? []);
    if (graph.isOutput(name)) needed.push(kept);
    transposes += Number(made === turned ? needed.some((form) => form !== turned) : needed.includes(turned));
    attracted ||= made === turned && isMadeChannelsFirst(producer?.inputs[0] ?? '', graph);
    attracted ||= readers.some(
      (reader) => neededForm(reader, name, order, numbers, graph) === turned && isReadChannelsFirst(reader.outputs[0] ?? '', graph),
    );
    held ||= [...(producer === undefined ? [] : [producer]), ...readers].some((node) => !members.has(node) && hasChannelAxis(node));
    const [anyTurned, anyKept] = [count++, count++];
    edges.push({ from: made, to: anyTurned, capacity: price }, { from: anyKept, to: made, capacity: price });
    for (const form of needed) {
      edges.push({ from: anyTurned, to: form, capacity: Number.POSITIVE_INFINITY });
      edges.push({ from: form, to: anyKept, capacity: Number.POSITIVE_INFINITY });
    }
  }
  const attraction = attracted && !held ? 1 : 0;
  for (const number of numbers.values()) edges.push({ from: number, to: turned, capacity: attraction });
  const cut = minimumCut(edges, kept, turned);
  if (cut.capacity >= transposes * price + members.size * attraction) return undefined;
  return new Set([...members.keys()].filter((node) => cut.sinkSide.has(numbers.get(node) ?? kept)));
}

/** The two sides of the cut; members and what else is undecided have higher numbers. */
const kept = 0;
const turned = 1;

/** The form in which a value is made, or the member that makes it; a Transpose that is left either way can make both. */
function madeForm(name: string, order: Order, numbers: ReadonlyMap<Node, number>, graph: GraphView): number | 'either' {
  const node = graph.producer(name);
  const member = node && numbers.get(node);
  if (member !== undefined) return member;
  if (node?.operator !== 'Transpose') return kept;
  const shape = shapeOf(node.inputs[0] ?? '', graph);
  const own = transposeOrder(graph.view(node), order.length);
  if (movesNothing(own, shape)) return kept;
  return movesNothing(followedBy(own, order), shape) ? turned : 'either';
}

/** The form in which a reader needs a value, or the member it is; `undefined` where both are as good. */
function neededForm(reader: Node, name: string, order: Order, numbers: ReadonlyMap<Node, number>, graph: GraphView): number | undefined {
  const member = numbers.get(reader);
  if (member !== undefined) return member;
  if (reader.operator !== 'Transpose') return kept;
  const wanted = transposeOrder(graph.view(reader), order.length);
  if (movesAlike(wanted, order, shapeOf(name, graph))) return turned;
  return movesNothing(wanted, shapeOf(name, graph)) ? kept : undefined;
}
