import type { Advice } from '../../../src/diagnostics/advice.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';

/** Whether advice is complete enough to apply it. */
export function isComplete(advice: Advice): boolean {
  switch (advice.option) {
    case 'shape':
      return advice.input !== undefined && advice.dims?.every((size) => size >= -1) === true;
    case 'const':
      return false;
    case 'outputs':
      return advice.names.length > 0;
    case 'optimize':
    case 'fp32Layers':
    case 'customLayers':
      return true;
    case 'allowOutside':
      return false;
    default:
      return advice.value !== undefined;
  }
}

/** The options with what advice adds to them. */
export function withAdvice(options: ConvertOptions, advice: readonly Advice[]): ConvertOptions {
  return advice.filter(isComplete).reduce(add, options);
}

function add(options: ConvertOptions, advice: Advice): ConvertOptions {
  switch (advice.option) {
    case 'shape':
      return { ...options, shape: { ...options.shape, [advice.input ?? '']: advice.dims ?? [] } };
    case 'outputs':
      return { ...options, outputs: [...advice.names] };
    case 'optimize':
      return { ...options, optimize: advice.value };
    case 'fp32Layers':
      return { ...options, fp32Layers: [...new Set([...(options.fp32Layers ?? []), ...advice.layers])] };
    case 'customLayers':
      return Array.isArray(options.customLayers ?? [])
        ? { ...options, customLayers: [...new Set([...listOf(options.customLayers), ...advice.types])] }
        : options;
    case 'const':
    case 'allowOutside':
      return options;
    default:
      return { ...options, [advice.option]: advice.value };
  }
}

function listOf(layers: ConvertOptions['customLayers']): readonly string[] {
  return Array.isArray(layers) ? layers.map(String) : [];
}

/** What advice does, for the label of a button: `x = 1, 3, 320, 320`. */
export function adviceLabel(advice: readonly Advice[]): string {
  return advice.map(labelOf).join('; ');
}

function labelOf(advice: Advice): string {
  switch (advice.option) {
    case 'shape':
      return `${advice.input} = ${advice.dims?.join(' × ')}`;
    case 'outputs':
      return `cut at ${advice.names.join(', ')}`;
    case 'optimize':
      return 'without the optimizer';
    case 'fp32Layers':
      return `${advice.layers.join(', ')} in fp32`;
    case 'customLayers':
      return `custom layers ${advice.types.join(', ')}`;
    case 'const':
    case 'allowOutside':
      return advice.option;
    default:
      return `${advice.option} = ${advice.value}`;
  }
}
