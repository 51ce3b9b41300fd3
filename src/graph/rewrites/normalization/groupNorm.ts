import { product, sameShape } from '../../ir/dimension.ts';
import { float } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * InstanceNormalization of [N, groups, rest] between two Reshapes, which PyTorch exports for group normalization, is a GroupNormalization.
 */
export const findGroupNorm: Rewrite = {
  name: 'find-group-norm',
  operators: ['Reshape'],
  match: (node, graph) => {
    const [normalized = ''] = node.inputs;
    const norm = graph.producer(normalized, 'InstanceNormalization');
    const grouping = graph.producer(norm?.inputs[0], 'Reshape');
    const [x = ''] = grouping?.inputs ?? [];
    const [shape, grouped, result] = [x, norm?.inputs[0], node.outputs[0]].map((name) => graph.typeOf(name)?.shape);
    const [scale, bias] = [graph.constantOf(norm?.inputs[1]), graph.constantOf(norm?.inputs[2])];
    if (norm === undefined || !shape || !grouped || !result || !scale || !bias || !sameShape(shape, result)) return undefined;
    const [samples, channels, ...places] = shape;
    const [sameSamples, groups, ...members] = grouped;
    // A group consists of whole channels.
    if (typeof channels !== 'number' || typeof groups !== 'number' || channels % groups !== 0 || samples !== sameSamples) return undefined;
    if (product(members) !== product([channels / groups, ...places])) return undefined;
    const spread = (values: Tensor): Tensor => {
      const numbers = values.toFloat32();
      return Tensor.of(
        'float32',
        [channels],
        Float32Array.from({ length: channels }, (_, channel) => numbers[Math.floor((channel * groups) / channels)] ?? 0),
      );
    };
    if (scale.size !== groups || bias.size !== groups) return undefined;
    const attributes = { num_groups: groups, epsilon: float(graph.view(norm).float('epsilon', 1e-5)) };
    return (edit) =>
      edit.emit('GroupNormalization', [x, edit.constant(spread(scale), 'scale'), edit.constant(spread(bias), 'bias')], attributes);
  },
};
