import type { Emitter } from './artifact.ts';

/** `<stem>.bin`: the weights. */
export const binFiles: Emitter = ({ stem, bin }) => [{ name: `${stem}.bin`, chunks: bin }];
