/** Bytes that are read from a file on each use, so that the weights of a large model are never all in memory. */
export interface StoredBytes {
  readonly byteLength: number;
  /** Do not modify the result, which may be a view. Throws if the file can no longer be read. */
  readonly read: () => Uint8Array;
}

export function isStored(bytes: object): bytes is StoredBytes {
  return 'read' in bytes;
}

/** The bytes, read from the file if necessary. */
export function readStored(bytes: Uint8Array | StoredBytes): Uint8Array {
  return isStored(bytes) ? bytes.read() : bytes;
}
