import { type Advice, withOptions } from '../../diagnostics/advice.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';

/** Diagnostics whose hints name the arguments of the command line that help. */
export function forShell(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return withOptions(diagnostics, (entries) => `\`${entries.flatMap(argumentsFor).join(' ')}\``);
}

/** The arguments for an option, quoted for a shell; an unknown part is a placeholder. */
export function argumentsFor(advice: Advice): readonly string[] {
  switch (advice.option) {
    case 'shape':
      return [shellArgument('shape', `${advice.input ?? 'NAME'}=${advice.dims?.join(',') ?? 'SIZES'}`)];
    case 'const':
      return [shellArgument('const', `${advice.input ?? 'NAME'}=VALUE`)];
    case 'outputs':
      return (advice.names.length > 0 ? advice.names : ['NAME']).map((name) => shellArgument('output', name));
    case 'optimize':
      return ['--no-optimize'];
    case 'fp32Layers':
      return advice.layers.map((name) => shellArgument('fp32-layers', name));
    case 'customLayers':
      return advice.types.map((type) => shellArgument('custom-layers', type));
    case 'allowOutside':
      return ['--allow-outside'];
    default:
      return [shellArgument(advice.option.replace('max', 'max-').toLowerCase(), String(advice.value ?? 'NUMBER'))];
  }
}

/** An option of the command line with its value, quoted for a shell. */
export function shellArgument(option: string, value: string): string {
  return `--${option}${value.startsWith('-') ? '=' : ' '}${quoted(value)}`;
}

/** Quotes a string for a shell. */
function quoted(text: string): string {
  return /^[\w.,:=/#…-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
