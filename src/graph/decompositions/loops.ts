import type { GraphBuilder } from '../ir/builder.ts';
import type { Graph } from '../ir/graph.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import type { Decomposition, Results } from '../ir/rules.ts';
import { Tensor } from '../ir/tensor.ts';

/** More iterations, or more nodes in all of them, would give nets that are too large to use. */
const maxRounds = 256;
const maxNodes = 8192;

/** `Scan`, and `Loop` with a known number of iterations, unrolled. */
export const loops: Decomposition = {
  name: 'loops',
  operators: ['Scan', 'Loop'],
  decompose: (node, edit) => {
    const body = node.graph('body');
    if (body === undefined) throw new OperatorError('invalid', 'the body is missing');
    return node.operator === 'Loop' ? loop(node, edit, body) : scan(node, edit, body);
  },
};

function scan(node: OperatorNode, edit: GraphBuilder, body: Graph): Results {
  const scanned = node.int('num_scan_inputs');
  const states = node.inputCount - scanned;
  const axes = Array.from({ length: scanned }, (_, index) =>
    node.axis(node.ints('scan_input_axes', undefined)?.[index] ?? 0, node.shape(states + index).length),
  );
  const rounds = axes[0] === undefined ? undefined : node.shape(states)[axes[0]];
  if (typeof rounds !== 'number') throw new OperatorError('shape', 'the length of the sequence is dynamic');
  checkRounds(rounds, body);
  const backwards = node.ints('scan_input_directions', undefined) ?? [];
  const entry = (index: number, round: number): string => {
    const place = edit.constant(Tensor.int64([backwards[index] === 1 ? rounds - 1 - round : round], []));
    return edit.emit('Gather', [node.input(states + index).name, place], { axis: axes[index] ?? 0 });
  };
  let carried: readonly string[] = Array.from({ length: states }, (_, index) => node.input(index).name);
  const collected: (readonly string[])[] = [];
  for (let round = 0; round < rounds; round++) {
    const results = edit.inline(body, [...carried, ...axes.map((_, index) => entry(index, round))]);
    carried = results.slice(0, states);
    collected.push(results.slice(states));
  }
  const flipped = node.ints('scan_output_directions', undefined) ?? [];
  const placed = node.ints('scan_output_axes', undefined) ?? [];
  return combined(node, edit, { carried, collected }, (index) => ({ axis: placed[index] ?? 0, reverse: flipped[index] === 1 }));
}

/**
 * A loop runs until its count is reached or its condition is false. The condition of an iteration is known if it folds to a constant, as a
 * condition on the counter does; if a condition is dynamic, the loop is not unrolled.
 */
function loop(node: OperatorNode, edit: GraphBuilder, body: Graph): Results | undefined {
  const count = node.optionalInput(0) === undefined ? Number.POSITIVE_INFINITY : node.constant(0)?.toIntegers()[0];
  if (count === undefined) return undefined;
  const states = node.inputCount - 2;
  const always = edit.constant(Tensor.of('bool', [], Uint8Array.of(1)));
  let condition = node.optionalInput(1)?.name ?? always;
  let carried: readonly string[] = Array.from({ length: states }, (_, index) => node.input(index + 2).name);
  const collected: (readonly string[])[] = [];
  for (let round = 0; round < count; round++) {
    const value = edit.constantOf(condition);
    if (value === undefined) return undefined;
    if (Number(value.scalar()) === 0) break;
    checkRounds(round + 1, body);
    const [next = always, ...results] = edit.inline(body, [edit.constant(Tensor.int64([round], [])), always, ...carried]);
    condition = next;
    carried = results.slice(0, states);
    collected.push(results.slice(states));
  }
  return combined(node, edit, { carried, collected }, () => ({ axis: 0, reverse: false }));
}

/** Throws if unrolling would take too many nodes. */
function checkRounds(rounds: number, body: Graph): void {
  if (rounds <= maxRounds && rounds * body.nodes.length <= maxNodes) return;
  throw new OperatorError('limit', `${rounds} iterations of ${body.nodes.length} nodes each are too many to unroll`);
}

interface Rounds {
  /** The state after the last iteration. */
  readonly carried: readonly string[];
  /** The other results of each iteration. */
  readonly collected: readonly (readonly string[])[];
}

/** The final state and the concatenated results of all iterations. */
function combined(
  node: OperatorNode,
  edit: GraphBuilder,
  { carried, collected }: Rounds,
  place: (index: number) => { readonly axis: number; readonly reverse: boolean },
): Results {
  const [first] = collected;
  if (first === undefined && node.node.outputs.slice(carried.length).some((name) => name !== '')) {
    throw new OperatorError('unsupported', 'the loop never runs, so its output is an empty sequence');
  }
  const stacked = (first ?? []).map((_, index) => {
    if (!node.hasOutput(carried.length + index)) return undefined;
    const { axis, reverse } = place(index);
    const values = collected.map((round) => edit.unsqueeze(round[index] ?? '', [axis]));
    return edit.emit('Concat', reverse ? values.reverse() : values, { axis });
  });
  return [...carried, ...stacked];
}
