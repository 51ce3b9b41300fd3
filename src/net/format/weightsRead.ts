import { type Diagnostic, diagnostic, type Place } from '../../diagnostics/diagnostic.ts';
import type { WeightSlot } from '../layers/weightRule.ts';
import { weightSlots } from '../layers/weights.ts';
import { type Layer, typeName } from '../net.ts';
import type { Weight, WeightStorage } from '../weight.ts';
import { dataLength, paddedToFour, rawTag, weightTags } from './weightsWrite.ts';

export interface ReadWeights {
  /** The layers with their weights, up to the end of the file. */
  readonly layers: readonly Layer[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The positions that diagnostics refer to. */
export interface WeightsContext {
  /** Path of the weight file. */
  readonly path?: string;
  /** The `.param` that the layers come from, with the line of each layer. Diagnostics then refer to it and only mention the weight file. */
  readonly param?: string;
  readonly lines?: readonly number[];
}

/** Whether the layers read anything from a weight file. */
export function needsWeights(layers: readonly Layer[]): boolean {
  return layers.some((layer) => (weightSlots(layer) ?? []).length > 0);
}

/**
 * Adds the weights to the layers, as views of the file. The file must have the length that the parameters of the layers and the flags in
 * the file determine. If a custom layer is the last layer that may have weights, it gets the remaining file as one untagged array, because
 * its format is unknown; other custom layers are assumed to have no weights.
 */
export function readWeights(layers: readonly Layer[], file: Uint8Array, { path, param, lines }: WeightsContext = {}): ReadWeights {
  const inText = param !== undefined;
  const weightFile = inText && path !== undefined ? ` in ${path}` : '';
  const at = (index: number, offset: number): Place => {
    const layer = layers[index];
    const line = lines?.[index];
    const where = inText
      ? { file: param, ...(line === undefined ? {} : { line }) }
      : { ...(path === undefined ? {} : { file: path }), offset };
    return { ...where, ...(layer === undefined ? {} : { node: layer.name, operator: typeName(layer) }) };
  };
  let offset = 0;
  let last = -1;
  const lastReader = layers.findLastIndex((layer) => layer.type === 'Custom' || needsWeights([layer]));
  const result: Layer[] = [];
  for (const [index, layer] of layers.entries()) {
    const slots = weightSlots(layer);
    if (slots === undefined) {
      const remaining = file.byteLength - offset;
      const isLast = remaining > 0 && index === lastReader;
      result.push(isLast ? { ...layer, weights: [view(file, offset, remaining, 'opaque')] } : layer);
      if (isLast) offset += remaining;
      continue;
    }
    const weights: Weight[] = [];
    for (const slot of slots) {
      const found = readSlot(slot, file, offset);
      if (typeof found === 'number') {
        const message =
          found < 0
            ? `the parameters declare ${slot.length} elements for ${slot.name}`
            : `the weights${weightFile} end at byte ${file.byteLength}, ${found} bytes before the end of ${slot.name}`;
        const hint =
          found < 0
            ? 'Correct the sizes in the .param.'
            : 'Use the .bin that belongs to this .param, or download it again if it is incomplete.';
        const code = found < 0 ? 'file-malformed' : 'file-truncated';
        return { layers: [...result, ...layers.slice(index)], diagnostics: [diagnostic(code, message, hint, at(index, offset))] };
      }
      weights.push(found.weight);
      offset = found.end;
    }
    if (slots.length > 0) last = index;
    result.push({ ...layer, weights });
  }
  const surplus = file.byteLength - offset;
  if (surplus === 0) return { layers: result, diagnostics: [] };
  const behind = last === -1 ? 'no layer has weights' : 'the last layer with weights';
  const custom = layers.some((layer) => layer.type === 'Custom') ? ' or of a custom layer before others with weights' : '';
  const message = `${surplus} bytes are left at the end of the weights${weightFile} (${behind})`;
  const hint = `Use the .bin that belongs to this .param, or correct the flags and sizes of the earlier layers${custom}.`;
  return {
    layers: result,
    diagnostics: [diagnostic('file-malformed', message, hint, at(last, offset))],
  };
}

/** The weight and the offset of its end, or the number of missing bytes, which is negative if the size is invalid. */
function readSlot(slot: WeightSlot, file: Uint8Array, start: number): { weight: Weight; end: number } | number {
  if (!Number.isInteger(slot.length) || slot.length <= 0) return -1;
  const remaining = file.byteLength - start;
  if (slot.storage !== 'tagged') {
    const weight = view(file, start, slot.length, slot.storage === 'bytes' ? 'opaque' : 'float32');
    return place(weight, start, file);
  }
  if (remaining < 4) return 4 - remaining + slot.length * 4;
  const flag = new DataView(file.buffer, file.byteOffset + start, 4).getUint32(0, true);
  const storage = storages.get(flag);
  if (storage !== undefined) return place(view(file, start + 4, slot.length, storage), start + 4, file);
  const dtype = flag === rawTag ? 'float32' : 'opaque';
  return place(view(file, start + 4, slot.length, dtype, flag), start + 4, file);
}

const storages: ReadonlyMap<number, WeightStorage> = new Map<number, WeightStorage>([
  [weightTags.float32, 'float32'],
  [weightTags.float16, 'float16'],
  [weightTags.bfloat16, 'bfloat16'],
  [weightTags.int8, 'int8'],
]);

function place(weight: Weight, start: number, file: Uint8Array): { weight: Weight; end: number } | number {
  const end = start + paddedToFour(dataLength(weight));
  return end > file.byteLength ? end - file.byteLength : { weight, end };
}

function view(file: Uint8Array, start: number, length: number, storage: WeightStorage, flag?: number): Weight {
  const weight = { length, storage, ...(flag === undefined ? {} : { flag }) };
  const size = dataLength({ ...weight, read: () => file });
  return { ...weight, read: () => file.subarray(start, start + size) };
}
