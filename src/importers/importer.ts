import type { Budget } from '../budget/budget.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Graph } from '../graph/ir/graph.ts';
import type { Model } from '../net/model.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import type { ModelSource } from './source.ts';

/** What an importer makes: a model, or weights alone. */
export type Imported = ConvertibleImport | ImportedWeights;

/** A Graph, still to be lowered, or directly a Net where the source is one of ncnn's size. */
export type ConvertibleImport = (
  | {
      readonly kind: 'graph';
      readonly graph: Graph;
      readonly diagnostics: readonly Diagnostic[];
      /** The line of the program that a node comes from, by the name of the node; nodes with a slash behind that name come from it as well. */
      readonly sources?: ReadonlyMap<string, string>;
      /** The input that an output is to be fed to in the next run, by the name of the output. */
      readonly updates?: ReadonlyMap<string, string>;
      /** What stands in the columns of outputs that are tables, by name. */
      readonly columns?: ReadonlyMap<string, readonly string[]>;
    }
  | {
      readonly kind: 'model';
      readonly model: Model;
      readonly diagnostics: readonly Diagnostic[];
      /** Whether the net is one of ncnn already, to be kept to the last parameter where it is not optimized. */
      readonly isNet?: boolean;
      /** Whether the file has no names of blobs, so that those of the net are made up. */
      readonly hasNoNames?: boolean;
    }
) &
  AboutFile;

/** Weights without a graph, which can be listed and not converted. */
interface ImportedWeights extends AboutFile {
  readonly kind: 'weights';
  readonly tensors: readonly { readonly dtype: string; readonly bytes: number }[];
  /** Why it cannot be converted, and how to export a model that can. */
  readonly refusal: Diagnostic;
  readonly diagnostics: readonly Diagnostic[];
}

interface AboutFile {
  /** What the file says about itself, for people: `opset 17, made by pytorch 2.1`. */
  readonly about?: string;
}

/**
 * Reads the models of one format. Throws `NcnnError` with everything that is wrong with the file. A Graph is pinned and cut as the options
 * say by what comes behind; an importer that makes a Net does that itself, and takes `customLayers` for types of layers.
 *
 * Whatever is made of a size that a file gives is spent from the budget first: entries as they are decoded, nodes that a node is written
 * out to, bytes that are unpacked. Its limits grow with the files that are read.
 */
export type Importer = (source: ModelSource, options?: ConvertOptions, budget?: Budget) => Imported;
