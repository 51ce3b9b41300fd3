import type { Rewrite } from '../rewrite.ts';

/**
 * Moves the BatchNormalization of several samples before the nodes that restore the batch axis, if the convolution has the samples as an
 * additional axis of the image. There it is one layer, which the optimizer fuses into the convolution.
 *
 *     Conv -> Squeeze -> Transpose -> BatchNormalization
 *     becomes
 *     Conv -> BatchNormalization -> Squeeze -> Transpose
 */
export const moveBatchNorm: Rewrite = {
  name: 'move-batch-norm',
  operators: ['BatchNormalization'],
  match: (node, graph) => {
    const [x = '', ...statistics] = node.inputs;
    const transpose = graph.producer(x, 'Transpose');
    const perm = transpose && graph.view(transpose).ints('perm', undefined);
    const squeeze = graph.producer(transpose?.inputs[0], 'Squeeze');
    const [image = '', axes] = squeeze?.inputs ?? [];
    const convolution = graph.producer(image);
    if (transpose === undefined || squeeze === undefined || convolution === undefined) return undefined;
    if (!['Conv', 'ConvTranspose'].includes(convolution.operator) || graph.numberOf(axes) !== 0) return undefined;
    if (!perm?.every((axis, place) => axis === (place < 2 ? 1 - place : place))) return undefined;
    const isOnlyRead =
      graph.isOnlyRead(x, node) && graph.isOnlyRead(transpose.inputs[0] ?? '', transpose) && graph.isOnlyRead(image, squeeze);
    if (!isOnlyRead || node.outputs.length > 1) return undefined;
    return (edit) => {
      const [normalized = ''] = edit.emitLike(node, { inputs: [image, ...statistics] });
      const samples = edit.emit('Squeeze', [normalized, axes ?? ''], {}, 'samples');
      return edit.emit('Transpose', [samples], { perm: [...perm] });
    };
  },
};
