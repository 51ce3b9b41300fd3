import { croppedRanges } from '../../layers/croppedRanges.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import { shapeCall } from '../../layers/shapesOfTops.ts';
import type { Layer } from '../../net.ts';
import { makeLayer } from '../../net.ts';
import { hasType, type NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const mergeCrop: Pass = {
  name: 'merge_crop',
  description: 'Merges two consecutive Crop layers into one.',
  run: (editor) => {
    let times = 0;
    for (const first of editor.layers('Crop')) {
      const second = editor.onlyReader(first);
      if (!hasType(second, ['Crop'])) continue;
      const [outer, inner] = [ranges(first, editor), ranges(second, editor)];
      if (outer === undefined || inner === undefined) continue;
      const starts = outer.map(({ start }, axis) => start + (inner[axis]?.start ?? 0));
      const ends = starts.map((start, axis) => start + (inner[axis]?.size ?? 0));
      editor.fuse(first, second, makeLayer('Crop', first.name, first.bottoms, second.tops, { starts, ends }));
      times++;
    }
    return times;
  },
};

function ranges(layer: Layer, editor: NetEditor): ReturnType<typeof croppedRanges> {
  const shapes = layer.bottoms.map((bottom) => editor.shape(bottom));
  return layer.type !== 'Custom' && shapes.every(isSizes) ? croppedRanges(shapeCall(layer, shapes)) : undefined;
}
