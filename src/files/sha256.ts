import type { Hash } from 'node:crypto';

/**
 * An incremental hash. Node's crypto module is only loaded on the first call: few conversions need it, and loading it takes as long as a
 * small conversion.
 */
export function newSha256(): Hash {
  return process.getBuiltinModule('node:crypto').createHash('sha256');
}
