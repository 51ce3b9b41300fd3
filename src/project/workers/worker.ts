/** Makes models in a thread of its own, one after the other; an entry of the package, for bundlers never see it. */
import { parentPort } from 'node:worker_threads';
import { convert, verify } from '../../api.ts';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { type ConvertRequest, convertCachedWith } from '../conversion/convertCached.ts';
import type { Message } from './messages.ts';

const make = convertCachedWith(async () => ({ convert, verify }));
const tell = (message: Message, transfer: readonly ArrayBuffer[] = []): void => parentPort?.postMessage(message, transfer);

parentPort?.on('message', async (request: ConvertRequest) => {
  try {
    const { model, steady } = await make(request, (stage) => tell({ kind: 'stage', stage }));
    // A view would be sent with all of the buffer behind it. The weights move, they are not copied.
    const sent = { ...model, paramBin: Uint8Array.from(model.paramBin) };
    tell({ kind: 'made', made: { model: sent, steady } }, [sent.bin.buffer]);
  } catch (error) {
    tell(error instanceof NcnnError ? { kind: 'refused', diagnostics: error.diagnostics } : { kind: 'broken', error });
  }
});
tell({ kind: 'ready' });
