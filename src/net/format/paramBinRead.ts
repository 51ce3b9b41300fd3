import { type Diagnostic, type NcnnError, ncnnError, type Place } from '../../diagnostics/diagnostic.ts';
import { layerRecord, layerTypes } from '../layers/layerTypes.ts';
import { paramsById } from '../layers/params.ts';
import type { ParamKind, ParamValue } from '../layers/record.ts';
import type { Layer, LayerType, RawParam } from '../net.ts';
import { floatOfBits } from './number.ts';
import type { ParsedParam } from './paramRead.ts';
import { arrayBase, customBit, endOfParams, magic, stringBase } from './paramWrite.ts';

/**
 * Reads a `.param.bin`. The format has no names: layers are called `layer0`, `layer1` … and blobs `blob0`, `blob1` … by their index. Ints
 * and floats cannot be distinguished either, so custom layers, whose parameters are unknown, cannot be read.
 */
export function readParamBin(bytes: Uint8Array, file?: string): ParsedParam {
  const diagnostics: Diagnostic[] = [];
  try {
    return { layers: read(new WordReader(bytes, file)), diagnostics };
  } catch (error) {
    if (!isNcnnError(error)) throw error;
    return { layers: [], diagnostics: error.diagnostics };
  }
}

function isNcnnError(error: unknown): error is NcnnError {
  return error instanceof Error && error.name === 'NcnnError';
}

class WordReader {
  readonly #view: DataView;
  readonly #place: Place;
  #offset = 0;

  constructor(bytes: Uint8Array, file: string | undefined) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#place = file === undefined ? {} : { file };
  }

  get atEnd(): boolean {
    return this.#offset === this.#view.byteLength;
  }

  get remaining(): number {
    return this.#view.byteLength - this.#offset;
  }

  word(): number {
    if (this.remaining < 4) {
      throw ncnnError('file-truncated', `the file ends at byte ${this.#view.byteLength}`, 'Download the file again.', this.place());
    }
    this.#offset += 4;
    return this.#view.getInt32(this.#offset - 4, true);
  }

  /** Reads the number of items that take at least one word each. */
  count(what: string): number {
    const value = this.word();
    if (value < 0 || value * 4 > this.remaining) throw this.malformed(`the number of ${what} cannot be ${value}`);
    return value;
  }

  words(count: number): number[] {
    return Array.from({ length: count }, () => this.word());
  }

  text(length: number): string {
    const padded = Math.ceil(length / 4) * 4;
    if (length < 0 || length > 255 || padded > this.remaining) throw this.malformed(`a string cannot have ${length} bytes`);
    this.#offset += padded;
    return new TextDecoder().decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#offset - padded, length));
  }

  malformed(message: string): NcnnError {
    return ncnnError('file-malformed', message, 'Create the file again with ncnn2mem.', this.place());
  }

  place(): Place {
    return { ...this.#place, offset: Math.max(0, this.#offset - 4) };
  }
}

function read(reader: WordReader): readonly Layer[] {
  if (reader.remaining < 4 || reader.word() !== magic) {
    throw ncnnError('file-foreign', 'not an ncnn .param.bin file', 'Use a file that begins with the bytes dd 85 76 00.', reader.place());
  }
  const layerCount = reader.count('layers');
  const blobCount = reader.count('blobs');
  const types = new Map(layerTypes.map((type) => [layerRecord(type).index, type]));
  const computed = new Set<number>();
  const layers = Array.from({ length: layerCount }, (_, index): Layer => {
    const typeIndex = reader.word();
    const type = types.get(typeIndex);
    if (type === undefined) {
      const custom = (typeIndex & customBit) !== 0;
      const message = custom
        ? 'a .param.bin does not say which parameters of a custom layer are floats'
        : `unknown layer type ${typeIndex}`;
      throw ncnnError('layer-unknown', message, 'Use the .param text file instead.', reader.place());
    }
    const bottomCount = reader.count('bottoms');
    const topCount = reader.count('tops');
    const bottoms = reader.words(bottomCount);
    const tops = reader.words(topCount);
    const unknown = bottoms.find((blob) => !computed.has(blob));
    if (unknown !== undefined) throw reader.malformed(`layer ${index} reads blob ${unknown}, which no earlier layer computes`);
    for (const top of tops) {
      if (top < 0 || top >= blobCount || computed.has(top))
        throw reader.malformed(`layer ${index} computes blob ${top}, which is out of range`);
      computed.add(top);
    }
    const name = (blob: number): string => `blob${blob}`;
    const { params, rawParams } = readParams(reader, type);
    // The parameters follow the record of the layer type, from which TypeScript derives the layer's type.
    const layer = { type, name: `layer${index}`, bottoms: bottoms.map(name), tops: tops.map(name), params, weights: [] } as Layer;
    return rawParams.length === 0 ? layer : { ...layer, rawParams };
  });
  if (!reader.atEnd) throw reader.malformed(`${reader.remaining} bytes are left after the last layer`);
  return layers;
}

function readParams(reader: WordReader, type: LayerType): { params: object; rawParams: readonly RawParam[] } {
  const known = paramsById(type);
  const params: Record<string, ParamValue> = {};
  const rawParams: RawParam[] = [];
  for (let written = reader.word(); written !== endOfParams; written = reader.word()) {
    const isString = written <= stringBase;
    const isArray = !isString && written <= arrayBase;
    const id = isString ? stringBase - written : isArray ? arrayBase - written : written;
    if (id < 0 || id >= 32) throw reader.malformed(`unknown parameter ${written}`);
    const target = known.get(id);
    const kind: ParamKind = target?.facts.kind ?? (isString ? 'string' : isArray ? 'ints' : 'int');
    if ((kind === 'string') !== isString || (kind === 'ints' || kind === 'floats') !== isArray) {
      throw reader.malformed(`parameter ${id} of ${type} has the wrong kind of value`);
    }
    const decode = kind === 'float' || kind === 'floats' ? floatOfBits : (bits: number): number => bits;
    const value = isString
      ? reader.text(reader.word())
      : isArray
        ? reader.words(reader.count('elements')).map(decode)
        : decode(reader.word());
    if (target === undefined) rawParams.push({ id, kind, value });
    else params[target.name] = value;
  }
  return { params, rawParams };
}
