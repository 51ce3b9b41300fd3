import { float, makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { eitherWay, type Rewrite } from '../rewrite.ts';

/**
 * A LayerNormalization of all axes behind the channels, without a scale and shift of its own but with a constant for each channel
 * behind, is an InstanceNormalization.
 */
export const findInstanceNorm: Rewrite = {
  name: 'find-instance-norm',
  match: (node, graph) => {
    if (node.operator !== 'Mul' && node.operator !== 'Add') return undefined;
    return eitherWay(node, (normalized, constant) => {
      const norm = graph.producer(normalized, 'LayerNormalization');
      const shape = graph.type(normalized)?.shape;
      const [tensor, scale] = [graph.constant(constant), graph.constant(norm?.inputs[1])];
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
      const names = [`${node.name}/scale`, `${node.name}/bias`] as const;
      const values = node.operator === 'Mul' ? [own, filled(0)] : [filled(1), own];
      return {
        nodes: [
          makeNode(
            'InstanceNormalization',
            [norm.inputs[0] ?? '', ...names],
            node.outputs,
            { epsilon: float(view.float('epsilon', 1e-5)) },
            node.name,
          ),
        ],
        constants: new Map(names.flatMap((name, index) => (values[index] === undefined ? [] : [[name, values[index]] as const]))),
      };
    });
  },
};
