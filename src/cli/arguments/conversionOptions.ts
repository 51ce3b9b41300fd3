import { type ConvertOptions, passNames } from '../../api.ts';
import { type LimitOptions, limitOptions } from '../../budget/limits.ts';
import { type Target, targets } from '../../options/target.ts';
import { parseConstants, parseCustomLayers, parseList, parseShapes } from './parseValues.ts';
import { type OptionSpecs, type ParsedArguments, suggestion, UsageError } from './usage.ts';

/** The options that say what a model is to be converted to, the same for every command that converts. */
export const conversionOptions: OptionSpecs = {
  shape: { value: 'NAME=DIMS', multiple: true, help: 'fix the shape of an input: x=1,3,224,224; x= is a scalar; repeatable' },
  const: { value: 'NAME=VALUE', multiple: true, help: 'pin an input: a number, true, false, or a comma list; repeatable' },
  output: { value: 'NAME', multiple: true, help: 'cut the graph at this tensor, or with +NAME add it to the outputs; repeatable' },
  keep: {
    value: 'NAME',
    multiple: true,
    help: 'keep this blob, its name and its readers, to extract or feed it; * and ? match; repeatable',
  },
  fp16: { help: 'store weights as fp16' },
  'no-optimize': { help: 'keep the net as converted' },
  passes: { value: 'LIST', multiple: true, help: 'run these optimizer passes only' },
  'ncnn-version': { value: 'DATE', help: 'the oldest release of ncnn that the net must be right on: 20230223' },
  target: { value: 'NAME', help: `what the net is to be fast on: ${targets.join(', ')}` },
  'fp32-layers': { value: 'LIST', multiple: true, help: 'layers that stay fp32 under --fp16' },
  'custom-layers': {
    value: 'LIST',
    multiple: true,
    help: 'layer types your own runtime registers; or an operator as such a layer: my:Foo=Foo,0=alpha,1=beta; repeatable',
  },
  'allow-outside': { help: "read side files outside of the model's folder" },
  'max-entries': { value: 'NUMBER', help: 'read at most so many messages, fields and values of the model' },
  'max-nodes': { value: 'NUMBER', help: 'make at most so many nodes of functions, loops and decompositions' },
  'max-elements': { value: 'NUMBER', help: 'compute at most so many elements of constants' },
  'max-steps': { value: 'NUMBER', help: 'compute at most so many steps of arithmetic' },
  'max-bytes': { value: 'NUMBER', help: 'unpack or write at most so many bytes' },
};

/** Lines of the help about them. */
export const conversionNotes: readonly string[] = [
  'An input is named, or addressed by position as #0, #1 and so on. The last = separates, so names may hold one.',
  'Where a model is two files of different names, join them with a plus: deploy.prototxt+net.caffemodel.',
];

/** The options of a conversion as they were given. Throws {@link UsageError}. */
export function readConversionOptions({ values }: ParsedArguments): ConvertOptions {
  const all = (name: string): readonly string[] => values.get(name) ?? [];
  const list = (name: string): readonly string[] | undefined => (values.has(name) ? parseList(`--${name}`, all(name)) : undefined);
  if (values.has('no-optimize') && values.has('passes')) throw new UsageError('--no-optimize and --passes exclude each other');
  const passes = list('passes');
  const unknown = passes?.find((name) => !passNames.includes(name));
  if (unknown !== undefined) throw new UsageError(`--passes ${unknown}: there is no such pass${suggestion(unknown, passNames)}`);
  const ncnnVersion = values.get('ncnn-version')?.[0];
  const target = readTarget(values.get('target')?.[0]);
  const fp32Layers = list('fp32-layers');
  const customLayers = values.has('custom-layers') ? parseCustomLayers(all('custom-layers')) : undefined;
  return {
    shape: parseShapes(all('shape')),
    const: parseConstants(all('const')),
    ...(values.has('output') ? { outputs: all('output') } : {}),
    ...(values.has('keep') ? { keep: all('keep') } : {}),
    ...(values.has('fp16') ? { precision: 'fp16' } : {}),
    ...(values.has('no-optimize') ? { optimize: false } : {}),
    ...(passes === undefined ? {} : { optimize: passes }),
    ...(ncnnVersion === undefined ? {} : { ncnnVersion }),
    ...(target === undefined ? {} : { target }),
    ...(fp32Layers === undefined ? {} : { fp32Layers }),
    ...(customLayers === undefined ? {} : { customLayers }),
    ...readLimits(values),
    allowOutside: values.has('allow-outside'),
  };
}

function readTarget(name: string | undefined): Target | undefined {
  const target = targets.find((known) => known === name);
  if (name !== undefined && target === undefined) throw new UsageError(`--target ${name}: it is one of ${targets.join(', ')}`);
  return target;
}

function readLimits(values: ParsedArguments['values']): LimitOptions {
  const given = limitOptions.flatMap((option) => {
    const name = option.replace('max', 'max-').toLowerCase();
    const text = values.get(name)?.[0];
    if (text === undefined) return [];
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`--${name} ${text}: a whole number is needed`);
    return [[option, value]];
  });
  return Object.fromEntries(given);
}
