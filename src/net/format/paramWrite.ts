import { layerRecord } from '../layers/layerTypes.ts';
import { type ParamEntry, paramEntries } from '../layers/params.ts';
import type { ParamKind, ParamValue } from '../layers/record.ts';
import { type Layer, type Net, typeName } from '../net.ts';
import { floatBits, formatFloat } from './number.ts';

/** The first number of a `.param` and of a `.param.bin`. */
export const magic = 7767517;

/** Arrays have the id -23300 - id. */
export const arrayBase = -23300;

/** Strings in a `.param.bin` have the id -23400 - id. */
export const stringBase = -23400;

/** Marks the end of a layer's parameters in a `.param.bin`. */
export const endOfParams = -233;

/** Set in the type index of a custom layer, together with its index among the custom types. */
export const customBit = 0x100;

/**
 * A net as `.param` text, in the column layout of ncnn's tools. Parameters keep the order in which they are set. The net must pass `check`.
 */
export function writeParamText(net: Net): string {
  const blobCount = net.layers.reduce((count, layer) => count + layer.tops.length, 0);
  return `${[magic, `${net.layers.length} ${blobCount}`, ...net.layers.map(line)].join('\n')}\n`;
}

function line(layer: Layer): string {
  const { name, bottoms, tops } = layer;
  const head = `${typeName(layer).padEnd(24)} ${name.padEnd(24)} ${bottoms.length} ${tops.length}`;
  return [head, ...bottoms, ...tops, ...paramEntries(layer).map(assignment)].join(' ');
}

function assignment({ id, kind, value, ints }: ParamEntry): string {
  if (ints !== undefined) return assignment({ id, kind: 'ints', value: ints });
  if (kind === 'ints' || kind === 'floats') {
    const values = numbers(value);
    return [`${arrayBase - id}=${values.length}`, ...values.map((element) => spell(kind, element))].join(',');
  }
  return `${id}=${kind === 'string' ? `"${value}"` : numbers(value).map((number) => spell(kind, number))}`;
}

function spell(kind: ParamKind, value: number): string {
  return kind === 'float' || kind === 'floats' ? formatFloat(value) : String(value);
}

/** A net as `.param.bin`: little-endian 32-bit words, with layers and blobs by index. */
export function writeParamBin(net: Net): Uint8Array {
  const words: number[] = [magic, net.layers.length];
  const blobs = new Map(net.layers.flatMap((layer) => layer.tops).map((name, index) => [name, index]));
  words.push(blobs.size);
  const customTypes = new Map<string, number>();
  for (const layer of net.layers) {
    words.push(typeIndex(layer, customTypes), layer.bottoms.length, layer.tops.length);
    for (const blob of [...layer.bottoms, ...layer.tops]) words.push(blobs.get(blob) ?? -1);
    for (const entry of paramEntries(layer)) pushEntry(words, entry);
    words.push(endOfParams);
  }
  const bytes = new DataView(new ArrayBuffer(words.length * 4));
  for (const [index, word] of words.entries()) bytes.setInt32(index * 4, word, true);
  return new Uint8Array(bytes.buffer);
}

/** Custom types are numbered in the order of their first use. */
function typeIndex(layer: Layer, customTypes: Map<string, number>): number {
  if (layer.type !== 'Custom') return layerRecord(layer.type).index;
  const index = customTypes.get(layer.customType) ?? customTypes.size;
  customTypes.set(layer.customType, index);
  return customBit | index;
}

function pushEntry(words: number[], { id, kind, value }: ParamEntry): void {
  const bits = kind === 'float' || kind === 'floats' ? floatBits : Math.trunc;
  if (typeof value === 'string') {
    const text = new TextEncoder().encode(value);
    const padded = new DataView(new ArrayBuffer(Math.ceil(text.length / 4) * 4));
    new Uint8Array(padded.buffer).set(text);
    words.push(stringBase - id, text.length);
    for (let offset = 0; offset < padded.byteLength; offset += 4) words.push(padded.getInt32(offset, true));
  } else if (kind === 'ints' || kind === 'floats') {
    const values = numbers(value);
    words.push(arrayBase - id, values.length);
    for (const element of values) words.push(bits(element));
  } else {
    words.push(id);
    for (const number of numbers(value)) words.push(bits(number));
  }
}

function numbers(value: ParamValue): readonly number[] {
  if (typeof value === 'string') throw new TypeError(`"${value}" is not a number`);
  return typeof value === 'number' ? [value] : value;
}
