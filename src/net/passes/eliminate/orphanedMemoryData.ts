import type { Pass } from '../pass.ts';

/** Takes out constants that nobody reads. */
export const eliminateOrphanedMemoryData: Pass = {
  name: 'eliminate_orphaned_memorydata',
  run: (editor) => {
    let times = 0;
    for (const layer of editor.layers('MemoryData')) {
      if (layer.tops.some((top) => editor.isNeeded(top))) continue;
      editor.remove(layer);
      times++;
    }
    return times;
  },
};
