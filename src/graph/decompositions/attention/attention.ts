import type { GraphBuilder } from '../../ir/builder.ts';
import { type Dimension, isStatic, type Shape } from '../../ir/dimension.ts';
import { OperatorError, type OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';
import type { DataType } from '../../ir/tensor.ts';
import { elementType } from '../../ops/shape/elementType.ts';
import { reshapeTarget } from '../reshapeTarget.ts';
import { type AttentionBias, attentionBias } from './attentionBias.ts';
import { groupedProduct } from './groupedHeads.ts';

/**
 * `Attention`: softmax(Q Kᵀ · scale + bias) V for each head. Q, K and V of three axes have their heads packed into the last axis. A row
 * whose keys are all masked gives zeros, not NaN.
 */
export const attention: Decomposition = {
  name: 'attention',
  operators: ['Attention'],
  decompose: (node, edit) => {
    const heads = readHeads(node, edit);
    const scores = edit.emit('Mul', [
      groupedProduct(edit, heads.q, heads.qShape, edit.transpose(heads.k, [0, 1, 3, 2]), swapped(heads.kShape)),
      edit.scalar(node.float('scale', undefined) ?? 1 / Math.sqrt(headSize(heads.qShape)), heads.dtype),
    ]);
    const capped = softcapped(node, edit, scores, heads.dtype);
    const bias = attentionBias(node, edit, { batch: heads.qShape[0], queries: heads.qShape[2], keys: heads.kShape[2], past: heads.past });
    const biased = bias === undefined ? capped : edit.emit('Add', [capped, bias.value]);
    const probabilities = guarded(edit, softmax(node, edit, biased, heads.dtype), bias, heads.dtype);
    const scoresShape = [...heads.qShape.slice(0, 3), heads.kShape[2] ?? 0];
    const y = groupedProduct(edit, probabilities, scoresShape, heads.v, heads.vShape);
    const stages = [scores, capped, biased, probabilities];
    const mode = node.int('qk_matmul_output_mode', 0);
    const stage = stages[mode];
    if (stage === undefined) throw new OperatorError('invalid', `unknown qk_matmul_output mode ${mode}`);
    return [heads.packed ? edit.reshape(edit.transpose(y, [0, 2, 1, 3]), [0, 0, packedSize(heads)]) : y, heads.k, heads.v, stage];
  },
};

/** Q, K and V split into heads: [batch, heads, sequence, size]; K and V include the cached entries first. */
interface Heads {
  readonly q: string;
  readonly k: string;
  readonly v: string;
  readonly qShape: Shape;
  readonly kShape: Shape;
  readonly vShape: Shape;
  readonly dtype: DataType;
  /** Whether inputs and output have the heads packed into the last axis. */
  readonly packed: boolean;
  /** Number of cached keys. */
  readonly past: Dimension;
}

function readHeads(node: OperatorNode, edit: GraphBuilder): Heads {
  const packed = node.shape(0).length === 3;
  const q = byHeads(node, edit, 0, packed ? node.int('q_num_heads') : undefined);
  const k = byHeads(node, edit, 1, packed ? node.int('kv_num_heads') : undefined);
  const v = byHeads(node, edit, 2, packed ? node.int('kv_num_heads') : undefined);
  const cached = node.optionalInput(4);
  const { dtype } = node.input(0);
  const own = { q: q.value, qShape: q.shape, dtype, packed };
  if (cached === undefined) return { ...own, k: k.value, v: v.value, kShape: k.shape, vShape: v.shape, past: 0 };
  const past = node.shape(4)[2] ?? 0;
  return {
    ...own,
    k: edit.emit('Concat', [cached.name, k.value], { axis: 2 }),
    v: edit.emit('Concat', [node.input(5).name, v.value], { axis: 2 }),
    kShape: lengthened(k.shape, past),
    vShape: lengthened(v.shape, past),
    past,
  };
}

function byHeads(node: OperatorNode, edit: GraphBuilder, index: number, heads: number | undefined): { value: string; shape: Shape } {
  const { name } = node.input(index);
  const shape = node.shape(index);
  if (heads === undefined) {
    if (shape.length !== 4) throw new OperatorError('invalid', `input ${index} has ${shape.length} axes, not 4`);
    return { value: name, shape };
  }
  const [batch, sequence, hidden] = shape;
  if (typeof hidden !== 'number' || hidden % heads !== 0 || batch === undefined || sequence === undefined) {
    throw new OperatorError('invalid', `[${shape.join(',')}] does not hold ${heads} heads in its last axis`);
  }
  const split = [batch, sequence, heads, hidden / heads];
  const target = reshapeTarget(split, shape) ?? [];
  return { value: edit.transpose(edit.reshape(name, target), [0, 2, 1, 3]), shape: [batch, heads, sequence, hidden / heads] };
}

function lengthened(shape: Shape, past: Dimension): Shape {
  const [batch = 0, heads = 0, length = 0, size = 0] = shape;
  if (typeof length !== 'number' || typeof past !== 'number') {
    throw new OperatorError('shape', 'the lengths of the keys and of their cache are dynamic');
  }
  return [batch, heads, length + past, size];
}

function swapped(shape: Shape): Shape {
  const [batch = 0, heads = 0, rows = 0, columns = 0] = shape;
  return [batch, heads, columns, rows];
}

function headSize(shape: Shape): number {
  const size = shape[3];
  if (typeof size === 'number') return size;
  throw new OperatorError('shape', 'the size of a head is dynamic, so the scale of the scores is unknown');
}

function packedSize({ qShape, vShape }: Heads): number {
  const [heads, size] = [qShape[1], vShape[3]];
  return isStatic(qShape.slice(1, 2)) && typeof heads === 'number' && typeof size === 'number' ? heads * size : -1;
}

function softcapped(node: OperatorNode, edit: GraphBuilder, scores: string, dtype: DataType): string {
  const cap = node.float('softcap', 0);
  if (cap <= 0) return scores;
  const bound = edit.scalar(cap, dtype);
  return edit.emit('Mul', [edit.emit('Tanh', [edit.emit('Div', [scores, bound])]), bound]);
}

/** The softmax over the keys, in the requested precision. */
function softmax(node: OperatorNode, edit: GraphBuilder, scores: string, dtype: DataType): string {
  const precision = elementType(node, 'softmax_precision') ?? dtype;
  if (precision === dtype) return edit.emit('Softmax', [scores], { axis: -1 });
  const probabilities = edit.emit('Softmax', [edit.emit('Cast', [scores], { to: precision })], { axis: -1 });
  return edit.emit('Cast', [probabilities], { to: dtype });
}

/** Probabilities with zeros in the rows whose keys are all masked. */
function guarded(edit: GraphBuilder, probabilities: string, bias: AttentionBias | undefined, dtype: DataType): string {
  if (!bias?.mayMaskRows) return probabilities;
  const rowMax = edit.emit('ReduceMax', [bias.value, edit.integers([-1])]);
  const masked = edit.emit('Equal', [rowMax, edit.scalar(Number.NEGATIVE_INFINITY, dtype)]);
  return edit.emit('Where', [masked, edit.scalar(0, dtype), probabilities]);
}
