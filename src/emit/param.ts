import type { Emitter } from './artifact.ts';

/** `<stem>.param`: the net as text. */
export const paramFiles: Emitter = ({ stem, param }) => [{ name: `${stem}.param`, chunks: () => [param] }];
