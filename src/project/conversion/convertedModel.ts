import type { Conversion } from '../../api.ts';
import { joinPieces } from '../../bytes/join.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { describeModel } from '../../emit/description.ts';
import type { CachedModel } from '../../emit/restore.ts';
import { reportData } from '../../report/data.ts';
import { forImports } from '../imports/importHints.ts';

/** A converted model as plain data: it can be cached on disk and sent to another thread. */
export interface ConvertedModel extends CachedModel {
  /** The weights, in an unshared `ArrayBuffer`: some bundlers emit the whole buffer behind a view. */
  readonly bin: Uint8Array<ArrayBuffer>;
  /** Warnings and infos. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files read, the model first. */
  readonly files: readonly string[];
  /** The data for `renderReport`, as JSON: it is rarely needed and as large as the net. */
  readonly reportJson: string;
}

/** Copies the weights, once for all bundlers and builds. */
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
