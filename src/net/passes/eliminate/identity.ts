import { binaryCodes } from '../../layers/codes.ts';
import { layerRecord, reshapingTypes } from '../../layers/layerTypes.ts';
import { paramOf } from '../../layers/params.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import type { BlobShape, Layer, LayerType } from '../../net.ts';
import { hasType, type LayerAmong, type NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

/** Passes that remove layers whose output equals their input. */
export const eliminateIdentity: readonly Pass[] = [
  identityPass('eliminate_noop', 'Removes Noop and DeepCopy layers.', ['Noop', 'DeepCopy'], () => true),
  identityPass('eliminate_dropout', 'Removes Dropout layers that do not scale.', ['Dropout'], (layer) => paramOf(layer, 'scale') === 1),
  identityPass('eliminate_pooling1x1', 'Removes Pooling layers whose window is 1x1 and moves by 1.', ['Pooling'], isWindowOfOne),
  identityPass('eliminate_concat', 'Removes Concat layers of one blob.', ['Concat'], (layer) => layer.bottoms.length === 1),
  identityPass(
    'eliminate_permute',
    'Removes Permute layers that keep the order of the axes.',
    ['Permute'],
    (layer) => paramOf(layer, 'order_type') === 0,
  ),
  identityPass(
    'eliminate_tile',
    'Removes Tile layers that repeat nothing.',
    ['Tile'],
    (layer) => paramOf(layer, 'repeats').length === 0 && paramOf(layer, 'tiles') === 1,
  ),
  identityPass('eliminate_padding', 'Removes Padding layers that add nothing.', ['Padding'], (layer) =>
    (['top', 'bottom', 'left', 'right', 'front', 'behind'] as const).every((side) => paramOf(layer, side) === 0),
  ),
  identityPass('eliminate_crop', 'Removes Crop layers that keep the whole blob.', ['Crop'], keepsItsShape),
  identityPass(
    'eliminate_binaryop',
    'Removes BinaryOp layers that add or subtract 0, or multiply or divide by 1.',
    ['BinaryOp'],
    isNeutral,
  ),
  identityPass(
    'eliminate_flatten_after_global_pooling',
    'Removes a Flatten after a global Pooling, whose result is a vector already.',
    ['Flatten'],
    (layer, editor) => isVector(layer, editor) && follows(layer, editor, 'Pooling'),
  ),
  identityPass(
    'eliminate_flatten_after_innerproduct',
    'Removes a Flatten after an InnerProduct, whose result is a vector already.',
    ['Flatten'],
    (layer, editor) => isVector(layer, editor) && follows(layer, editor, 'InnerProduct'),
  ),
  identityPass(
    'eliminate_reshape_after_global_pooling',
    'Removes a Reshape to a vector after a global Pooling, whose result is one already.',
    ['Reshape'],
    (layer, editor) => isVector(layer, editor) && flattens(layer) && follows(layer, editor, 'Pooling'),
  ),
  identityPass(
    'eliminate_reshape',
    'Removes Reshape, Flatten, Squeeze and ExpandDims layers that keep the shape.',
    reshapingTypes,
    (layer, editor) => keepsItsShape(layer, editor) || (isVector(layer, editor) && (layer.type === 'Flatten' || flattens(layer))),
  ),
];

function identityPass<T extends LayerType>(
  name: string,
  description: string,
  types: readonly T[],
  isIdentity: (layer: LayerAmong<T>, editor: NetEditor) => boolean,
): Pass {
  return {
    name,
    description,
    run: (editor) => {
      let times = 0;
      for (const layer of editor.layers(...types)) if (isIdentity(layer, editor) && editor.bypass(layer)) times++;
      return times;
    },
  };
}

/** A window of one element with a stride of one, without padding or an explicit output size. */
function isWindowOfOne(layer: LayerAmong<'Pooling'>, editor: NetEditor): boolean {
  const shape = editor.shape(layer.bottoms[0]);
  if (shape !== undefined && shape.length !== 3) return false;
  const ones = (['kernel_w', 'kernel_h', 'stride_w', 'stride_h'] as const).every((name) => paramOf(layer, name) === 1);
  const zeros = (['pad_left', 'pad_right', 'pad_top', 'pad_bottom', 'global_pooling', 'adaptive_pooling'] as const).every(
    (name) => paramOf(layer, name) === 0,
  );
  return ones && zeros;
}

/** Adds zero or multiplies by one. */
function isNeutral(layer: LayerAmong<'BinaryOp'>): boolean {
  const { ADD, SUB, MUL, DIV } = binaryCodes;
  if (paramOf(layer, 'with_scalar') === 0) return false;
  const [operation, value] = [paramOf(layer, 'op_type'), paramOf(layer, 'b')];
  if (operation === ADD.code || operation === SUB.code) return value === 0;
  return (operation === MUL.code || operation === DIV.code) && value === 1;
}

function follows(layer: Layer, editor: NetEditor, type: LayerType): boolean {
  return editor.producer(layer.bottoms[0])?.type === type;
}

/** Whether a Reshape flattens any input into a vector. */
function flattens(layer: Layer): boolean {
  if (!hasType(layer, ['Reshape']) || layer.bottoms.length !== 1 || layer.rawParams !== undefined || paramOf(layer, 'shape_expr') !== '')
    return false;
  const others = (['h', 'd', 'c'] as const).every((name) => paramOf(layer, name) === -233);
  const [w, batch] = [
    paramOf(layer, 'w'),
    (['input_batch_axis', 'output_batch_axis'] as const).some((name) => paramOf(layer, name) !== 233),
  ];
  return others && !batch && (w === -1 || w === 0);
}

/** Whether the blob that a layer reads has exactly one axis. The size of the axis may be unknown. */
function isVector(layer: Layer, editor: NetEditor): boolean {
  let blob = layer.bottoms[0];
  for (let steps = 0; steps < 8; steps++) {
    const shape = editor.shape(blob);
    if (shape !== undefined) return shape.length === 1;
    const producer = editor.producer(blob);
    if (producer === undefined || producer.type === 'Custom') return false;
    if (producer.type === 'Flatten') return true;
    if (hasType(producer, ['Pooling'])) return paramOf(producer, 'global_pooling') !== 0;
    if (layerRecord(producer.type).shape !== 'same') return false;
    [blob] = producer.bottoms;
  }
  return false;
}

function keepsItsShape(layer: Layer, editor: NetEditor): boolean {
  return layer.bottoms.length === 1 && sameSizes(editor.shape(layer.bottoms[0]), editor.shape(layer.tops[0]));
}

/** Only known sizes count: ncnn could still order two dynamic axes of the same name differently. */
function sameSizes(a: BlobShape | undefined, b: BlobShape | undefined): boolean {
  return isSizes(a) && isSizes(b) && a.join() === b.join();
}
