import { paramOf } from '../layers/params.ts';
import type { BlobShape, Layer } from '../net.ts';
import type { NetEditor } from './editor.ts';
import type { Pass } from './pass.ts';

/** Takes out layers that make of a blob the same blob again. */
export const eliminateIdentity: Pass = {
  name: 'eliminate_identity',
  run: (editor) => {
    let times = 0;
    for (const layer of editor.allLayers()) if (isIdentity(layer, editor) && editor.bypass(layer)) times++;
    return times;
  },
};

function isIdentity(layer: Layer, editor: NetEditor): boolean {
  switch (layer.type) {
    case 'Noop':
      return true;
    case 'Dropout':
      return paramOf(layer, 'scale') === 1;
    case 'Concat':
      return layer.bottoms.length === 1;
    case 'Permute':
      return paramOf(layer, 'order_type') === 0;
    case 'Pooling':
      return isWindowOfOne(layer, editor.shape(layer.bottoms[0]));
    case 'Reshape':
    case 'Flatten':
    case 'Squeeze':
    case 'ExpandDims':
      return layer.bottoms.length === 1 && sameShape(editor.shape(layer.bottoms[0]), editor.shape(layer.tops[0]));
    default:
      return false;
  }
}

/** A window of one element that moves by one, without pads or a size of the output given otherwise. */
function isWindowOfOne(layer: Extract<Layer, { type: 'Pooling' }>, shape: BlobShape | undefined): boolean {
  if (shape !== undefined && shape.length !== 3) return false;
  const ones = (['kernel_w', 'kernel_h', 'stride_w', 'stride_h'] as const).every((name) => paramOf(layer, name) === 1);
  const zeros = (['pad_left', 'pad_right', 'pad_top', 'pad_bottom', 'global_pooling', 'adaptive_pooling'] as const).every(
    (name) => paramOf(layer, name) === 0,
  );
  return ones && zeros;
}

/** Only known sizes count: two free axes of the same name could still be ordered otherwise by ncnn. */
function sameShape(a: BlobShape | undefined, b: BlobShape | undefined): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((size, axis) => typeof size === 'number' && size === b[axis]);
}
