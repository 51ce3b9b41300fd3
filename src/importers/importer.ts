import type { Budget } from '../budget/budget.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Graph } from '../graph/ir/graph.ts';
import type { Model } from '../net/model.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import type { ModelSource } from './source.ts';

/** The result of an importer: a model, or only weights. */
export type Imported = ConvertibleImport | ImportedWeights;

/** A Graph that still has to be lowered, or a Net if the source format already has layers like those of ncnn. */
export type ConvertibleImport = (
  | {
      readonly kind: 'graph';
      readonly graph: Graph;
      readonly diagnostics: readonly Diagnostic[];
      /** The source line of a node, by its name. A node named `name/…` has the source line of `name`. */
      readonly sourceOf?: (node: string) => string | undefined;
      /** By output name: the input that takes this output's value in the next run. */
      readonly updates?: ReadonlyMap<string, string>;
      /** By output name: the column titles of outputs that are tables. */
      readonly columns?: ReadonlyMap<string, readonly string[]>;
    }
  | {
      readonly kind: 'model';
      readonly model: Model;
      readonly diagnostics: readonly Diagnostic[];
      /** Whether the source is an ncnn net. Without optimization, all of its parameters are kept. */
      readonly isNet?: boolean;
      /** Whether the file has no blob names, so that the names in the net are generated. */
      readonly hasNoNames?: boolean;
    }
) &
  AboutFile;

/** Weights without a graph. They can be listed but not converted. */
interface ImportedWeights extends AboutFile {
  readonly kind: 'weights';
  readonly tensors: readonly { readonly dtype: string; readonly bytes: number }[];
  /** Why the file cannot be converted, and how to export a model that can be. */
  readonly refusal: Diagnostic;
  readonly diagnostics: readonly Diagnostic[];
}

interface AboutFile {
  /** Human-readable summary of the file: `opset 17, made by pytorch 2.1`. */
  readonly about?: string;
}

/**
 * Reads models of one format. Throws `NcnnError` with everything that is wrong with the file. If the importer returns a Graph, a later
 * stage pins inputs and cuts outputs as the options say; an importer that returns a Net does this itself and reads `customLayers` for layer
 * types.
 *
 * An importer charges the budget before it allocates anything whose size comes from the file: decoded entries, nodes added by
 * decomposition, unpacked bytes. The limits of the budget grow with the size of the files.
 */
export type Importer = (source: ModelSource, options?: ConvertOptions, budget?: Budget) => Imported;
