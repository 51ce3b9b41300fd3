import type { Layer } from '../../net.ts';
import type { NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

/**
 * Takes out the Split layers of a net that comes from a `.param`, so that the other passes see who reads a blob. They
 * are put in again, where they are needed, when the net is written.
 */
export const eliminateSplit: Pass = {
  name: 'eliminate_split',
  run: (editor) => {
    let times = 0;
    for (const split of editor.layers('Split')) if (dissolve(editor, split)) times++;
    return times;
  },
};

/** Nothing is changed where a top is an output, for that needs a name of its own. */
function dissolve(editor: NetEditor, split: Layer): boolean {
  const [bottom] = split.bottoms;
  if (bottom === undefined) return false;
  if (split.tops.length === 1) return editor.bypass(split);
  if (split.tops.some((top) => editor.isOutput(top))) return false;
  const tops = new Set(split.tops);
  for (const reader of new Set(split.tops.flatMap((top) => editor.readers(top)))) {
    editor.replace(reader, { ...reader, bottoms: reader.bottoms.map((name) => (tops.has(name) ? bottom : name)) });
  }
  editor.remove(split);
  return true;
}
