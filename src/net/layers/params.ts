import type { Layer, LayerOf, LayerParams, LayerType } from '../net.ts';
import { layerRecord } from './layerTypes.ts';
import { defaultValue } from './paramDefault.ts';
import type { ParamFacts, ParamKind, ParamReader, ParamValue } from './record.ts';

/** A parameter as the writer needs it: the id, and the kind that determines the format. */
export interface ParamEntry {
  readonly id: number;
  readonly kind: ParamKind;
  readonly value: ParamValue;
  /** The ints that represent an array of floats in the text format. */
  readonly ints?: readonly number[];
}

/** The effective value of a parameter: the value that is set, or the default. */
export function paramOf<T extends LayerType, P extends keyof LayerParams<T> & string>(
  layer: LayerOf<T>,
  name: P,
): NonNullable<LayerParams<T>[P]> {
  // The default has the kind of the parameter, but TypeScript cannot infer that.
  return paramValue(layer.type, layer.params, name) as NonNullable<LayerParams<T>[P]>;
}

/** Like {@link paramOf}, for a type that is known only at run time. Throws if the layer type does not have the parameter. */
export function paramValue(type: LayerType, params: object, name: string): ParamValue {
  const value = ownValue(params, name);
  if (value !== undefined) return value;
  const facts = paramFacts(type, name);
  if (facts === undefined) throw new RangeError(`${type} has no parameter "${name}"`);
  return defaultOf(type, params, facts);
}

/** The effective value of an int or float parameter. Throws if the layer has no such number. */
export function numberParam(type: LayerType, params: object, name: string): number {
  const value = paramValue(type, params, name);
  if (typeof value !== 'number') throw new RangeError(`the parameter "${name}" of ${type} is not a number`);
  return value;
}

/** Reads the parameters of a layer by names that are known only at run time. */
export function paramReader({ type, params }: LayerOf<LayerType>): ParamReader {
  return {
    has: (name) => paramFacts(type, name) !== undefined,
    number: (name) => numberParam(type, params, name),
    numbers: (name) => {
      const value = paramValue(type, params, name);
      if (typeof value === 'number' || typeof value === 'string')
        throw new RangeError(`the parameter "${name}" of ${type} is not an array`);
      return value;
    },
    text: (name) => String(paramValue(type, params, name)),
  };
}

/** The facts about a parameter, by name. */
export function paramFacts(type: LayerType, name: string): ParamFacts | undefined {
  const { params } = layerRecord(type);
  return Object.hasOwn(params, name) ? params[name] : undefined;
}

/** The parameters of a type by id, with their names and facts. */
export function paramsById(type: LayerType): ReadonlyMap<number, { readonly name: string; readonly facts: ParamFacts }> {
  return new Map(Object.entries(layerRecord(type).params).map(([name, facts]) => [facts.id, { name, facts }]));
}

/** The parameters that are set, in the order in which they were set; raw parameters come last. */
export function paramEntries(layer: Layer): readonly ParamEntry[] {
  const raw = layer.rawParams ?? [];
  if (layer.type === 'Custom') return raw;
  const known = setParams(layer).map(({ facts, value }): ParamEntry => {
    const ints = typeof value === 'object' ? layer.spelledInts?.get(value) : undefined;
    return { id: facts.id, kind: facts.kind, value, ...(ints === undefined ? {} : { ints }) };
  });
  return [...known, ...raw];
}

/** The parameters that are set to a value other than the default. */
export function significantParams(layer: LayerOf<LayerType>): readonly { readonly name: string; readonly facts: ParamFacts }[] {
  return setParams(layer).filter(({ facts, value }) => !sameValue(facts.kind, value, defaultOf(layer.type, layer.params, facts)));
}

/** The layer without parameters that are set to their defaults, the others ordered by id. */
export function omitDefaults(layer: Layer): Layer {
  if (layer.type === 'Custom') return layer;
  const significant = [...significantParams(layer)].sort((a, b) => a.facts.id - b.facts.id);
  const params = Object.fromEntries(significant.map(({ name }) => [name, ownValue(layer.params, name)]));
  return { ...layer, params } as Layer;
}

interface SetParam {
  readonly name: string;
  readonly facts: ParamFacts;
  readonly value: ParamValue;
}

function setParams(layer: LayerOf<LayerType>): readonly SetParam[] {
  return Object.keys(layer.params).flatMap((name): SetParam[] => {
    const facts = paramFacts(layer.type, name);
    const value = ownValue(layer.params, name);
    return facts === undefined || value === undefined ? [] : [{ name, facts, value }];
  });
}

function ownValue(params: object, name: string): ParamValue | undefined {
  return Object.hasOwn(params, name) ? (params as Readonly<Record<string, ParamValue | undefined>>)[name] : undefined;
}

function defaultOf(type: LayerType, params: object, facts: ParamFacts): ParamValue {
  return defaultValue(facts, (name) => numberParam(type, params, name));
}

/** Whether ncnn reads the same value; floats are compared as float32, and -0 differs from 0. */
function sameValue(kind: ParamKind, a: ParamValue, b: ParamValue): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  const left = typeof a === 'number' ? [a] : a;
  const right = typeof b === 'number' ? [b] : b;
  const same = (x: number, y: number | undefined): boolean =>
    y !== undefined && (kind === 'int' || kind === 'ints' ? x === y : Object.is(Math.fround(x), Math.fround(y)));
  return left.length === right.length && left.every((value, index) => same(value, right[index]));
}

/** Whether a number fits in an int parameter. */
export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
}

/** Describes invalid numbers in a parameter: ncnn reads 32-bit integers and finite float32 numbers. */
export function numberProblems({ id, kind, value }: ParamEntry): readonly string[] {
  if (typeof value === 'string') return [];
  const isInteger = kind === 'int' || kind === 'ints';
  const wrong = (typeof value === 'number' ? [value] : value).filter((number) =>
    isInteger ? !isInt32(number) : !Number.isFinite(Math.fround(number)),
  );
  const expected = isInteger ? '32-bit integer' : 'finite float32';
  return wrong.map((number) => `parameter ${id} cannot be ${number}: it is not a ${expected}`);
}
