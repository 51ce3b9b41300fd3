import { binaryCodes, unaryCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import type { Layer } from '../../net.ts';
import { hasType, type NetEditor } from '../editor.ts';

const steppingFunctions: ReadonlySet<number> = new Set(
  (['FLOOR', 'CEIL', 'ROUND', 'TRUNC', 'SIGN'] as const).map((name) => unaryCodes[name].code),
);

const steppingOperations: ReadonlySet<number> = new Set(
  (['FMOD', 'RFMOD', 'FLOOR_DIVIDE', 'RFLOOR_DIVIDE', 'REMAINDER', 'RREMAINDER'] as const).map((name) => binaryCodes[name].code),
);

/** Layers behind which the last bit of a value is still what it was, or nearly. */
const passing: ReadonlySet<string> = new Set([
  ...[
    'AbsVal',
    'BinaryOp',
    'Clip',
    'Concat',
    'Crop',
    'Flatten',
    'Permute',
    'ReLU',
    'Reshape',
    'Slice',
    'Split',
    'UnaryOp',
    'BatchNorm',
    'Scale',
  ],
]);

/** How many layers are looked at, so that it costs the same wherever it is asked. */
const mostLayers = 12;

/**
 * Whether a blob goes into rounding, comparing or picking, where the least difference can make a whole one: what makes it must not
 * be computed otherwise, even if that is as good. Looks through the layers that stand close behind.
 */
export function feedsDiscontinuity(editor: NetEditor, blob: string | undefined): boolean {
  const blobs = blob === undefined ? [] : [blob];
  const seen = new Set<Layer>();
  for (const name of blobs) {
    for (const reader of editor.readers(name)) {
      if (seen.has(reader) || seen.size >= mostLayers) continue;
      seen.add(reader);
      if (isDiscontinuous(reader)) return true;
      if (passing.has(reader.type)) blobs.push(...reader.tops);
    }
  }
  return false;
}

function isDiscontinuous(layer: Layer): boolean {
  if (hasType(layer, ['UnaryOp'])) return steppingFunctions.has(paramOf(layer, 'op_type'));
  if (hasType(layer, ['BinaryOp'])) return steppingOperations.has(paramOf(layer, 'op_type'));
  return hasType(layer, [
    'Threshold',
    'ArgMax',
    'Cast',
    'Quantize',
    'Embed',
    'DetectionOutput',
    'YoloDetectionOutput',
    'Yolov3DetectionOutput',
    'Proposal',
  ]);
}
