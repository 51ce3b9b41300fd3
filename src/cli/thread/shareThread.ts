import type { MessagePort } from 'node:worker_threads';
import { noColors } from '../../diagnostics/paint.ts';
import { convertModel, type Outcome, readConvertRequest } from '../commands/convertModel.ts';
import type { Terminal } from '../output/terminal.ts';
import type { ShareData, ShareMessage } from './messages.ts';

/** Converts some models of a call, in the thread that was started for them. */
export async function runShareThread(port: MessagePort, { args, models, watched }: ShareData): Promise<void> {
  const post = (message: ShareMessage): void => port.postMessage(message);
  const terminal: Terminal = {
    print: () => {},
    log: () => {},
    paint: noColors,
    ...(watched ? { showProgress: (text) => post({ kind: 'progress', text }) } : {}),
    writesTo: (folder) => post({ kind: 'writesTo', folder }),
  };
  const request = await readConvertRequest(args);
  const outcomes: Outcome[] = [];
  for (const model of models) outcomes.push(await convertModel(model, request, terminal));
  post({ kind: 'converted', outcomes });
}
