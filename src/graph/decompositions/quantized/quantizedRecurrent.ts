import { OperatorError } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';

/** Attribute of an LSTM that replaces a `DynamicQuantizeLSTM`: ncnn does not round its operands to 8 bits. */
export const dynamicQuantization = 'dynamic_quantization';

/** `DynamicQuantizeLSTM` as the equivalent LSTM with float weights. */
export const quantizedRecurrent: Decomposition = {
  name: 'quantized-recurrent',
  operators: ['com.microsoft:DynamicQuantizeLSTM'],
  decompose: (node, edit) => {
    const weights = (index: number, scale: number): string => {
      const shape = node.shape(scale);
      // One scale per direction, or one per gate and direction.
      const spread = shape.length === 1 ? [1, 2] : [1];
      if (shape.length > 2) throw new OperatorError('invalid', `a scale has ${shape.length} axes, not 1 or 2`);
      const [values, zero] = [index, scale + 1].map((place) => {
        const operand = node.optionalInput(place);
        return operand && edit.emit('Cast', [operand.name], { to: 'float32' });
      });
      const shifted = zero === undefined ? (values ?? '') : edit.emit('Sub', [values ?? '', edit.unsqueeze(zero, spread)]);
      // [directions, inputs, gates] here, but [directions, gates, inputs] in LSTM.
      return edit.transpose(edit.emit('Mul', [shifted, edit.unsqueeze(node.input(scale).name, spread)]), [0, 2, 1]);
    };
    const name = (index: number): string => node.optionalInput(index)?.name ?? '';
    const operands = [name(0), weights(1, 8), weights(2, 10), ...[3, 4, 5, 6, 7].map(name)];
    return edit.emitAll('LSTM', operands, node.outputCount, { ...Object.fromEntries(node.node.attributes), [dynamicQuantization]: 1 });
  },
};
