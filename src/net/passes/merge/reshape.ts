import { reshapingTypes } from '../../layers/layerTypes.ts';
import { paramOf } from '../../layers/params.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import { sizeParams } from '../../layers/sizeParams.ts';
import { type Layer, makeLayer } from '../../net.ts';
import { hasType, type LayerAmong, type NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const mergeReshape: Pass = {
  name: 'merge_reshape',
  description: 'Merges consecutive Reshape, Flatten, Squeeze and ExpandDims layers into one.',
  run: (editor) => {
    let times = 0;
    for (const layer of editor.layers(...reshapingTypes)) {
      const before = editor.producer(layer.bottoms[0]);
      const [source] = before?.bottoms ?? [];
      if (!hasType(before, reshapingTypes) || source === undefined || before.bottoms.length !== 1 || layer.bottoms.length !== 1) continue;
      const merged = reshapeTo(layer, source, editor);
      if (merged === undefined) continue;
      editor.replace(layer, merged);
      const [middle] = before.tops;
      if (middle !== undefined && !editor.isNeeded(middle)) editor.remove(before);
      times++;
    }
    return times;
  },
};

function reshapeTo(layer: Layer, source: string, editor: NetEditor): Layer | undefined {
  // A layer that takes no size from the blob in between is also right for other input sizes.
  if (hasType(layer, ['Flatten']) || (hasType(layer, ['Reshape']) && isSelfContained(layer))) return { ...layer, bottoms: [source] };
  const shape = editor.shape(layer.tops[0]);
  return isSizes(shape) ? makeLayer('Reshape', layer.name, [source], layer.tops, sizeParams(shape)) : undefined;
}

/** Whether all sizes are constants or inferred from the number of elements. */
function isSelfContained(layer: LayerAmong<'Reshape'>): boolean {
  const batch = (['input_batch_axis', 'output_batch_axis'] as const).some((name) => paramOf(layer, name) !== 233);
  return !batch && paramOf(layer, 'shape_expr') === '' && (['w', 'h', 'd', 'c'] as const).every((name) => paramOf(layer, name) !== 0);
}
