import { bfloat16ToNumber, halfToNumber } from '../bytes/half.ts';
import type { CalledLayer, Kernel } from '../net/layers/kernels/call.ts';
import { defaultValue } from '../net/layers/paramDefault.ts';
import type { ParamTable, ParamValue } from '../net/layers/record.ts';
import { type Weight, weightOf } from '../net/weight.ts';
import { Failure } from '../runtime/failure.ts';
import type { Plan, WeightPlace } from './plan.ts';

/** A layer that is ready to run; blobs are identified by number. */
export interface DecodedLayer {
  readonly type: string;
  readonly kernel: Kernel | undefined;
  readonly bottoms: readonly number[];
  readonly tops: readonly number[];
  readonly called: CalledLayer;
}

/** An array id is written as -23300 - id, a string id as -23400 - id; -233 ends the parameters of a layer. */
const [arrayBase, stringBase, end] = [-23300, -23400, -233];

/** Reads a `.param.bin` that this converter wrote. Throws {@link Failure} for a layer that the plan does not contain. */
export function decode(name: string, param: Uint8Array, bin: Uint8Array, { types, weights }: Plan): readonly DecodedLayer[] {
  const view = new DataView(param.buffer, param.byteOffset, param.byteLength);
  let position = 4;
  const word = (): number => {
    position += 4;
    return view.getInt32(position - 4, true);
  };
  const words = (count: number): number[] => Array.from({ length: count }, word);
  const layerCount = word();
  position += 4;
  return Array.from({ length: layerCount }, (_, index) => {
    const typeIndex = word();
    const known = types[typeIndex];
    if (known === undefined) throw new Failure('support-type', [name, index, typeIndex]);
    const [bottomCount, topCount] = words(2);
    const [bottoms, tops] = [words(bottomCount ?? 0), words(topCount ?? 0)];
    const byId = new Map(Object.entries(known.params).map(([key, facts]) => [facts.id, { key, kind: facts.kind }]));
    const values: Record<string, ParamValue> = {};
    for (let written = word(); written !== end; written = word()) {
      const isText = written <= stringBase;
      const id = isText ? stringBase - written : written <= arrayBase ? arrayBase - written : written;
      const { key = String(id), kind = 'int' } = byId.get(id) ?? {};
      const number = (): number => {
        position += 4;
        return kind.startsWith('float') ? view.getFloat32(position - 4, true) : view.getInt32(position - 4, true);
      };
      if (isText) {
        const length = word();
        values[key] = new TextDecoder().decode(new Uint8Array(param.buffer, param.byteOffset + position, length));
        position += Math.ceil(length / 4) * 4;
      } else values[key] = written <= arrayBase ? Array.from({ length: word() }, number) : number();
    }
    const called = {
      params: readerOf(known.params, values),
      weights: (weights[index] ?? []).map((place) => weightAt(bin, place)),
      topCount: tops.length,
    };
    return { type: known.type, kernel: known.kernel, bottoms, tops, called };
  });
}

function readerOf(table: ParamTable, values: Readonly<Record<string, ParamValue>>): CalledLayer['params'] {
  const value = (name: string): ParamValue => {
    const facts = table[name];
    if (facts === undefined) throw new RangeError(`there is no parameter "${name}"`);
    return values[name] ?? defaultValue(facts, (other) => Number(value(other)));
  };
  return {
    has: (name) => Object.hasOwn(table, name),
    number: (name) => Number(value(name)),
    numbers: (name) => {
      const list = value(name);
      return typeof list === 'object' ? list : [];
    },
    text: (name) => String(value(name)),
  };
}

/** A weight for the kernels: half-precision values are converted once. */
function weightAt(bin: Uint8Array, [offset, length, storage]: WeightPlace): Weight {
  if (storage !== 'float16' && storage !== 'bfloat16') {
    const bytes = bin.subarray(offset, offset + length * (storage === 'float32' ? 4 : 1));
    return { length, storage, read: () => bytes };
  }
  const view = new DataView(bin.buffer, bin.byteOffset + offset, length * 2);
  const toNumber = storage === 'float16' ? halfToNumber : bfloat16ToNumber;
  return weightOf(Float32Array.from({ length }, (_, index) => toNumber(view.getUint16(index * 2, true))));
}
