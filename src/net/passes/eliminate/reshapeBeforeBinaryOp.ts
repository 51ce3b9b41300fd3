import { alignedTo } from '../../layers/alignedTo.ts';
import { reshapingTypes } from '../../layers/layerTypes.ts';
import { paramOf } from '../../layers/params.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import { hasType, type NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const eliminateReshapeBeforeBinaryOp: Pass = {
  name: 'eliminate_reshape_before_binaryop',
  description: 'Removes a reshape before a BinaryOp that broadcasts the blob in the same way without it.',
  run: (editor) => {
    let times = 0;
    for (const layer of editor.layers('BinaryOp')) {
      if (layer.bottoms.length !== 2 || paramOf(layer, 'with_scalar') !== 0) continue;
      const place = [0, 1].find((index) => isNeedless(editor, layer.bottoms[index], layer.bottoms[1 - index]));
      const reshape = place === undefined ? undefined : editor.producer(layer.bottoms[place]);
      const [source] = reshape?.bottoms ?? [];
      if (reshape === undefined || source === undefined) continue;
      editor.replace(layer, { ...layer, bottoms: layer.bottoms.map((bottom, index) => (index === place ? source : bottom)) });
      const [top] = reshape.tops;
      if (top !== undefined && !editor.isNeeded(top)) editor.remove(reshape);
      times++;
    }
    return times;
  },
};

function isNeedless(editor: NetEditor, blob: string | undefined, beside: string | undefined): boolean {
  const reshape = editor.producer(blob);
  if (!hasType(reshape, reshapingTypes) || reshape.bottoms.length !== 1) return false;
  const [before, after, other] = [editor.shape(reshape.bottoms[0]), editor.shape(blob), editor.shape(beside)];
  if (!isSizes(before) || !isSizes(after) || !isSizes(other)) return false;
  // The result keeps its rank only if the other operand has all of its axes.
  return (
    other.length >= after.length && other.length >= before.length && alignedTo(before, other).join() === alignedTo(after, other).join()
  );
}
