import type { Remedy } from '../../diagnostics/advice.ts';
import type { DiagnosticCode } from '../../diagnostics/catalogue/index.ts';
import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic, type Place } from '../../diagnostics/diagnostic.ts';
import { isLayerType, layerTypes } from '../layers/layerTypes.ts';
import { paramsById } from '../layers/params.ts';
import type { ParamFacts, ParamValue } from '../layers/record.ts';
import type { Layer, LayerType, RawParam } from '../net.ts';
import {
  floatsSpelledAsInts,
  intPattern,
  isSameAsDefault,
  parseCountedArray,
  parseValue,
  type SpelledValue,
  valueAs,
} from './paramValue.ts';
import { arrayBase, magic } from './paramWrite.ts';

export interface ParamContext {
  /** Path for diagnostics. */
  readonly file?: string;
  /** Layer types that the user's runtime registers. */
  readonly customLayers?: readonly string[];
}

/** The layers of a file, without weights, and the diagnostics of the file. */
export interface ParsedParam {
  readonly layers: readonly Layer[];
  /** Line of each layer, starting at 1; absent for binary files. */
  readonly lines?: readonly number[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads `.param` text like ncnn. Accepts both formats of arrays (`-23300-id=n,…` and `id=a,b,c`). Reports an error with its line for
 * everything that ncnn would reject or misread.
 */
export function readParamText(text: string, context: ParamContext = {}): ParsedParam {
  const reader = new ParamTextReader(context);
  const layers = reader.read(text);
  return { layers, lines: reader.lines, diagnostics: reader.diagnostics };
}

/** A parameter that the record of the layer type has. */
interface KnownParam {
  readonly name: string;
  readonly facts: ParamFacts;
}

interface TypedParams {
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly rawParams: readonly RawParam[];
  readonly spelledInts: ReadonlyMap<readonly number[], readonly number[]>;
}

/** The release from which ints in place of floats are read as numbers. */
const intsAreNumbersSince = 20261020;

const whitespace = /[ \t\v\f]+/;

class ParamTextReader {
  readonly diagnostics: Diagnostic[] = [];
  /** The lines of the layers that could be read. */
  readonly lines: number[] = [];
  readonly #file: string | undefined;
  readonly #customLayers: ReadonlySet<string>;
  /** The line of the layer that produces each blob. */
  readonly #producers = new Map<string, number>();
  readonly #layerNames = new Map<string, number>();

  constructor({ file, customLayers = [] }: ParamContext) {
    this.#file = file;
    this.#customLayers = new Set(customLayers);
  }

  read(text: string): readonly Layer[] {
    const lines = text
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\n|\r/)
      .map((content, index) => ({ content: trimmed(content), line: index + 1 }))
      .filter(({ content }) => content !== '');
    const [first, counts, ...layerLines] = lines;
    if (first?.content !== String(magic)) {
      const found = first === undefined ? 'the file is empty' : `the file begins with "${first.content.slice(0, 20)}"`;
      const hint = /^\d+$/.test(first?.content ?? '')
        ? 'Create the file again with a newer release of the tool that wrote it.'
        : 'Use the text form of an ncnn net, which begins with 7767517.';
      this.#report('file-foreign', { line: 1 }, `not a current ncnn .param file: ${found}`, hint);
      return [];
    }
    const numbers = /^(\d+)[ \t]+(\d+)$/.exec(counts?.content ?? '');
    if (numbers === null) {
      this.#malformed(
        { line: counts?.line ?? 2 },
        'the second line is not a layer count and a blob count',
        'Write both numbers, as in `13 14`.',
      );
      return [];
    }
    const layers = layerLines.slice(0, Number(numbers[1])).flatMap(({ content, line }) => {
      const read = this.#layer(content, line);
      for (const _ of read) this.lines.push(line);
      return read;
    });
    this.#compareCounts(Number(numbers[1]), Number(numbers[2]), layerLines.length, counts?.line ?? 2);
    return layers;
  }

  #compareCounts(layerCount: number, blobCount: number, found: number, line: number): void {
    const difference = `the header declares ${layerCount} layers, but the file has ${found}`;
    if (found < layerCount) this.#malformed({ line }, difference, 'Download the file again; it may be truncated.');
    if (found > layerCount) {
      const hint = `Change the number of layers to ${found} to include the others.`;
      this.#report('count-differs', { line }, `${difference}; like ncnn, only the first ${layerCount} are read`, hint);
    }
    const blobs = this.#producers.size;
    if (blobCount === blobs || this.diagnostics.length > 0) return;
    const message = `the header declares ${blobCount} blobs, but the file has ${blobs}`;
    // A larger blob count only reserves memory in ncnn; it occurs after removing layers by hand.
    if (blobCount > blobs) this.#report('count-differs', { line }, message, `Write ${blobs} in the header to remove this warning.`);
    else this.#malformed({ line }, message, `Write ${blobs} in the header.`);
  }

  #layer(content: string, line: number): Layer[] {
    const [type = '', name = '', ...fields] = content.split(whitespace);
    const place = { line, node: name, operator: type };
    const [bottomCount, topCount] = fields.slice(0, 2).map((field) => (/^\d+$/.test(field) ? Number(field) : -1));
    if (bottomCount === undefined || topCount === undefined || bottomCount < 0 || topCount < 0) {
      this.#malformed(place, 'the numbers of bottoms and tops are missing', 'Write the layer as `Type name 1 1 bottom top 0=…`.');
      return [];
    }
    const blobs = fields.slice(2, 2 + bottomCount + topCount);
    if (blobs.length < bottomCount + topCount) {
      this.#malformed(place, `${bottomCount + topCount} blobs are declared, but only ${blobs.length} are named`, 'Correct the numbers.');
      return [];
    }
    const bottoms = blobs.slice(0, bottomCount);
    const tops = blobs.slice(bottomCount);
    this.#wire(name, bottoms, tops, place);
    const values = this.#params(tailBehind(content, 4 + bottomCount + topCount), place);
    if (this.#customLayers.has(type)) {
      return [{ type: 'Custom', customType: type, name, bottoms, tops, weights: [], rawParams: values.map(rawParam) }];
    }
    if (!isLayerType(type)) {
      this.#unknownType(type, place);
      return [];
    }
    const { params, rawParams, spelledInts } = this.#typed(type, values, place);
    // The parameters follow the record of the layer type, from which TypeScript derives the layer's type.
    const layer = { type, name, bottoms, tops, params, weights: [] } as Layer;
    return [{ ...layer, ...(rawParams.length === 0 ? {} : { rawParams }), ...(spelledInts.size === 0 ? {} : { spelledInts }) }];
  }

  #wire(name: string, bottoms: readonly string[], tops: readonly string[], place: Place & { line: number }): void {
    const same = this.#layerNames.get(name);
    if (same !== undefined) this.#malformed(place, `line ${same} has a layer of the same name`, 'Give each layer a unique name.');
    this.#layerNames.set(name, place.line);
    for (const bottom of bottoms) {
      if (this.#producers.has(bottom)) continue;
      this.#malformed(place, `the blob "${bottom}" is read, but no earlier layer computes it`, 'Correct its name, or add an Input layer.');
      // Report each missing blob only once.
      this.#producers.set(bottom, place.line);
    }
    for (const top of tops) {
      const earlier = this.#producers.get(top);
      if (earlier !== undefined) this.#malformed(place, `the blob "${top}" is already computed at line ${earlier}`, 'Rename one of them.');
      this.#producers.set(top, place.line);
    }
  }

  #unknownType(type: string, place: Place): void {
    const [near] = closest(type, layerTypes);
    const remedy: string | Remedy = /^(pnnx|nn|F|torch|Tensor)\./.test(type)
      ? 'Use the `.ncnn.param` that pnnx writes next to this file; the two formats are different.'
      : {
          hint: near === undefined ? 'Declare the type if your runtime registers it.' : `Did you mean ${near}?`,
          advice: [{ option: 'customLayers', types: [type] }],
        };
    this.#report('layer-unknown', place, `ncnn has no layer type "${type}"`, remedy);
  }

  /** The `id=value` pairs after the blobs. */
  #params(text: string, place: Place): (readonly [id: number, value: SpelledValue])[] {
    const values = new Map<number, SpelledValue>();
    const pattern = /([^\s=]*)=("[^"]*"|[^\s]*)|(\S+)/g;
    for (const [, idText = '', valueText = '', stray] of text.matchAll(pattern)) {
      const written = intPattern.test(idText) ? Number(idText) : Number.NaN;
      const array = written <= arrayBase;
      const id = array ? arrayBase - written : written;
      if (stray !== undefined || !(id >= 0 && id < 32)) {
        this.#malformed(
          place,
          `"${stray ?? `${idText}=`}" is not a parameter`,
          'Write the parameter as `id=value` with an id from 0 to 31.',
        );
        continue;
      }
      const value = array ? parseCountedArray(valueText) : parseValue(valueText);
      if (typeof value === 'string') this.#malformed(place, `parameter ${id}: ${value}`, 'Correct the value.');
      else values.set(id, value);
    }
    return [...values];
  }

  #typed(type: LayerType, values: readonly (readonly [number, SpelledValue])[], place: Place): TypedParams {
    const known = paramsById(type);
    const params: Record<string, ParamValue> = {};
    const rawParams: RawParam[] = [];
    const spelledInts = new Map<readonly number[], readonly number[]>();
    for (const [id, spelled] of values) {
      const target = known.get(id);
      if (target === undefined) {
        rawParams.push(rawParam([id, spelled]));
        continue;
      }
      const { name, facts } = target;
      const array = floatsSpelledAsInts(spelled, facts);
      if (array?.ints !== undefined) spelledInts.set(array.value, array.ints);
      const value = array?.value ?? valueAs(spelled, facts.kind);
      if (value !== undefined) {
        params[name] = value;
        this.#readDifferently(type, target, spelled, place);
      } else if (!isSameAsDefault(type, target.name, target.facts, spelled)) this.#wrongKind(type, id, target, spelled, place);
    }
    return { params, rawParams, spelledInts };
  }

  /** Warns about ints in place of floats, which some releases read as numbers and others as bits. */
  #readDifferently(type: string, { name, facts }: KnownParam, { kind, value }: SpelledValue, place: Place): void {
    const isInt = facts.kind === 'float' && kind === 'int';
    const isInts = facts.kind === 'floats' && kind === 'ints' && !facts.intsAreBits;
    const values = typeof value === 'object' ? value : [value];
    if (!(isInt || isInts) || values.every((element) => element === 0)) return;
    const written = isInt ? `the int ${value}` : 'an array of ints';
    const message = `parameter ${facts.id} (${name}) of ${type} is written as ${written}, whose bits ncnn before ${intsAreNumbersSince} reads as a float`;
    this.#report('number-ambiguous', place, message, 'Write floats with a decimal point, as in `0=1.0`.');
  }

  #wrongKind(type: string, id: number, target: KnownParam, spelled: SpelledValue, place: Place): void {
    const kinds = { int: 'an int', float: 'a float', ints: 'an array of ints', floats: 'an array of floats', string: 'a string' };
    const found = spelled.mixed ? 'an array of ints and floats' : kinds[spelled.kind];
    this.#malformed(
      place,
      `parameter ${id} (${target.name}) of ${type} is ${kinds[target.facts.kind]}, but is written as ${found}, which ncnn ignores or misreads`,
      'Write ints without a point or exponent, floats with one, and arrays as `-23300-id=count,…`.',
    );
  }

  #malformed(place: Place, message: string, hint: string): void {
    this.#report('file-malformed', place, message, hint);
  }

  #report(code: DiagnosticCode, place: Place, message: string, remedy: string | Remedy): void {
    this.diagnostics.push(diagnostic(code, message, remedy, this.#file === undefined ? place : { file: this.#file, ...place }));
  }
}

/** Removes surrounding spaces. Unlike `trim`, keeps other Unicode white space: a name may end with a no-break space. */
function trimmed(line: string): string {
  let [start, end] = [0, line.length];
  while (isSpace(line[start])) start++;
  while (end > start && isSpace(line[end - 1])) end--;
  return line.slice(start, end);
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\v' || character === '\f';
}

/** The text after the first `fields` fields. */
function tailBehind(content: string, fields: number): string {
  const pattern = /[ \t\v\f]+/g;
  for (let count = 0; count < fields; count++) if (pattern.exec(content) === null) return '';
  return content.slice(pattern.lastIndex);
}

/** A parameter of unknown kind keeps the bits of each element. */
function rawParam([id, { kind, value, words }]: readonly [number, SpelledValue]): RawParam {
  return words === undefined ? { id, kind, value } : { id, kind: 'ints', value: words };
}
