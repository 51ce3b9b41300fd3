import type { LimitOption } from '../diagnostics/advice.ts';

/** What one conversion may use. Each resource has an option that raises its limit. */
export type Resource = 'entries' | 'nodes' | 'elements' | 'steps' | 'bytes';

/** Limits of a conversion. Each default is proportional to the size of the model's files. */
export interface LimitOptions {
  /** Maximum number of messages, fields, numbers and names read from the model's files: 262144, plus one for every 6 bytes. */
  readonly maxEntries?: number;
  /**
   * Maximum number of nodes created by functions, loops and decompositions, and of layers in a net: 16384, plus one for every 256 bytes.
   */
  readonly maxNodes?: number;
  /** Maximum number of elements in computed constants: 8388608, plus one for every byte. */
  readonly maxElements?: number;
  /** Maximum number of arithmetic steps on constants and on the values of a verification: 134217728, plus 256 for every byte. */
  readonly maxSteps?: number;
  /** Maximum number of bytes unpacked or written: 67108864, plus 16 for every byte. */
  readonly maxBytes?: number;
}

/** How a resource is limited. */
export interface Limit {
  readonly option: LimitOption & keyof LimitOptions;
  /** Amount allowed for every model. */
  readonly base: number;
  /** Additional amount per byte of the model's files. */
  readonly perByte: number;
  /** The unit that completes `the model takes more than 16384 …`. */
  readonly unit: string;
}

export const limits: Readonly<Record<Resource, Limit>> = {
  entries: { option: 'maxEntries', base: 2 ** 18, perByte: 1 / 6, unit: 'messages, fields and values' },
  nodes: { option: 'maxNodes', base: 2 ** 14, perByte: 1 / 256, unit: 'nodes for its functions, loops and decomposed operators' },
  elements: { option: 'maxElements', base: 2 ** 23, perByte: 1, unit: 'elements of computed constants' },
  steps: { option: 'maxSteps', base: 2 ** 27, perByte: 2 ** 8, unit: 'steps of arithmetic' },
  bytes: { option: 'maxBytes', base: 2 ** 26, perByte: 16, unit: 'bytes of unpacked or written data' },
};

/** The options, in the order of the documentation. */
export const limitOptions: readonly LimitOption[] = Object.values(limits).map(({ option }) => option);
