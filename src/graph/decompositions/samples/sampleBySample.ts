import type { OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';

/** Each sample needs separate layers and weights; more samples would give nets that are too large to use. */
const maxSamples = 16;

/** The operands with samples on axis 0, by operator. */
const sampled: Readonly<Record<string, readonly number[]>> = {
  Conv: [0],
  ConvTranspose: [0],
  DeformConv: [0, 2, 4],
  GridSample: [0, 1],
  STFT: [0],
};

/** Computes a few samples inside a graph one by one if no other decomposition computes them together. */
export const sampleBySample: Decomposition = {
  name: 'sample-by-sample',
  operators: Object.keys(sampled),
  decompose: (node, edit) => {
    const [samples] = node.shape(0);
    if (typeof samples !== 'number' || samples < 2 || samples > maxSamples) return undefined;
    const split = sampled[node.operator] ?? [];
    if (!split.every((index) => hasSamples(node, index, samples))) return undefined;
    const attributes = Object.fromEntries(node.node.attributes);
    const results = Array.from({ length: samples }, (_, sample) => {
      const operands = node.node.inputs.map((name, index) =>
        split.includes(index) && name !== '' ? edit.slice(name, 0, sample, sample + 1) : name,
      );
      return edit.emit(node.operator, operands, attributes);
    });
    return edit.emit('Concat', results, { axis: 0 });
  },
};

function hasSamples(node: OperatorNode, index: number, samples: number): boolean {
  const operand = node.optionalInput(index);
  return operand === undefined || operand.shape?.[0] === samples;
}
