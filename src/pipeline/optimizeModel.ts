import { diagnostic, throwErrors } from '../diagnostics/diagnostic.ts';
import type { Artifact } from '../emit/artifact.ts';
import type { Model } from '../net/model.ts';
import { type Net, typeName } from '../net/net.ts';
import type { NetHistory } from '../net/passes/history.ts';
import { allPasses, type Optimized, optimize } from '../net/passes/index.ts';
import { type LayerVersion, layerVersions } from '../net/version.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { requestNcnnVersion } from '../options/request/ncnnVersion.ts';

export interface OptimizedModel extends Pick<Artifact, 'passes' | 'saved'> {
  readonly model: Model;
  readonly history: NetHistory;
}

/** The model with its net optimized. Throws `NcnnError` for layers that the requested release cannot run. */
export function optimizeModel(model: Model, options: ConvertOptions): OptimizedModel {
  const { net, passes, saved, history } = optimizeForRelease(model.net, options);
  return { model: { ...model, net }, passes, saved, history };
}

/** Optimizes with the passes whose result the release can run. */
function optimizeForRelease(net: Net, { optimize: selection = true, ncnnVersion, target }: ConvertOptions): Optimized {
  const release = requestNcnnVersion(ncnnVersion);
  let optimized = optimize(net, selection, target);
  if (release === undefined) return optimized;
  const excluded = new Set<string>();
  // Excludes one pass at a time, because other passes may need the newer release only after it.
  for (;;) {
    const newer = layerVersions(optimized.net).filter(({ version }) => version > release);
    if (newer.length === 0) return optimized;
    const { changed } = optimized.history;
    const pass = newer.flatMap(({ layer }) => changed.get(layer.name)?.passes ?? []).findLast((name) => !excluded.has(name));
    if (pass === undefined) return refuse(newer, release);
    excluded.add(pass);
    const chosen = typeof selection === 'boolean' ? allPasses.map(({ name }) => name) : selection;
    optimized = optimize(
      net,
      chosen.filter((name) => !excluded.has(name)),
      target,
    );
  }
}

/** Maximum number of layers named in one message. */
const maxShown = 8;

function refuse(newer: readonly LayerVersion[], release: number): never {
  const errors = newer.slice(0, maxShown).map(({ layer, version, reason }) => {
    const message = `the layer needs ncnn ${version} or later (${reason}), but the net must run on ncnn ${release}`;
    const advice = [{ option: 'outputs' as const, names: layer.bottoms }];
    return diagnostic(
      'release-too-old',
      message,
      { hint: 'Use a newer release, or cut the net before the layer.', advice },
      { node: layer.name, operator: typeName(layer) },
    );
  });
  throwErrors(errors);
  throw new RangeError('no layer is too new');
}
