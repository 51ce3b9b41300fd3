import type { Pass } from '../pass.ts';

export const eliminateOrphanedMemoryData: Pass = {
  name: 'eliminate_orphaned_memorydata',
  description: 'Removes MemoryData layers that no layer reads.',
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
