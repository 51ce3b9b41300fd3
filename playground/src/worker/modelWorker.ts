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

interface WaitingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The worker of one model. Closing it frees all memory of the model. */
export class ModelWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, WaitingCall>();
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
    return this.#waiting.size > 0;
  }

  /** Rejects with {@link CallFailure}, or {@link WorkerClosed}. */
  call<N extends CallName>(name: N, argument: Parameters<WorkerCalls[N]>[0]): ReturnType<WorkerCalls[N]> {
    const id = this.#nextId++;
    const message: CallMessage = { id, name, argument };
    const result = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#worker.postMessage(message);
    // The worker answers a call with the result of the function of that name.
    return result as ReturnType<WorkerCalls[N]>;
  }

  close(): void {
    this.#worker.terminate();
    this.#rejectAll(new WorkerClosed('The model was closed.'));
  }

  #answer(message: WorkerMessage): void {
    if (message.kind === 'stage') {
      this.onStage(message.stage);
      return;
    }
    const call = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'result') call?.resolve(message.value);
    else call?.reject(new CallFailure(message.problem));
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
