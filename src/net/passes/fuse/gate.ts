import { binaryCodes, unaryCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import { type Layer, makeLayer } from '../../net.ts';
import { hasType, type NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const fuseGate: Pass = {
  name: 'fuse_gate',
  description: 'Fuses the product of a blob and its Sigmoid, HardSigmoid or Tanh of Softplus into a Swish, HardSwish or Mish.',
  run: (editor) => {
    let times = 0;
    for (const product of editor.layers('BinaryOp')) {
      const [left, right] = product.bottoms;
      if (left === undefined || right === undefined || paramOf(product, 'op_type') !== binaryCodes.MUL.code) continue;
      const found = gated(editor, left, right) ?? gated(editor, right, left);
      if (found === undefined) continue;
      for (const layer of found.gone) editor.remove(layer);
      editor.replace(product, { ...found.layer, name: product.name, tops: product.tops });
      times++;
    }
    return times;
  },
};

/** The activation that `source` times `gate` computes, and the layers that compute the gate, last first. */
function gated(editor: NetEditor, source: string, gate: string): { readonly layer: Layer; readonly gone: readonly Layer[] } | undefined {
  const last = ownOf(editor, gate);
  if (last === undefined) return undefined;
  const [before] = last.bottoms;
  const activation = (layer: Layer, ...gone: readonly Layer[]): ReturnType<typeof gated> => ({ layer, gone });
  if (hasType(last, ['Sigmoid']) && before === source) return activation(makeLayer('Swish', '', [source], [], {}), last);
  if (hasType(last, ['HardSigmoid']) && before === source) {
    return activation(makeLayer('HardSwish', '', [source], [], { alpha: paramOf(last, 'alpha'), beta: paramOf(last, 'beta') }), last);
  }
  const isTanh = hasType(last, ['TanH']) || (hasType(last, ['UnaryOp']) && paramOf(last, 'op_type') === unaryCodes.TANH.code);
  const first = isTanh && before !== undefined ? ownOf(editor, before) : undefined;
  if (hasType(first, ['Softplus']) && first.bottoms[0] === source) return activation(makeLayer('Mish', '', [source], [], {}), last, first);
  return undefined;
}

/** The layer that produces a blob, if the blob is read once and is not an output. */
function ownOf(editor: NetEditor, blob: string): Layer | undefined {
  const layer = editor.producer(blob);
  return layer !== undefined && editor.onlyReader(layer) !== undefined ? layer : undefined;
}
