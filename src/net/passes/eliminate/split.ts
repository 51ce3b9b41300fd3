import type { Pass } from '../pass.ts';

/**
 * Takes out the Split layers of a net that comes from a `.param`, so that the other passes see who reads a blob. They
 * are put in again, where they are needed, when the net is written. A Split with an output among several tops stays, for that needs a
 * name of its own.
 */
export const eliminateSplit: Pass = {
  name: 'eliminate_split',
  description: 'Removes Split layers; those that ncnn needs are added again when the net is written.',
  run: (editor) => {
    let times = 0;
    for (const split of editor.layers('Split')) if (editor.bypass(split)) times++;
    return times;
  },
};
