/** Bytes that are read from a file each time they are needed, so that the weights of a large model are never in memory together. */
export interface StoredBytes {
  readonly byteLength: number;
  /** Not to be written to: another file gives views. Throws where the file cannot be read any more. */
  readonly read: () => Uint8Array;
}

export function isStored(bytes: object): bytes is StoredBytes {
  return 'read' in bytes;
}

/** The bytes, read if they are not there. */
export function readStored(bytes: Uint8Array | StoredBytes): Uint8Array {
  return isStored(bytes) ? bytes.read() : bytes;
}
