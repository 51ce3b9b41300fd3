import type { Conversion } from '../../api.ts';
import { joinPieces } from '../../bytes/join.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { describeModel } from '../../emit/description.ts';
import type { CachedModel } from '../../emit/restore.ts';
import { reportData } from '../../report/data.ts';
import { forImports } from '../imports/importHints.ts';

/** A converted model as plain data: it survives a cache on disk and a message to another thread. */
export interface ConvertedModel extends CachedModel {
  /** The weights, in an `ArrayBuffer` without other contents: some bundlers emit the whole buffer behind a view. */
  readonly bin: Uint8Array<ArrayBuffer>;
  /** Warnings and infos. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files read, the model first. */
  readonly files: readonly string[];
  /** What `renderReport` shows, as JSON: few ask for it, and it is as large as the net. */
  readonly reportJson: string;
}

/** Copies the weights out, once for all bundlers and builds that ask. */
export function toConvertedModel(conversion: Conversion): ConvertedModel {
  const { artifact, diagnostics, files } = conversion;
  const { format, lostBlobs, passes, saved, paramBin } = artifact;
  return {
    description: describeModel(artifact),
    format,
    lostBlobs,
    passes,
    saved,
    param: new TextDecoder().decode(artifact.param),
    paramBin,
    bin: joinPieces(artifact.bin(), artifact.binLength),
    diagnostics,
    files,
    reportJson: JSON.stringify(reportData({ ...conversion, diagnostics: forImports(diagnostics) })),
  };
}
