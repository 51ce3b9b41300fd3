import { paramOf } from '../../layers/params.ts';
import { permuteOrder } from '../../layers/permuteOrder.ts';
import { hasType } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const fusePermuteMatMul: Pass = {
  name: 'fuse_permute_matmul',
  description: 'Fuses a Permute that swaps the rows and columns of the right matrix into the MatMul, which reads it transposed.',
  run: (editor) => {
    let times = 0;
    for (const permute of editor.layers('Permute')) {
      const product = editor.onlyReader(permute);
      const [matrix = ''] = permute.bottoms;
      const rank = editor.shape(matrix)?.length ?? 0;
      if (!hasType(product, ['MatMul']) || product.bottoms[1] !== permute.tops[0] || rank < 2) continue;
      const order = permuteOrder(rank, paramOf(permute, 'order_type'));
      if (!order?.every((axis, place) => axis === (place < rank - 2 ? place : 2 * rank - 3 - place))) continue;
      const params = { ...product.params, transB: paramOf(product, 'transB') === 0 ? 1 : 0 };
      editor.fuse(permute, product, { ...product, bottoms: [product.bottoms[0] ?? '', matrix], params });
      times++;
    }
    return times;
  },
};
