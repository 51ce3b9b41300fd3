import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import type { CallMessage, CallName, CallProblem, StageTime, WorkerCalls, WorkerMessage } from './messages.ts';

/** A call of the worker that failed. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly diagnostics: readonly Diagnostic[];

  constructor({ message, diagnostics }: CallProblem) {
    super(message);
    this.diagnostics = diagnostics;
  }
}

/** Thrown by pending calls when their worker is closed. */
export class WorkerClosed extends Error {
  override readonly name = 'WorkerClosed';
}

/** A call that a worker has not answered. */
export interface PendingCall {
  readonly name: CallName;
  readonly argument: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The worker of one model. Closing it frees all memory of the model. */
export class ModelWorker {
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 1;
  /** Called when a stage of a conversion begins. */
  onStage: (stage: StageTime['stage']) => void = () => {};

  constructor() {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => this.#answer(data));
    this.#worker.addEventListener('error', ({ message }) => {
      // Without a message, the script could not be loaded; with one, the worker crashed, for example for lack of memory.
      const text = message || 'The converter could not be loaded. Reload the page.';
      this.#rejectAll(new CallFailure({ message: text, diagnostics: [] }));
    });
  }

  /** Whether a call is pending. */
  get isBusy(): boolean {
    return this.#pending.size > 0;
  }

  /** Rejects with {@link CallFailure}, or {@link WorkerClosed}. */
  call<N extends CallName>(name: N, argument: Parameters<WorkerCalls[N]>[0]): ReturnType<WorkerCalls[N]> {
    const result = new Promise((resolve, reject) => this.send({ name, argument, resolve, reject }));
    // The worker answers a call with the result of the function of that name.
    return result as ReturnType<WorkerCalls[N]>;
  }

  /** Sends a call, perhaps again: one that another worker did not answer. */
  send(call: PendingCall): void {
    const id = this.#nextId++;
    this.#pending.set(id, call);
    const message: CallMessage = { id, name: call.name, argument: call.argument };
    this.#worker.postMessage(message);
  }

  close(): void {
    for (const { reject } of this.terminate()) reject(new WorkerClosed('The model was closed.'));
  }

  /** Ends the worker, and returns the pending calls in the order in which they were sent. */
  terminate(): readonly PendingCall[] {
    this.#worker.terminate();
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    return calls;
  }

  #answer(message: WorkerMessage): void {
    if (message.kind === 'stage') {
      this.onStage(message.stage);
      return;
    }
    const call = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'result') call?.resolve(message.value);
    else call?.reject(new CallFailure(message.problem));
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
