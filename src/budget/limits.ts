import type { LimitOption } from '../diagnostics/advice.ts';

/** What one conversion may take, each with the option that raises its limit. */
export type Resource = 'entries' | 'nodes' | 'elements' | 'steps' | 'bytes';

/** Limits of a conversion. Each is in proportion to the size of the model's files unless it is given. */
export interface LimitOptions {
  /** Most messages, fields, numbers and names that are read of the model's files: 262144, and one more for every 6 bytes. */
  readonly maxEntries?: number;
  /** Most nodes that functions, loops and decompositions become, and layers of a net: 16384, and one more for every 256 bytes. */
  readonly maxNodes?: number;
  /** Most elements of the constants that are computed: 8388608, and one more for every byte. */
  readonly maxElements?: number;
  /** Most steps of arithmetic on constants, and on the values of a verification: 134217728, and 256 more for every byte. */
  readonly maxSteps?: number;
  /** Most bytes that are unpacked or written: 67108864, and 16 more for every byte. */
  readonly maxBytes?: number;
}

/** How a resource is limited. */
export interface Limit {
  readonly option: LimitOption & keyof LimitOptions;
  /** What every model may take. */
  readonly base: number;
  /** What a model may take more for every byte of its files. */
  readonly perByte: number;
  /** What the resource counts, for `the model takes more than 16384 …`. */
  readonly unit: string;
}

export const limits: Readonly<Record<Resource, Limit>> = {
  entries: { option: 'maxEntries', base: 2 ** 18, perByte: 1 / 6, unit: 'messages, fields and values' },
  nodes: { option: 'maxNodes', base: 2 ** 14, perByte: 1 / 256, unit: 'nodes for its functions, loops and decomposed operators' },
  elements: { option: 'maxElements', base: 2 ** 23, perByte: 1, unit: 'elements of computed constants' },
  steps: { option: 'maxSteps', base: 2 ** 27, perByte: 2 ** 8, unit: 'steps of arithmetic' },
  bytes: { option: 'maxBytes', base: 2 ** 26, perByte: 16, unit: 'bytes of unpacked or written data' },
};

/** The options in the order of the documentation. */
export const limitOptions: readonly LimitOption[] = Object.values(limits).map(({ option }) => option);
