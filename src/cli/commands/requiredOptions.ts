import { type ConvertOptions, convert, type Diagnostic, type Inspection, NcnnError } from '../../api.ts';
import type { Advice } from '../../diagnostics/advice.ts';
import { argumentsFor } from '../output/shellHints.ts';

/** The options that a model needs in order to convert. */
export interface RequiredOptions {
  /** Arguments of the command line. */
  readonly arguments: readonly string[];
  /** Whether a conversion with them succeeded; otherwise they are what the messages suggest. */
  readonly tried: boolean;
}

/** Sizes to try for a dynamic axis: many nets halve it five times, and some accept small inputs only. */
const probes = [320, 64];

/** Looks for arguments that help: sizes for the dynamic axes, which are tried, or the advice of the errors. */
export async function findRequiredOptions(
  model: string,
  inspection: Inspection,
  options: ConvertOptions,
  diagnostics: readonly Diagnostic[],
): Promise<RequiredOptions | undefined> {
  for (const probe of probes) {
    const shape = fixedShapes(inspection, options, probe);
    if (Object.keys(shape).length === 0) break;
    if (!(await converts(model, { ...options, shape: { ...options.shape, ...shape } }))) continue;
    const advice = Object.entries(shape).map(([input, dims]): Advice => ({ option: 'shape', input, dims }));
    return { arguments: advice.flatMap(argumentsFor), tried: true };
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const advised = new Set(errors.flatMap(({ advice }) => advice.filter(isConcrete).flatMap(argumentsFor)));
  return advised.size === 0 ? undefined : { arguments: [...advised], tried: false };
}

/** Whether the advice names its input or tensors, and so can be used as it is. */
function isConcrete(advice: Advice): boolean {
  switch (advice.option) {
    case 'shape':
    case 'const':
      return advice.input !== undefined;
    case 'outputs':
      return advice.names.length > 0;
    default:
      return true;
  }
}

/** Sizes for the inputs with dynamic axes that have none in the options: one sample, and the same size for all other axes. */
function fixedShapes({ inputs }: Inspection, options: ConvertOptions, probe: number): Record<string, readonly number[]> {
  const shapes = inputs.flatMap(({ name, axes }, position) => {
    const isSpecified = [name, `#${position}`].some((key) => Object.hasOwn({ ...options.shape, ...options.const }, key));
    if (axes === undefined || isSpecified || axes.every((size) => typeof size === 'number')) return [];
    return [[name, axes.map((size, axis) => (typeof size === 'number' ? size : isSamples(axes, axis) ? 1 : probe))] as const];
  });
  return Object.fromEntries(shapes);
}

function isSamples(axes: readonly (number | string)[], axis: number): boolean {
  return axis === 0 || /batch/i.test(String(axes[axis]));
}

async function converts(model: string, options: ConvertOptions): Promise<boolean> {
  try {
    await convert(model, options);
    return true;
  } catch (error) {
    if (error instanceof NcnnError) return false;
    throw error;
  }
}
