import { paramOf } from '../../layers/params.ts';
import { makeLayer } from '../../net.ts';
import { hasType, type LayerAmong } from '../editor.ts';
import type { Pass } from '../pass.ts';

const sides = ['top', 'bottom', 'left', 'right', 'front', 'behind'] as const;

export const mergePadding: Pass = {
  name: 'merge_padding',
  description: 'Merges two consecutive Padding layers of the same value into one.',
  run: (editor) => {
    let times = 0;
    for (const first of editor.layers('Padding')) {
      const second = editor.onlyReader(first);
      if (!hasType(second, ['Padding']) || !isConstant(first) || !isConstant(second)) continue;
      if (paramOf(first, 'value') !== paramOf(second, 'value')) continue;
      const sums = Object.fromEntries(sides.map((side) => [side, paramOf(first, side) + paramOf(second, side)]));
      editor.fuse(first, second, makeLayer('Padding', first.name, first.bottoms, second.tops, { ...sums, value: paramOf(first, 'value') }));
      times++;
    }
    return times;
  },
};

/** Whether a layer pads with one value and crops nothing. */
export function isConstant(layer: LayerAmong<'Padding'>): boolean {
  const plain = paramOf(layer, 'type') === 0 && paramOf(layer, 'per_channel_pad_data_size') === 0 && layer.bottoms.length === 1;
  return plain && sides.every((side) => paramOf(layer, side) >= 0);
}
