import type { GraphBuilder } from '../../ir/builder.ts';
import { type Operand, OperatorError, type OperatorNode } from '../../ir/operator.ts';
import type { Decomposition, Results } from '../../ir/rules.ts';
import { attendHeads, causalMask, paddingMask, type SplitHeads, splitHeads, sumOfMasks } from './heads.ts';

/**
 * Attention as onnxruntime's optimizer fuses it: over one tensor including the projections, also with quantized weights, or over projected
 * queries, keys and values.
 */
export const fusedAttention: Decomposition = {
  name: 'fused-attention',
  operators: ['com.microsoft:Attention', 'com.microsoft:QAttention', 'com.microsoft:MultiHeadAttention'],
  decompose: (node, edit) => {
    switch (node.operator) {
      case 'com.microsoft:Attention':
        return projectedAttention(node, edit, projections(node, edit), { mask: 3, past: 4, bias: 5 });
      case 'com.microsoft:QAttention':
        return projectedAttention(node, edit, quantizedProjections(node, edit), { mask: 5, past: 8, bias: 9 });
      default:
        return multiHeadAttention(node, edit);
    }
  },
};

interface Places {
  readonly mask: number;
  readonly past: number;
  readonly bias: number;
}

/** Query, key and value as [batch, sequence, hidden]. */
type Projections = readonly [query: string, key: string, value: string];

function projections(node: OperatorNode, edit: GraphBuilder): Projections {
  const [input, weights, bias] = [node.input(0).name, node.input(1).name, node.optionalInput(2)?.name];
  const sizes = projectedSizes(node, node.shape(1));
  let start = 0;
  const [query = '', key = '', value = ''] = sizes.map((size) => {
    start += size;
    const product = edit.emit('MatMul', [input, edit.slice(weights, 1, start - size, start)]);
    return bias === undefined ? product : edit.emit('Add', [product, edit.slice(bias, 0, start - size, start)]);
  });
  return [query, key, value];
}

function quantizedProjections(node: OperatorNode, edit: GraphBuilder): Projections {
  const [input, weights, bias, inputScale, weightScale, , inputZero, weightZero] = Array.from({ length: 8 }, (_, index) =>
    node.optionalInput(index),
  );
  const operands = [input, weights, inputScale, weightScale, inputZero, weightZero, bias].map((operand) => operand?.name ?? '');
  const all = edit.emit('com.microsoft:MatMulIntegerToFloat', operands);
  const [first, second, third] = projectedSizes(node, node.shape(1));
  return [
    edit.slice(all, 2, 0, first),
    edit.slice(all, 2, first, first + second),
    edit.slice(all, 2, first + second, first + second + third),
  ];
}

/** The numbers of weight columns for query, key and value. */
function projectedSizes(node: OperatorNode, weights: readonly (number | string)[]): readonly [number, number, number] {
  const [query, key, value] = node.ints('qkv_hidden_sizes', undefined) ?? [];
  if (query !== undefined && key !== undefined && value !== undefined) return [query, key, value];
  const columns = weights[1];
  if (typeof columns !== 'number' || columns % 3 !== 0) throw new OperatorError('invalid', 'the weights do not hold three projections');
  return [columns / 3, columns / 3, columns / 3];
}

function projectedAttention(node: OperatorNode, edit: GraphBuilder, parts: Projections, places: Places): Results {
  if (node.int('do_rotary', 0) !== 0) throw new OperatorError('unsupported', 'rotary positions inside of an attention are not supported');
  if (node.int('past_present_share_buffer', 0) !== 0)
    throw new OperatorError('unsupported', 'a cache that is changed in place is not supported');
  const heads = node.int('num_heads');
  const [query = '', ownKey = '', ownValue = ''] = parts.map((part) => splitHeads(edit, part, heads));
  const past = node.optionalInput(places.past);
  const cached = (which: number, own: string): string =>
    past === undefined
      ? own
      : edit.emit('Concat', [edit.emit('Gather', [past.name, edit.scalar(which, 'int64')], { axis: 0 }), own], { axis: 2 });
  const all: SplitHeads = { query, key: cached(0, ownKey), value: cached(1, ownValue) };
  const mask = sumOfMasks(edit, [
    paddingMask(node, edit, node.optionalInput(places.mask), all.key),
    node.int('unidirectional', 0) === 1 ? causalMask(edit, all.query, all.key) : undefined,
    node.optionalInput(places.bias)?.name,
  ]);
  const output = attendHeads(edit, all, node.float('scale', 0), mask);
  if (!node.hasOutput(1)) return [output];
  return [output, edit.emit('Concat', [edit.unsqueeze(all.key, [0]), edit.unsqueeze(all.value, [0])], { axis: 0 })];
}

/** `MultiHeadAttention`: query, key and value are separate or packed into one or two tensors; the bias of all three is concatenated. */
function multiHeadAttention(node: OperatorNode, edit: GraphBuilder): Results {
  if ([8, 9].some((index) => node.optionalInput(index) !== undefined))
    throw new OperatorError('unsupported', 'a cache that is changed in place is not supported');
  const [query, ownKey, ownValue] = headsOf(node, edit);
  const cached = (index: number, own: string): string => {
    const past = node.optionalInput(index);
    return past === undefined ? own : edit.emit('Concat', [past.name, own], { axis: 2 });
  };
  const all: SplitHeads = { query, key: cached(6, ownKey), value: cached(7, ownValue) };
  const mask = sumOfMasks(edit, [
    paddingMask(node, edit, node.optionalInput(4), all.key),
    node.int('unidirectional', 0) === 1 ? causalMask(edit, all.query, all.key) : undefined,
    node.optionalInput(5)?.name,
  ]);
  if (node.hasOutput(3)) throw new OperatorError('unsupported', 'the scores of an attention as an output are not supported');
  return [attendHeads(edit, all, node.float('scale', 0), mask), all.key, all.value];
}

/** Query, key and value split into heads. */
function headsOf(node: OperatorNode, edit: GraphBuilder): readonly [string, string, string] {
  const heads = node.int('num_heads');
  const [query, key, value, bias] = [0, 1, 2, 3].map((index) => node.optionalInput(index));
  const packed = [query, key].find((operand) => operand?.shape?.length === 5);
  if (packed !== undefined) {
    if (bias !== undefined) throw new OperatorError('unsupported', 'a bias of packed heads is not supported');
    const part = (index: number): string =>
      edit.transpose(edit.emit('Gather', [packed.name, edit.scalar(index, 'int64')], { axis: 3 }), [0, 2, 1, 3]);
    return packed === query ? [part(0), part(1), part(2)] : [splitHeads(edit, query?.name ?? '', heads), part(0), part(1)];
  }
  let start = 0;
  const [first = '', second = '', third = ''] = [query, key, value].map((operand) => {
    if (operand?.shape?.length === 4) return operand.name;
    if (operand?.shape?.length !== 3) throw new OperatorError('unsupported', 'query, key and value must have 3 axes each');
    const size = operand.shape[2];
    if (bias !== undefined && typeof size !== 'number') throw new OperatorError('shape', 'the last axis is dynamic');
    const from = start;
    start += Number(size);
    return splitHeads(edit, withBias(edit, operand, bias, from, start), heads);
  });
  return [first, second, third];
}

function withBias(edit: GraphBuilder, { name }: Operand, bias: Operand | undefined, start: number, end: number): string {
  return bias === undefined ? name : edit.emit('Add', [name, edit.slice(bias.name, 0, start, end)]);
}
