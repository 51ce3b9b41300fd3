import type { Plan } from './plan.ts';

/** Plans of the models that a build knows, by their hash. The plugin replaces the empty object: only the kernels that the plans name are bundled. */
const plans: Readonly<Record<string, Plan>> = {};

/** The plan of a model; of one that no plugin knew, it is made of the tables of all layers. Throws `Failure`. */
export async function planFor(name: string, hash: string, param: Uint8Array, bin: Uint8Array): Promise<Plan> {
  return plans[hash] ?? (await import('./planOf.ts')).planOf(name, param, bin);
}
