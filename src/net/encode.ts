import { type Diagnostic, diagnostic, NcnnError } from '../diagnostics/diagnostic.ts';
import { type FinishOptions, finalize } from './finalize.ts';
import { checkWritten, hasExpectedLength } from './format/check.ts';
import { writeParamBin, writeParamText } from './format/paramWrite.ts';
import { weightsLength, writeWeights } from './format/weightsWrite.ts';
import type { Model } from './model.ts';
import { minNcnnVersion } from './version.ts';

/** A model in ncnn's file formats. */
export interface EncodedModel {
  /** The net as written, with Split layers and the names in the file. */
  readonly model: Model;
  /** The `.param` text in UTF-8. */
  readonly param: Uint8Array;
  readonly paramBin: Uint8Array;
  /** Length of the weights in bytes. */
  readonly binLength: number;
  /** The weights in file order, in chunks, which are computed again at each call. */
  readonly bin: () => Iterable<Uint8Array>;
  /** The oldest ncnn release (date) that loads and runs the net. */
  readonly minNcnnVersion: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Writes a model in ncnn's formats. The written files are read back and compared with the net; throws `NcnnError` if ncnn would not load
 * them.
 */
export function encode(model: Model, options: FinishOptions = {}): EncodedModel {
  const { model: finished, diagnostics } = finalize(model, options);
  const { net } = finished;
  const text = writeParamText(net);
  const paramBin = writeParamBin(net);
  const faults = [...checkWritten(net, text, paramBin)];
  if (!hasExpectedLength(net)) {
    faults.push(
      diagnostic(
        'net-invalid',
        'the length of the weights does not match the parameters',
        'Report this bug of the converter together with the model.',
      ),
    );
  }
  if (faults.length > 0) throw new NcnnError(faults);
  return {
    model: finished,
    param: new TextEncoder().encode(text),
    paramBin,
    binLength: weightsLength(net),
    bin: () => writeWeights(net),
    minNcnnVersion: minNcnnVersion(net),
    diagnostics,
  };
}
