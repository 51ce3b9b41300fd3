import type protobuf from 'protobufjs/minimal.js';

/** Reads the wire format; see `message.ts`. */
export type WireReader = protobuf.Reader;

/** The bytes are not a message of the expected type. */
export class WireError extends Error {
  override readonly name = 'WireError';
  /** `truncated`: a length extends beyond the end of the file. `malformed`: everything else. */
  readonly reason: 'truncated' | 'malformed';
  /** Byte offset in the file. */
  readonly offset: number;

  constructor(reason: WireError['reason'], message: string, offset: number) {
    super(message);
    this.reason = reason;
    this.offset = offset;
  }
}

/** Wire types: the low three bits of a tag. */
export const varintType: number = 0;
export const fixed64Type: number = 1;
export const bytesType: number = 2;
export const fixed32Type: number = 5;

export function overrun(reader: WireReader, end: number, start: number): WireError {
  return end === reader.len
    ? new WireError('truncated', 'a field extends beyond the end of the file', start)
    : new WireError('malformed', 'a field extends beyond the end of its message', start);
}

export function expectType(reader: WireReader, wireType: number, expected: number): void {
  if (wireType !== expected) throw new WireError('malformed', `a field has wire type ${wireType} instead of ${expected}`, reader.pos);
}
