import { Tensor } from '../../ir/tensor.ts';
import type { Rewrite } from '../rewrite.ts';

/** Reorders the weights of a Conv instead of the channels that it reads. */
export const absorbChannelOrder: Rewrite = {
  name: 'absorb-channel-order',
  operators: ['Conv'],
  match: (node, graph) => {
    const gather = graph.producer(node.inputs[0], 'Gather');
    const [source = '', indices] = gather?.inputs ?? [];
    const weight = graph.constantOf(node.inputs[1]);
    const rank = graph.typeOf(source)?.shape?.length;
    const order = graph.constantOf(indices);
    if (gather === undefined || weight === undefined || rank === undefined || order?.shape.length !== 1) return undefined;
    const view = graph.view(gather);
    const [filters = 0, channels = 0, ...kernel] = weight.shape;
    const from = order.toIntegers().map((channel) => (channel < 0 ? channel + channels : channel));
    const permutes = from.length === channels && new Set(from).size === channels && graph.typeOf(source)?.shape?.[1] === channels;
    if (!permutes || graph.view(node).int('group', 1) !== 1 || view.axis(view.int('axis', 0), rank) !== 1) return undefined;
    const values = weight.toFloat32();
    const plane = kernel.reduce((count, size) => count * size, 1);
    const moved = new Float32Array(values.length);
    for (let filter = 0; filter < filters; filter++) {
      for (const [place, channel] of from.entries()) {
        const [read, write] = [(filter * channels + place) * plane, (filter * channels + channel) * plane];
        moved.set(values.subarray(read, read + plane), write);
      }
    }
    return (edit) => {
      const inOrder = edit.constant(Tensor.of('float32', weight.shape, moved), 'weight');
      return edit.emitLike(node, { inputs: [source, inOrder, ...node.inputs.slice(2)] });
    };
  },
};
