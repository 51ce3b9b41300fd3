import type { Emitter } from './artifact.ts';

/** `<stem>.param.bin`: the net as binary, without names. */
export const paramBinFiles: Emitter = ({ stem, paramBin }) => [{ name: `${stem}.param.bin`, chunks: () => [paramBin] }];
