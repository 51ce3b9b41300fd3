import type { Hash } from 'node:crypto';

/** A hash to be fed with bytes. Loads Node's cryptography only when it is called: few conversions need it, and it takes as long as a small one. */
export function newSha256(): Hash {
  return process.getBuiltinModule('node:crypto').createHash('sha256');
}
