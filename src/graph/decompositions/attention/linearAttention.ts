import { OperatorError, type OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';

/** Longer sequences would give nets of many thousand layers. */
const maxSteps = 256;

/** `LinearAttention`: a state per key head that is updated token by token and read by the queries. */
export const linearAttention: Decomposition = {
  name: 'linear-attention',
  operators: ['LinearAttention'],
  decompose: (node, edit) => {
    const sizes = readSizes(node);
    const { heads, group, depth, width } = sizes;
    const { dtype } = node.input(0);
    const scale = node.float('scale', 0) || 1 / Math.sqrt(depth);
    const float = (value: string): string => (dtype === 'float32' ? value : edit.emit('Cast', [value], { to: 'float32' }));
    const queries = edit.emit('Mul', [float(node.input(0).name), edit.scalar(scale, 'float32')]);
    const rule = node.string('update_rule', 'gated_delta');
    const token = (value: string, step: number, shape: readonly number[]): string =>
      edit.reshape(sizes.steps === 1 ? value : edit.slice(value, 1, step, step + 1), [0, ...shape]);
    const [keys, values] = [float(node.input(1).name), float(node.input(2).name)];
    const decays = rule.startsWith('gated') ? edit.emit('Exp', [float(node.input(4).name)]) : undefined;
    const rates = rule.endsWith('delta') ? float(node.input(5).name) : undefined;
    const decayRows = decays === undefined || node.shape(4)[2] === heads ? 1 : depth;
    const rateHeads = rates === undefined || node.shape(5)[2] === 1 ? 1 : heads;

    let state: string | undefined = node.optionalInput(3) && float(node.input(3).name);
    const outputs: string[] = [];
    for (let step = 0; step < sizes.steps; step++) {
      const key = token(keys, step, [heads, depth, 1]);
      let value = token(values, step, [heads, 1, width]);
      if (state !== undefined && decays !== undefined) state = edit.emit('Mul', [state, token(decays, step, [heads, decayRows, 1])]);
      if (rates !== undefined) {
        const known = state && edit.emit('MatMul', [edit.reshape(key, [0, heads, 1, depth]), state]);
        const change = known === undefined ? value : edit.emit('Sub', [value, known]);
        value = edit.emit('Mul', [change, token(rates, step, [rateHeads, 1, 1])]);
      }
      const update: string = edit.emit('Mul', [key, value]);
      state = state === undefined ? update : edit.emit('Add', [state, update]);
      const read = edit.emit('MatMul', [token(queries, step, [heads, group, depth]), state]);
      outputs.push(edit.reshape(read, [0, 1, heads * group * width]));
    }
    const joined = outputs.length === 1 ? (outputs[0] ?? '') : edit.emit('Concat', outputs, { axis: 1 });
    return [edit.emit('Cast', [joined], { to: dtype }), edit.emit('Cast', [state ?? ''], { to: node.optionalInput(3)?.dtype ?? dtype })];
  },
};

interface Sizes {
  readonly steps: number;
  /** Number of key and value heads, and of query heads that read each of them. */
  readonly heads: number;
  readonly group: number;
  /** Sizes of a key and of a value. */
  readonly depth: number;
  readonly width: number;
}

function readSizes(node: OperatorNode): Sizes {
  const [queryHeads, heads] = [node.int('q_num_heads'), node.int('kv_num_heads')];
  const [, steps, hidden] = node.shape(0);
  const values = node.shape(2)[2];
  if (typeof steps !== 'number' || typeof hidden !== 'number' || typeof values !== 'number') {
    throw new OperatorError('shape', 'the length of the sequence is dynamic');
  }
  if (steps > maxSteps) throw new OperatorError('limit', `${steps} tokens need more than the ${maxSteps} steps that are unrolled`);
  const sizes = { steps, heads, group: queryHeads / heads, depth: hidden / queryHeads, width: values / heads };
  if (!Object.values(sizes).every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new OperatorError('invalid', `${queryHeads} heads of queries and ${heads} of keys do not divide axes of ${hidden} and ${values}`);
  }
  return sizes;
}
