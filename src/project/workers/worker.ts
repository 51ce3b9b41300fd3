/** Converts models one after another in a worker thread. It is a separate entry of the package, because bundlers do not process it. */
import { parentPort } from 'node:worker_threads';
import { convert, verify } from '../../api.ts';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import { type ConvertRequest, convertCachedWith } from '../conversion/convertCached.ts';
import type { WorkerMessage } from './messages.ts';

const convertCached = convertCachedWith(async () => ({ convert, verify }));
const post = (message: WorkerMessage, transfer: readonly ArrayBuffer[] = []): void => parentPort?.postMessage(message, transfer);

parentPort?.on('message', async (request: ConvertRequest) => {
  try {
    const { model, isStable } = await convertCached(request, (stage) => post({ kind: 'stage', stage }));
    // A view would be sent with the whole buffer behind it. The weights are transferred, not copied.
    const compact = { ...model, paramBin: Uint8Array.from(model.paramBin) };
    post({ kind: 'converted', conversion: { model: compact, isStable } }, [compact.bin.buffer]);
  } catch (error) {
    post({ kind: 'failed', diagnostics: conversionErrors(error, { file: request.file }) });
  }
});
post({ kind: 'ready' });
