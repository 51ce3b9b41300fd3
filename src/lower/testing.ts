import { NcnnError } from '../diagnostics/diagnostic.ts';
import { graphOf } from '../graph/ir/testing.ts';
import { inferAndFold } from '../graph/stages/infer.ts';
import type { Model } from '../net/model.ts';
import type { Layer } from '../net/net.ts';
import { lower } from './lower.ts';

/** For tests: infers, folds and lowers nodes over float32 inputs of the given shapes. Throws `NcnnError`. */
export function lowerNodes(...parts: Parameters<typeof graphOf>): Model {
  const { graph, diagnostics } = inferAndFold(graphOf(...parts));
  if (diagnostics.length > 0) throw new NcnnError(diagnostics);
  const result = lower(graph);
  if (!result.ok) throw new NcnnError(result.diagnostics);
  return result.model;
}

/** For tests: the parameters of a layer, or `undefined` if there is no such layer. */
export function loweredParams(layer: Layer | undefined): object | undefined {
  return layer === undefined || layer.type === 'Custom' ? undefined : layer.params;
}
