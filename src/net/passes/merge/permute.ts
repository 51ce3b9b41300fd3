import { paramOf } from '../../layers/params.ts';
import { permuteOrder, permuteType } from '../../layers/permuteOrder.ts';
import { makeLayer } from '../../net.ts';
import { hasType } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const mergePermute: Pass = {
  name: 'merge_permute',
  description: 'Merges two consecutive Permute layers into one.',
  run: (editor) => {
    let times = 0;
    for (const first of editor.layers('Permute')) {
      const second = editor.onlyReader(first);
      const rank = editor.shape(first.bottoms[0])?.length;
      if (!hasType(second, ['Permute']) || rank === undefined) continue;
      const [one, two] = [permuteOrder(rank, paramOf(first, 'order_type')), permuteOrder(rank, paramOf(second, 'order_type'))];
      if (one === undefined || two === undefined) continue;
      const order_type = permuteType(two.map((axis) => one[axis] ?? 0));
      editor.fuse(first, second, makeLayer('Permute', first.name, first.bottoms, second.tops, { order_type }));
      times++;
    }
    return times;
  },
};
