import { binaryCodes, eltwiseCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import { makeLayer } from '../../net.ts';
import { hasType, type NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const fuseBinaryOpEltwise: Pass = {
  name: 'fuse_binaryop_eltwise',
  description: 'Fuses the sum of two blobs that are multiplied by numbers into an Eltwise.',
  run: (editor) => {
    let times = 0;
    for (const sum of editor.layers('BinaryOp')) {
      const [left, right] = sum.bottoms;
      if (left === undefined || right === undefined || left === right || paramOf(sum, 'op_type') !== binaryCodes.ADD.code) continue;
      // Eltwise does not broadcast.
      const [a, b] = [editor.shape(left), editor.shape(right)];
      if (!isSizes(a) || !isSizes(b) || a.join() !== b.join()) continue;
      const terms = [left, right].map((blob) => term(editor, blob));
      if (terms.every((part) => part.factor === undefined)) continue;
      const params = { op_type: eltwiseCodes.SUM.code, coeffs: terms.map((part) => part.factor ?? 1) };
      const sources = terms.map((part) => part.source);
      editor.replace(sum, makeLayer('Eltwise', sum.name, sources, sum.tops, params));
      for (const blob of [left, right]) {
        const product = editor.producer(blob);
        if (!sources.includes(blob) && product !== undefined && !editor.isNeeded(blob)) editor.remove(product);
      }
      times++;
    }
    return times;
  },
};

/** A blob as another blob times a number, if the product has no other reader. */
function term(editor: NetEditor, blob: string): { readonly source: string; readonly factor?: number } {
  const product = editor.producer(blob);
  if (!hasType(product, ['BinaryOp']) || editor.onlyReader(product) === undefined) return { source: blob };
  const [source] = product.bottoms;
  const scalar = paramOf(product, 'with_scalar') !== 0 && paramOf(product, 'op_type') === binaryCodes.MUL.code;
  return scalar && source !== undefined ? { source, factor: paramOf(product, 'b') } : { source: blob };
}
