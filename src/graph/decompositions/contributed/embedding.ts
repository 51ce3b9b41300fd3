import type { GraphBuilder } from '../../ir/builder.ts';
import { float } from '../../ir/graph.ts';
import type { OperatorNode } from '../../ir/operator.ts';
import type { Decomposition, Results } from '../../ir/rules.ts';

/** The first layers of BERT as onnxruntime fuses them: tables of words, positions and segments, which are added up and normalized. */
export const fusedEmbedding: Decomposition = {
  name: 'fused-embedding',
  operators: ['com.microsoft:EmbedLayerNormalization', 'com.microsoft:QEmbedLayerNormalization'],
  decompose: (node, edit) => {
    const isQuantized = node.operator === 'com.microsoft:QEmbedLayerNormalization';
    // The scales of the quantized tables and vectors follow the mask, and their zero points follow the scales.
    const operand = (index: number): string | undefined => {
      const name = node.optionalInput(index)?.name;
      if (name === undefined || !isQuantized) return name;
      return edit.emit('DequantizeLinear', [name, node.input(index + 6).name, node.optionalInput(index + 11)?.name ?? '']);
    };
    const [words = '', positions = '', segments, gamma = '', beta = ''] = [2, 3, 4, 5, 6].map(operand);
    const [ids, segmentIds] = [node.input(0).name, node.optionalInput(1)?.name];
    const positionIds = isQuantized ? undefined : node.optionalInput(8)?.name;
    const placed = edit.emit('Add', [lookUp(edit, words, ids), positionsOf(edit, positions, positionIds, ids)]);
    const sum =
      segments === undefined || segmentIds === undefined ? placed : edit.emit('Add', [placed, lookUp(edit, segments, segmentIds)]);
    const normalized = edit.emit('LayerNormalization', [sum, gamma, beta], { axis: -1, epsilon: float(node.float('epsilon', 1e-12)) });
    return [normalized, maskIndex(node, edit), sum] satisfies Results;
  },
};

function lookUp(edit: GraphBuilder, table: string, indices: string): string {
  return edit.emit('Gather', [table, indices], { axis: 0 });
}

/** The rows of the position table: the listed ones, or one per token. */
function positionsOf(edit: GraphBuilder, table: string, listed: string | undefined, ids: string): string {
  if (listed !== undefined) return lookUp(edit, table, listed);
  const length = edit.emit('Shape', [ids], { start: 1, end: 2 });
  return edit.emit('Slice', [table, edit.integers([0]), length, edit.integers([0])]);
}

/** The number of tokens of each sample that are not padding; 0 without a mask. */
function maskIndex(node: OperatorNode, edit: GraphBuilder): string | undefined {
  if (!node.hasOutput(1)) return undefined;
  const mask = node.optionalInput(7);
  if (mask !== undefined) return edit.emit('ReduceSum', [mask.name, edit.integers([1])], { keepdims: 0 });
  return edit.emit('Mul', [
    edit.emit('ReduceSum', [node.input(0).name, edit.integers([1])], { keepdims: 0 }),
    edit.scalar(0, node.input(0).dtype),
  ]);
}
