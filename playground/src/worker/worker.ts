/** The worker of one model: it holds the files, the conversion and the session, so that the page has none of their memory. */
import { conversionErrors } from '../../../src/diagnostics/conversionErrors.ts';
import { NcnnError } from '../../../src/diagnostics/diagnostic.ts';
import { SessionError } from '../../../src/runtime/sessionError.ts';
import type { CallMessage, CallProblem, WorkerCalls, WorkerMessage } from './messages.ts';
import { openCalls } from './openCalls.ts';

const calls: WorkerCalls = openCalls({
  read: (blob) => new Uint8Array(new FileReaderSync().readAsArrayBuffer(blob)),
  onStage: (stage) => send({ kind: 'stage', stage }),
});

function send(message: WorkerMessage): void {
  postMessage(message);
}

/** Calls run one after another, in the order of arrival. */
let last: Promise<unknown> = Promise.resolve();
addEventListener('message', ({ data }: MessageEvent<CallMessage>) => {
  last = last.then(() => answer(data));
});

async function answer({ id, name, argument }: CallMessage): Promise<void> {
  try {
    // The page sends each call the argument of its function.
    const call = calls[name] as (argument: unknown) => Promise<unknown>;
    send({ kind: 'result', id, value: await call(argument) });
  } catch (error) {
    send({ kind: 'failure', id, problem: problemOf(error) });
  }
}

function problemOf(error: unknown): CallProblem {
  if (error instanceof NcnnError) return { message: error.message, diagnostics: error.diagnostics };
  if (error instanceof SessionError) return { message: error.message, diagnostics: [] };
  return { message: error instanceof Error ? error.message : String(error), diagnostics: conversionErrors(error) };
}
