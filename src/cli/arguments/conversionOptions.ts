import { type ConvertOptions, passNames } from '../../api.ts';
import { type LimitOptions, limitOptions } from '../../budget/limits.ts';
import { type Target, targets } from '../../options/target.ts';
import { parseConstants, parseCustomLayers, parseList, parseShapes } from './parseValues.ts';
import { type OptionSpecs, type ParsedArguments, suggestion, UsageError } from './usage.ts';

/** The conversion options, shared by every command that converts. */
export const conversionOptions: OptionSpecs = {
  shape: { value: 'NAME=DIMS', multiple: true, help: 'set the shape of an input: x=1,3,224,224; x= is a scalar; repeatable' },
  const: {
    value: 'NAME=VALUE',
    multiple: true,
    help: 'replace an input with a constant: a number, true, false, or a comma-separated list; repeatable',
  },
  output: { value: 'NAME', multiple: true, help: 'cut the graph at this tensor, or add an output with +NAME; repeatable' },
  keep: {
    value: 'NAME',
    multiple: true,
    help: 'keep this blob with its name and readers, to extract or feed it; * and ? are wildcards; repeatable',
  },
  fp16: { help: 'store weights as fp16' },
  'no-optimize': { help: 'do not optimize the net' },
  passes: { value: 'LIST', multiple: true, help: 'run only these optimizer passes' },
  'ncnn-version': { value: 'DATE', help: 'oldest release of ncnn that must run the net: 20230223' },
  target: { value: 'NAME', help: `choose the fastest layers for ${targets.join(', ')}; any by default` },
  'no-fp16-guard': { help: 'do not mask layers for fp16 on phones, whatever --calibrate finds' },
  'fp16-tolerance': { value: 'SHARE', help: 'maximum difference of outputs in fp16, relative to their largest value; 0.02 by default' },
  'fp32-layers': { value: 'LIST', multiple: true, help: 'keep these layers in fp32 with --fp16' },
  'custom-layers': {
    value: 'LIST',
    multiple: true,
    help: 'layer types that your runtime registers, or an operator mapped to one: my:Foo=Foo,0=alpha,1=beta; repeatable',
  },
  'allow-outside': { help: 'read side files outside the folder of the model' },
  'max-entries': { value: 'NUMBER', help: 'maximum number of messages, fields and values to read' },
  'max-nodes': { value: 'NUMBER', help: 'maximum number of nodes after functions, loops and decompositions are expanded' },
  'max-elements': { value: 'NUMBER', help: 'maximum number of elements of computed constants' },
  'max-steps': { value: 'NUMBER', help: 'maximum number of arithmetic steps on constants' },
  'max-bytes': { value: 'NUMBER', help: 'maximum number of bytes to unpack or write' },
};

/** Help lines about these options. */
export const conversionNotes: readonly string[] = [
  'Refer to an input by name or by position: #0, #1. The last = separates name and value.',
  'Join the two files of a model with a plus if their names differ: deploy.prototxt+net.caffemodel.',
];

/** Parses the options of a conversion. Throws {@link UsageError}. */
export function readConversionOptions({ values }: ParsedArguments): ConvertOptions {
  const all = (name: string): readonly string[] => values.get(name) ?? [];
  const list = (name: string): readonly string[] | undefined => (values.has(name) ? parseList(`--${name}`, all(name)) : undefined);
  if (values.has('no-optimize') && values.has('passes')) throw new UsageError('--no-optimize and --passes exclude each other');
  const passes = list('passes');
  const unknown = passes?.find((name) => !passNames.includes(name));
  if (unknown !== undefined) throw new UsageError(`--passes ${unknown}: unknown pass${suggestion(unknown, passNames)}`);
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
    ...(values.has('no-fp16-guard') ? { fp16: false as const } : {}),
    ...readTolerance(values.get('fp16-tolerance')?.[0]),
    ...(fp32Layers === undefined ? {} : { fp32Layers }),
    ...(customLayers === undefined ? {} : { customLayers }),
    ...readLimits(values),
    allowOutside: values.has('allow-outside'),
  };
}

function readTarget(name: string | undefined): Target | undefined {
  const target = targets.find((known) => known === name);
  if (name !== undefined && target === undefined) throw new UsageError(`--target ${name}: expected one of ${targets.join(', ')}`);
  return target;
}

function readTolerance(text: string | undefined): Pick<ConvertOptions, 'fp16Tolerance'> {
  if (text === undefined) return {};
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new UsageError(`--fp16-tolerance ${text}: expected a number of at least 0`);
  return { fp16Tolerance: value };
}

function readLimits(values: ParsedArguments['values']): LimitOptions {
  const limits = limitOptions.flatMap((option) => {
    const name = option.replace('max', 'max-').toLowerCase();
    const text = values.get(name)?.[0];
    if (text === undefined) return [];
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`--${name} ${text}: expected a whole number`);
    return [[option, value]];
  });
  return Object.fromEntries(limits);
}
