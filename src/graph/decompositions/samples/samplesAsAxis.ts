import type { GraphBuilder } from '../../ir/builder.ts';
import type { OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';

/**
 * Convolutions of several samples inside a graph, such as the frames of a video before a recurrent layer. ncnn has no batch axis, so the
 * samples become an additional axis of the image, over which the kernel has one tap.
 */
export const samplesAsAxis: Decomposition = {
  name: 'samples-as-axis',
  operators: ['Conv', 'ConvTranspose'],
  decompose: (node, edit) => {
    const shape = node.shape(0);
    const kernel = node.shape(1);
    const spatial = shape.length - 2;
    // ncnn convolves over at most three axes. Transposed convolutions over three axes are decomposed themselves.
    if (typeof shape[0] !== 'number' || shape[0] < 2 || spatial < 1 || spatial > 2) return undefined;
    if (node.constant(1) === undefined || kernel.some((size) => typeof size === 'string')) return undefined;
    if (node.ints('output_shape', undefined) !== undefined) return undefined;
    const channelsFirst = [1, 0, ...Array.from({ length: spatial }, (_, axis) => axis + 2)];
    const x = unsqueezed(edit, edit.transpose(node.input(0).name, channelsFirst), 0);
    const operands = [x, unsqueezed(edit, node.input(1).name, 2), ...(node.optionalInput(2) ? [node.input(2).name] : [])];
    const y = edit.emit(node.operator, operands, withOneTap(node, spatial));
    return edit.emit('Transpose', [edit.emit('Squeeze', [y, edit.integers([0])])], { perm: channelsFirst });
  },
};

function unsqueezed(edit: GraphBuilder, value: string, axis: number): string {
  return edit.emit('Unsqueeze', [value, edit.integers([axis])]);
}

/** The attributes with an additional first axis, on which the kernel has one tap. */
function withOneTap(node: OperatorNode, spatial: number): Readonly<Record<string, number | string | readonly number[]>> {
  const pads = node.ints('pads', undefined);
  const lists = { kernel_shape: 1, strides: 1, dilations: 1, output_padding: 0 };
  const extended = Object.entries(lists).flatMap(([name, value]) => {
    const values = node.ints(name, undefined);
    return values === undefined ? [] : [[name, [value, ...values]] as const];
  });
  return {
    group: node.int('group', 1),
    auto_pad: node.string('auto_pad', 'NOTSET'),
    ...Object.fromEntries(extended),
    ...(pads === undefined ? {} : { pads: [0, ...pads.slice(0, spatial), 0, ...pads.slice(spatial)] }),
  };
}
