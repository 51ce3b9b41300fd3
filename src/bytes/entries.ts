/**
 * Most messages, fields and values that are made of a file unless its reader is told to make more. Each takes a few bytes there and some
 * hundred in memory, so that a small file could ask for all there is; a model has a few for each of its nodes.
 */
export const defaultMaxEntries: number = 2 ** 20;
