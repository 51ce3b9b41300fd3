import { float } from '../../ir/graph.ts';
import { eitherWay } from '../../ir/graphIndex.ts';
import { Tensor } from '../../ir/tensor.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * A LayerNormalization of all axes after the channels, without scale and shift but followed by a constant per channel, is an
 * InstanceNormalization.
 */
export const findInstanceNorm: Rewrite = {
  name: 'find-instance-norm',
  operators: ['Mul', 'Add'],
  match: (node, graph) => {
    return eitherWay(node, (normalized, constant) => {
      const norm = graph.producer(normalized, 'LayerNormalization');
      const shape = graph.typeOf(normalized)?.shape;
      const [tensor, scale] = [graph.constantOf(constant), graph.constantOf(norm?.inputs[1])];
      if (norm === undefined || shape === undefined || shape.length < 3 || tensor === undefined || norm.inputs[2]) return undefined;
      const [, channels] = shape;
      const view = graph.view(norm);
      const plain = scale?.toFloat32().every((value) => value === 1) ?? false;
      if (!plain || view.axis(view.int('axis', -1), shape.length) !== 2 || !graph.isOnlyRead(normalized, node)) return undefined;
      const [, ...places] = tensor.shape.slice(1 - shape.length);
      const perChannel = tensor.size === channels && places.every((size) => size === 1) && tensor.shape.length >= shape.length - 1;
      if (!perChannel || typeof channels !== 'number' || norm.outputs.length > 1) return undefined;
      const filled = (value: number): Tensor => Tensor.of('float32', [channels], new Float32Array(channels).fill(value));
      const own = tensor.reshape([channels]);
      const [factors, summands] = node.operator === 'Mul' ? [own, filled(0)] : [filled(1), own];
      const epsilon = float(view.float('epsilon', 1e-5));
      return (edit) => {
        const operands = [norm.inputs[0] ?? '', edit.constant(factors, 'scale'), edit.constant(summands, 'bias')];
        return edit.emit('InstanceNormalization', operands, { epsilon });
      };
    });
  },
};
