import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConstantValue } from '../../options/convertOptions.ts';
import { parseConstant, parseDimensions } from '../../options/optionValues.ts';
import { type Target, targets } from '../../options/target.ts';
import type { ModelOptions } from '../options/options.ts';

/** Whether an import requests a model: `?ncnn`, or `ncnn` among other parameters. For hook filters. */
export const modelImport: RegExp = /[?&]ncnn(?:=[^&#]*)?(?:[&#]|$)/;

/** The content of an import's query. */
export interface Query {
  readonly options: ModelOptions;
  /** Errors in the query; if there are any, the options must not be used. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Extensions that identify models by name. */
export const modelEndings: readonly string[] = ['onnx', 'prototxt', 'caffemodel', 'param', 'params', 'pt', 'pt2', 'pth', 'ptl'];

const queryOfModel: RegExp = new RegExp(`(?<=\\.(?:${modelEndings.join('|')}|json))\\?`, 'i');

/**
 * Splits an id where its query starts: at the first `?` after a model extension, because a folder name may contain a `?`, or otherwise at
 * the first `?`. Later ones belong to the query.
 */
export function splitId(id: string): { readonly file: string; readonly query: string } {
  const afterModel = id.search(queryOfModel);
  const start = afterModel === -1 ? id.indexOf('?') : afterModel;
  return start === -1 ? { file: id, query: '' } : { file: id.slice(0, start), query: id.slice(start + 1) };
}

/** The options that name the other file of a model, with a description of that file. */
const partnerFiles = {
  prototxt: 'NAME.prototxt',
  caffemodel: 'NAME.caffemodel',
  symbol: 'NAME-symbol.json',
  params: 'NAME.params',
} as const;
type PartnerOption = keyof typeof partnerFiles;

/** The state while the parameters are read in order. */
interface Reading {
  readonly shape: Record<string, readonly number[]>;
  readonly const: Record<string, ConstantValue>;
  readonly outputs: string[];
  readonly keep: string[];
  readonly others: {
    precision?: 'fp32' | 'fp16';
    optimize?: boolean;
    ncnnVersion?: string;
    target?: Target;
    verify?: boolean;
    inline?: true;
    url?: true;
  } & {
    [Option in PartnerOption]?: string;
  };
}

/** Reads the value of one parameter; a returned string describes the error and the syntax. */
type Parameter = (value: string, reading: Reading) => string | undefined;

const parameters: Readonly<Record<string, Parameter>> = {
  ncnn: (value) => (isSet(value) ? undefined : 'takes no value: write `?ncnn`'),
  shape: (value, { shape }) => {
    const [name, text] = splitLast(value);
    const dimensions = parseDimensions(text);
    if (name === '' || dimensions === undefined)
      return 'must be written as `shape=NAME:1,3,224,224`, `shape=NAME:` for a scalar, with -1 for a dynamic axis';
    setOwn(shape, name, dimensions);
    return undefined;
  },
  const: (value, reading) => {
    const [name, text] = splitLast(value);
    const constant = parseConstant(text);
    if (name === '' || constant === undefined) {
      return 'must be written as `const=NAME:VALUE`, with a number, `true`, `false`, or a comma-separated list';
    }
    setOwn(reading.const, name, constant);
    return undefined;
  },
  output: (value, { outputs }) => {
    if (value === '') return 'must be written as `output=NAME`';
    outputs.push(value);
    return undefined;
  },
  keep: (value, { keep }) => {
    if (value === '') return 'must be written as `keep=NAME`';
    keep.push(value);
    return undefined;
  },
  precision: (value, { others }) => {
    if (value !== 'fp32' && value !== 'fp16') return 'must be `fp32` or `fp16`';
    others.precision = value;
    return undefined;
  },
  optimize: (value, { others }) => {
    if (value !== 'true' && value !== 'false') return 'must be `true` or `false`';
    others.optimize = value === 'true';
    return undefined;
  },
  ncnnVersion: (value, { others }) => {
    if (value === '') return 'must be written as `ncnnVersion=20230223`';
    others.ncnnVersion = value;
    return undefined;
  },
  target: (value, { others }) => {
    const target = targets.find((name) => name === value);
    if (target === undefined) return `must be ${targets.map((name) => `\`${name}\``).join(', ')}`;
    others.target = target;
    return undefined;
  },
  verify: (value, { others }) => {
    if (!['', 'true', 'false'].includes(value)) return 'must be empty, `true` or `false`';
    others.verify = value !== 'false';
    return undefined;
  },
  prototxt: (value, { others }) => nameFile(value, 'prototxt', others),
  caffemodel: (value, { others }) => nameFile(value, 'caffemodel', others),
  symbol: (value, { others }) => nameFile(value, 'symbol', others),
  params: (value, { others }) => nameFile(value, 'params', others),
  inline: (value, reading) => placeWeights(value, 'inline', reading),
  url: (value, reading) => placeWeights(value, 'url', reading),
};

/** Names of the parameters of an import. */
export const queryParameterNames: readonly string[] = Object.keys(parameters);

/** Parameters that bundlers append to an id: versions, timestamps, the kind of import. */
export const bundlerParameters: ReadonlySet<string> = new Set(['t', 'v', 'import']);

/** Reads the query of an import, without its `?`. It is parsed here because a `+` in a name is not a space. */
export function parseQuery(query: string, file: string): Query {
  const reading: Reading = { shape: {}, const: {}, outputs: [], keep: [], others: {} };
  const diagnostics: Diagnostic[] = [];
  const refuse = (message: string, hint: string): void => {
    diagnostics.push(diagnostic('option-invalid', message, hint, { file }));
  };
  for (const part of query.split('&')) {
    const equals = part.indexOf('=');
    const name = decodeEscapes(equals === -1 ? part : part.slice(0, equals));
    const value = decodeEscapes(equals === -1 ? '' : part.slice(equals + 1));
    if (name === '' || bundlerParameters.has(name)) continue;
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) {
      const [suggestion] = closest(name, Object.keys(parameters));
      const known = Object.keys(parameters).join(', ');
      const hint =
        suggestion === undefined ? `Known parameters are ${known}.` : `Did you mean \`${suggestion}\`? Known parameters are ${known}.`;
      refuse(`unknown query parameter "${name}"`, hint);
      continue;
    }
    const wrong = parameter(value, reading);
    if (wrong !== undefined) refuse(`the query parameter "${part}" cannot be read`, `\`${name}\` ${wrong}.`);
  }
  const { shape, outputs, keep, others } = reading;
  const options: ModelOptions = {
    ...others,
    ...(Object.keys(shape).length > 0 ? { shape } : {}),
    ...(Object.keys(reading.const).length > 0 ? { const: reading.const } : {}),
    ...(outputs.length > 0 ? { outputs } : {}),
    ...(keep.length > 0 ? { keep } : {}),
  };
  return { options, diagnostics };
}

/** Splits at the last `:`, because names may contain one; without any, the name is empty. */
function splitLast(text: string): readonly [string, string] {
  const colon = text.lastIndexOf(':');
  return colon === -1 ? ['', text] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** Whether a parameter without a value is set. `import.meta.glob` writes `?ncnn=true` for `query: { ncnn: true }`. */
function isSet(value: string): boolean {
  return value === '' || value === 'true';
}

function placeWeights(value: string, place: 'inline' | 'url', { others }: Reading): string | undefined {
  if (!isSet(value)) return 'takes no value';
  others[place] = true;
  return others.inline && others.url ? 'cannot be combined: the weights are embedded (`inline`) or emitted (`url`)' : undefined;
}

function nameFile(value: string, form: PartnerOption, others: Reading['others']): string | undefined {
  if (value === '') return `must be written as \`${form}=${partnerFiles[form]}\``;
  others[form] = value;
  return undefined;
}

/** Sets a property, even if its name is `__proto__`. */
function setOwn<T>(record: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Decodes `%23` and other escapes. A percent sign that starts no escape is kept. */
export function decodeEscapes(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
