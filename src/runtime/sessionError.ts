/**
 * What failed: the `input` of a run, the `wasm` file or the `weights`; the runtime does not `support` the net; a `layer` failed; `memory`
 * is exhausted; ncnn had a `crash`; or the session is `disposed`.
 */
export type SessionErrorCode = 'input' | 'wasm' | 'weights' | 'support' | 'layer' | 'memory' | 'crash' | 'disposed';

/** An error of a session. The message says what is wrong and what to do. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly code: SessionErrorCode;

  constructor(code: SessionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Throws the error for a wrong input. */
export function failInput(message: string): never {
  throw new SessionError('input', message);
}
