import { type ConvertOptions, convert, type Diagnostic, type Inspection, NcnnError } from '../../api.ts';
import type { Advice } from '../../diagnostics/advice.ts';
import { argumentsFor } from '../output/shellHints.ts';

/** What would have to be given to convert a model that does not convert as it is. */
export interface RequiredOptions {
  /** Arguments of the command line. */
  readonly arguments: readonly string[];
  /** Whether they were tried, and did; otherwise they are what the messages ask for. */
  readonly tried: boolean;
}

/** Sizes that a free axis is tried with: many nets halve theirs five times, and some take small inputs only. */
const probes = [320, 64];

/** Looks for arguments that help: sizes for the free axes, which are tried, or what the errors advise. */
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
    const given = Object.entries(shape).map(([input, dims]): Advice => ({ option: 'shape', input, dims }));
    return { arguments: given.flatMap(argumentsFor), tried: true };
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const advised = new Set(errors.flatMap(({ advice }) => advice.filter(isConcrete).flatMap(argumentsFor)));
  return advised.size === 0 ? undefined : { arguments: [...advised], tried: false };
}

/** Whether an advice says for which input or at which tensors, and so can be given as it is. */
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

/** Sizes for the inputs that have free axes and are not given any: one sample, and the same for all other axes. */
function fixedShapes({ inputs }: Inspection, options: ConvertOptions, probe: number): Record<string, readonly number[]> {
  const shapes = inputs.flatMap(({ name, axes }, position) => {
    const given = [name, `#${position}`].some((key) => Object.hasOwn({ ...options.shape, ...options.const }, key));
    if (axes === undefined || given || axes.every((size) => typeof size === 'number')) return [];
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
