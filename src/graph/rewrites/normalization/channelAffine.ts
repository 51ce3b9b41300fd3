import type { Node } from '../../ir/graph.ts';
import { eitherWay } from '../../ir/graphIndex.ts';
import { Tensor } from '../../ir/tensor.ts';
import type { Rewrite } from '../rewrite.ts';

/** Moves a constant factor or summand per channel after a GroupNormalization or InstanceNormalization into its scale and shift. */
export const absorbChannelAffine: Rewrite = {
  name: 'absorb-channel-affine',
  operators: ['Mul', 'Add'],
  match: (node, graph) => {
    return eitherWay(node, (normalized, constant) => {
      const norm = graph.producer(normalized);
      if (norm === undefined || !isChannelNorm(norm) || !graph.isOnlyRead(normalized, node)) return undefined;
      const [x = '', scale, bias] = norm.inputs;
      const [factors, summands] = [graph.constantOf(scale), graph.constantOf(bias)];
      if (factors === undefined || summands === undefined) return undefined;
      const values = channelValues(graph.constantOf(constant), graph.typeOf(normalized)?.shape?.length ?? 0, factors.size);
      if (values === undefined) return undefined;
      const times = (tensor: Tensor): Tensor => combined(tensor, values, (left, right) => left * right);
      const sum = (): Tensor => combined(summands, values, (left, right) => left + right);
      const [scaled, shifted] = node.operator === 'Mul' ? [times(factors), times(summands)] : [factors, sum()];
      return (edit) =>
        edit.emitLike(norm, { inputs: [x, edit.constant(scaled, 'scale'), edit.constant(shifted, 'bias')], outputs: node.outputs });
    });
  },
};

function isChannelNorm(node: Node): boolean {
  return node.operator === 'GroupNormalization' || node.operator === 'InstanceNormalization';
}

/** One number per channel from a constant; `undefined` if it varies along another axis. */
function channelValues(tensor: Tensor | undefined, rank: number, channels: number): Float32Array | undefined {
  if (tensor === undefined || tensor.shape.length > rank) return undefined;
  const axis = 1 - rank + tensor.shape.length;
  if (!tensor.shape.every((size, at) => size === 1 || (at === axis && size === channels))) return undefined;
  const values = tensor.toFloat32();
  return values.length === channels ? values : new Float32Array(channels).fill(values[0] ?? 0);
}

function combined(tensor: Tensor, values: Float32Array, combine: (left: number, right: number) => number): Tensor {
  return Tensor.of(
    'float32',
    tensor.shape,
    tensor.toFloat32().map((value, index) => combine(value, values[index] ?? 0)),
  );
}
