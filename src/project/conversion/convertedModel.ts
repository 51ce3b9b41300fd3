import type { Conversion } from '../../api.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { describeModel } from '../../emit/description.ts';
import type { KeptModel } from '../../emit/restore.ts';
import { type ReportData, reportData } from '../../report/data.ts';

/** A converted model as the plugin needs it: what its module says, and the bytes. */
export interface CompiledModel extends KeptModel {
  /** The weights, in an `ArrayBuffer` of their own: some bundlers emit the whole buffer behind a view. */
  readonly bin: Uint8Array<ArrayBuffer>;
  /** Warnings and infos. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files read, the model first. */
  readonly files: readonly string[];
  /** What `renderReport` makes a page of. */
  readonly report: ReportData;
}

/** Copies the weights out, once for all bundlers and builds that ask. */
export function compiledModel(conversion: Conversion): CompiledModel {
  const { artifact, diagnostics, files } = conversion;
  const bin = new Uint8Array(artifact.binLength);
  let offset = 0;
  for (const chunk of artifact.bin()) {
    bin.set(chunk, offset);
    offset += chunk.byteLength;
  }
  const { format, passes, saved, paramBin } = artifact;
  const param = new TextDecoder().decode(artifact.param);
  return {
    description: describeModel(artifact),
    format,
    passes,
    saved,
    param,
    paramBin,
    bin,
    diagnostics,
    files,
    report: reportData(conversion),
  };
}
