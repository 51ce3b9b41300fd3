import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import type { FilesByPath } from '../files/filesByPath.ts';
import type { CallName, ConvertedNet, OpenedModel, StageTime, WorkerCalls } from '../worker/messages.ts';
import { CallFailure, ModelWorker, WorkerClosed } from '../worker/modelWorker.ts';

/** Calls that compute with the net, for as long as the net takes. */
const computing: ReadonlySet<CallName> = new Set(['run', 'measure', 'verify', 'blob']);

/** The open model: its worker, which is replaced when a conversion or a run is canceled. */
export class OpenModel {
  readonly files: FilesByPath;
  readonly model: string;
  readonly #onStage: (stage: StageTime['stage']) => void;
  #worker: ModelWorker;
  /** The options of the last conversion. */
  #options: ConvertOptions | undefined;

  constructor(files: FilesByPath, model: string, onStage: (stage: StageTime['stage']) => void) {
    this.files = files;
    this.model = model;
    this.#onStage = onStage;
    this.#worker = this.#start();
  }

  open(): Promise<OpenedModel> {
    return this.#worker.call('open', { files: this.files, model: this.model });
  }

  /** Converts, and cancels the current work of the worker, which rejects with `WorkerClosed`. */
  convert(options: ConvertOptions): Promise<ConvertedNet> {
    if (this.#worker.isBusy) {
      this.#worker.close();
      this.#worker = this.#start();
      // A new worker must open the model before converting it; its diagnostics are already known.
      this.open().catch(() => {});
    }
    this.#options = options;
    this.#worker.onStage = this.#onStage;
    return this.#worker.call('convert', options);
  }

  /** Cancels calls that compute with the net, which reject with `WorkerClosed`. All other calls are completed, by another worker. */
  stop(): void {
    const pending = this.#worker.terminate();
    const names = new Set(pending.map(({ name }) => name));
    this.#worker = this.#start();
    // Later calls need the net; the page already shows what these two return.
    if (!names.has('open')) this.open().catch(() => {});
    if (!names.has('convert') && this.#options !== undefined) {
      this.#worker.onStage = () => {};
      this.#worker.call('convert', this.#options).catch(() => {});
    }
    for (const call of pending) {
      if (computing.has(call.name)) call.reject(new WorkerClosed('The run was stopped.'));
      else this.#worker.send(call);
    }
  }

  call<N extends CallName>(name: N, argument: Parameters<WorkerCalls[N]>[0]): ReturnType<WorkerCalls[N]> {
    return this.#worker.call(name, argument);
  }

  /** Frees all memory of the model. */
  close(): void {
    this.#worker.close();
  }

  #start(): ModelWorker {
    const worker = new ModelWorker();
    worker.onStage = this.#onStage;
    return worker;
  }
}

/** Whether an error only means that the call was abandoned. */
export function isAbandoned(error: unknown): boolean {
  return error instanceof WorkerClosed;
}

/** Narrows an error to a failed call. Throws any other error. */
export function failureOf(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  throw error;
}
