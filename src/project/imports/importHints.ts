import { type Advice, withOptions } from '../../diagnostics/advice.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { propertyKey, stringLiteral } from '../../emit/javascript.ts';

/** Diagnostics whose hints name the query parameter and the plugin option that help. */
export function forImports(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return withOptions(diagnostics, (entries) => {
    const parameters = entries.flatMap(queryParameters);
    const option = `\`${pluginOption(entries)}\``;
    return parameters.length === 0 ? `the option ${option}` : `\`?${parameters.join('&')}&ncnn\` (the option ${option})`;
  });
}

/** Parameters for the query of an import, escaped; empty for an option that a query cannot express. */
export function queryParameters(advice: Advice): readonly string[] {
  switch (advice.option) {
    case 'shape':
      return [queryParameter('shape', `${advice.input ?? 'NAME'}:${advice.dims?.join(',') ?? 'SIZES'}`)];
    case 'const':
      return [queryParameter('const', `${advice.input ?? 'NAME'}:VALUE`)];
    case 'outputs':
      return (advice.names.length > 0 ? advice.names : ['NAME']).map((name) => queryParameter('output', name));
    case 'optimize':
      return ['optimize=false'];
    default:
      return [];
  }
}

/** An option in the syntax of the plugin configuration. */
function pluginOption(entries: readonly Advice[]): string {
  const [first] = entries;
  const values = entries.map(optionValue).join(', ');
  const isByInput = first?.option === 'shape' || first?.option === 'const';
  return `${first?.option}: ${isByInput ? `{ ${values} }` : values}`;
}

function optionValue(advice: Advice): string {
  switch (advice.option) {
    case 'shape':
      return `${propertyKey(advice.input ?? 'NAME')}: [${advice.dims?.join(', ') ?? 'SIZES'}]`;
    case 'const':
      return `${propertyKey(advice.input ?? 'NAME')}: VALUE`;
    case 'outputs':
      return list(advice.names.length > 0 ? advice.names : ['NAME']);
    case 'optimize':
      return 'false';
    case 'fp32Layers':
      return list(advice.layers);
    case 'customLayers':
      return list(advice.types);
    case 'allowOutside':
      return 'true';
    default:
      return String(advice.value ?? 'NUMBER');
  }
}

function list(names: readonly string[]): string {
  return `[${names.map(stringLiteral).join(', ')}]`;
}

/** A parameter of the query of an import, escaped. */
export function queryParameter(name: string, value: string): string {
  return `${name}=${escaped(value)}`;
}

/** Non-ASCII letters are escaped too: not every bundler preserves them. */
function escaped(value: string): string {
  return value.replace(/[^\w.,:;/@$~*()+=-]/gu, (sign) =>
    // Quotes end the string of an import, and webpack separates loaders by `!`.
    sign === "'" || sign === '!' ? `%${sign.charCodeAt(0).toString(16)}` : encodeURIComponent(sign),
  );
}
