import { shellArgument } from '../../../src/cli/output/shellHints.ts';
import { propertyKey, stringLiteral } from '../../../src/emit/javascript.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import { queryParameter } from '../../../src/project/imports/importHints.ts';
import { usualPartner } from '../files/modelFiles.ts';

/** A model as a project names it: its file, and the second file if it has an unusual name. */
export interface NamedModel {
  readonly model: string;
  readonly files: readonly string[];
}

/** Options that the query of an import cannot hold. */
export function beyondQuery(all: ConvertOptions): readonly (readonly [name: string, value: unknown])[] {
  const { optimize, fp32Layers, customLayers, maxEntries, maxNodes, maxElements, maxSteps, maxBytes } = all;
  const limits = { maxEntries, maxNodes, maxElements, maxSteps, maxBytes };
  const options = { ...(typeof optimize === 'boolean' ? {} : { optimize }), fp32Layers, customLayers, ...limits };
  return Object.entries(options).filter(([, value]) => value !== undefined);
}

/** The options as escaped query parameters. */
export function queryOf(options: ConvertOptions): readonly string[] {
  const list = (name: string, values: readonly string[] = []): readonly string[] => values.map((value) => queryParameter(name, value));
  const single = (name: string, value: string | undefined): readonly string[] => (value === undefined ? [] : [queryParameter(name, value)]);
  return [
    ...Object.entries(options.shape ?? {}).map(([name, sizes]) => queryParameter('shape', `${name}:${sizes.join(',')}`)),
    ...Object.entries(options.const ?? {}).map(([name, value]) => queryParameter('const', `${name}:${String(value)}`)),
    ...list('output', options.outputs),
    ...list('keep', options.keep),
    ...single('precision', options.precision),
    ...(options.optimize === false ? ['optimize=false'] : []),
    ...single('ncnnVersion', options.ncnnVersion),
    ...single('target', options.target),
  ];
}

/** The `import` that converts a model in the same way, with plugin options above it for what a query cannot express. */
export function importLine({ model, files }: NamedModel, options: ConvertOptions): string {
  const other = otherFile({ model, files });
  const partner = other === undefined ? [] : [queryParameter(partnerOption(other), baseName(other))];
  const query = [...queryOf(options), ...partner, 'ncnn'].join('&');
  const line = `import net from ${stringLiteral(`./${baseName(model)}?${query}`)};`;
  const more = beyondQuery(options);
  if (more.length === 0) return line;
  const settings = more.map(([name, value]) => `${propertyKey(name)}: ${literal(value)}`).join(', ');
  return `// in the configuration: ncnn({ models: { ${stringLiteral(`**/${baseName(model)}`)}: { ${settings} } } })\n${line}`;
}

/** The command that converts a model in the same way. */
export function commandLine({ model, files }: NamedModel, options: ConvertOptions, forms: readonly string[]): string {
  const other = otherFile({ model, files });
  const name = other === undefined ? baseName(model) : `${baseName(model)}+${baseName(other)}`;
  const list = (option: string, values: readonly string[] | undefined): readonly string[] =>
    values === undefined ? [] : [shellArgument(option, values.join(','))];
  const custom = Array.isArray(options.customLayers) ? options.customLayers.map(String) : undefined;
  const limits = ['maxEntries', 'maxNodes', 'maxElements', 'maxSteps', 'maxBytes'] as const;
  return [
    'npx unplugin-ncnn convert',
    quotedFile(name),
    '-o out',
    ...Object.entries(options.shape ?? {}).map(([input, sizes]) => shellArgument('shape', `${input}=${sizes.join(',')}`)),
    ...Object.entries(options.const ?? {}).map(([input, value]) => shellArgument('const', `${input}=${String(value)}`)),
    ...(options.outputs ?? []).map((output) => shellArgument('output', output)),
    ...(options.keep ?? []).map((blob) => shellArgument('keep', blob)),
    ...(options.precision === 'fp16' ? ['--fp16'] : []),
    ...(options.optimize === false ? ['--no-optimize'] : []),
    ...list('passes', Array.isArray(options.optimize) ? options.optimize : undefined),
    ...(options.ncnnVersion === undefined ? [] : [shellArgument('ncnn-version', options.ncnnVersion)]),
    ...(options.target === undefined ? [] : [shellArgument('target', options.target)]),
    ...list('fp32-layers', options.fp32Layers),
    ...list('custom-layers', custom),
    ...limits.flatMap((limit) =>
      options[limit] === undefined ? [] : [shellArgument(limit.replace('max', 'max-').toLowerCase(), String(options[limit]))],
    ),
    ...(forms.length === 0 ? [] : [shellArgument('emit', forms.filter((form) => form !== 'report').join(','))]),
  ].join(' ');
}

/** The second file of a model if it is not found by its name. */
function otherFile({ model, files }: NamedModel): string | undefined {
  const usual = usualPartner(model);
  if (usual === undefined || files.includes(usual)) return undefined;
  const ending = usual.slice(usual.lastIndexOf('.')).toLowerCase();
  const others = files.filter((name) => name !== model && name.toLowerCase().endsWith(ending));
  // Files with the same stem are found whatever their epoch.
  const stem = model.replace(/(?:-symbol\.json|\.[^./]+)$/, '');
  const [other] = others;
  return others.length === 1 && other !== undefined && !other.startsWith(`${stem}-`) ? other : undefined;
}

function partnerOption(file: string): string {
  const ending = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  return ending === 'json' ? 'symbol' : ending;
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function quotedFile(name: string): string {
  return shellArgument('x', name).replace(/^--x[ =]/, '');
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry) => stringLiteral(String(entry))).join(', ')}]`;
  return typeof value === 'string' ? stringLiteral(value) : JSON.stringify(value);
}
