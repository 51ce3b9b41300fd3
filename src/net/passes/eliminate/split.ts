import type { Pass } from '../pass.ts';

/**
 * Removes the Split layers of a net that was read from a `.param`, so that the other passes see the real readers of a blob. The writer adds
 * the Split layers that ncnn needs. A Split stays if it has several tops and one of them is an output, because that output needs a separate
 * name.
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
