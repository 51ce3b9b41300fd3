/** What runs where the model is used. Emitted modules hold a copy of these functions, so none of them needs this package at run time. */
export { decodeBase64 } from './decodeBase64.ts';
export { fetchWeights } from './fetchWeights.ts';
export type { NcnnModel, NcnnTensor } from './types.ts';
