import { explained } from '../runtime/failure.ts';
import { sessionOn } from '../runtime/session/createSession.ts';
import { loadWeights } from '../runtime/session/loadWeights.ts';
import type { LoadOptions, Session } from '../runtime/session/types.ts';
import type { NcnnModel } from '../runtime/types.ts';
import { decode } from './decode.ts';
import { interpreterOn } from './interpret.ts';
import { planFor } from './interpreterPlans.ts';

/**
 * Loads a net into the interpreter, which computes in float32 with float64 sums, like ncnn without its optimizations. Throws
 * `SessionError`, or the reason of `signal`.
 */
export function createInterpreterSession<M extends NcnnModel>(model: M, options: LoadOptions = {}): Promise<Session<M>> {
  return explained(async () => {
    options.signal?.throwIfAborted();
    const bin = await loadWeights(model, options);
    const { name, param, hash } = model;
    const plan = await planFor(name, hash, param, bin);
    return sessionOn(model, interpreterOn(name, decode(name, param, bin, plan)));
  });
}
