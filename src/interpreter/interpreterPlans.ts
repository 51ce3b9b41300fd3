import type { Plan } from './plan.ts';

/**
 * Plans of the models that a build knows, by hash. The plugin replaces the empty object, so that only the kernels of these plans are
 * bundled.
 */
const plans: Readonly<Record<string, Plan>> = {};

/** The plan of a model. For a model unknown to the plugin, it is created from the table of all layers. Throws `Failure`. */
export async function planFor(name: string, hash: string, param: Uint8Array, bin: Uint8Array): Promise<Plan> {
  return plans[hash] ?? (await import('./planOf.ts')).planOf(name, param, bin);
}
