import { activationCodes, unaryCodes } from '../../layers/codes.ts';
import { movedBottoms } from '../../layers/layerTypes.ts';
import { paramFacts, paramOf, paramValue } from '../../layers/params.ts';
import type { Layer } from '../../net.ts';
import { hasType, type NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const eliminateActivation: Pass = {
  name: 'eliminate_activation',
  description: 'Removes a ReLU, PReLU or AbsVal of values that are never negative.',
  run: (editor) => {
    let times = 0;
    for (const layer of editor.layers('ReLU', 'AbsVal', 'PReLU')) {
      const producer = editor.producer(layer.bottoms[0]);
      if (producer !== undefined && isNeverNegative(producer, editor) && editor.bypass(layer)) times++;
    }
    return times;
  },
};

const positiveFunctions: ReadonlySet<number> = new Set([
  unaryCodes.ABS.code,
  unaryCodes.SQUARE.code,
  unaryCodes.SQRT.code,
  unaryCodes.EXP.code,
]);

/** How far back to look, so that long chains of layers take linear time. */
const maxSteps = 4;

function isNeverNegative(layer: Layer, editor: NetEditor, steps = 0): boolean {
  if (layer.type === 'Custom') return false;
  if (hasType(layer, ['Sigmoid', 'HardSigmoid', 'Softmax', 'AbsVal', 'Threshold'])) return true;
  if (hasType(layer, ['ReLU'])) return paramOf(layer, 'slope') === 0;
  if (hasType(layer, ['Clip'])) return paramOf(layer, 'min') >= 0;
  if (hasType(layer, ['UnaryOp'])) return positiveFunctions.has(paramOf(layer, 'op_type'));
  // Look through layers that only move or average values.
  const sources = hasType(layer, ['Pooling']) && paramOf(layer, 'global_pooling') !== 0 ? layer.bottoms : movedBottoms(layer);
  if (sources.length > 0) {
    return (
      steps < maxSteps &&
      sources.every((source) => {
        const before = editor.producer(source);
        return before !== undefined && isNeverNegative(before, editor, steps + 1);
      })
    );
  }
  if (paramFacts(layer.type, 'activation_type') === undefined) return false;
  const type = paramValue(layer.type, layer.params, 'activation_type');
  if (type === activationCodes.CLIP.code) {
    const limits = paramValue(layer.type, layer.params, 'activation_params');
    return typeof limits !== 'number' && typeof limits !== 'string' && (limits[0] ?? -1) >= 0;
  }
  return type === activationCodes.RELU.code || type === activationCodes.SIGMOID.code;
}
