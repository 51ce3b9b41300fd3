import type { BlobData } from '../../../../src/net/execute.ts';
import { weightSlots } from '../../../../src/net/layers/weights.ts';
import { type Layer, makeLayer, type Net } from '../../../../src/net/net.ts';
import { weightOf } from '../../../../src/net/weight.ts';
import type { CaseFamily, Draft } from './cases.ts';
import type { Random } from './random.ts';

/** The values to feed to a drafted layer, by blob. */
export function fedTo(draft: Draft, random: Random): ReadonlyMap<string, BlobData> {
  return new Map(draft.bottoms.map((bottom, place) => [`in${place}`, filled(bottom, draft, random)]));
}

/** A net that contains only the drafted layer, with random weights. */
export function netOf({ type }: CaseFamily, draft: Draft, feeds: ReadonlyMap<string, BlobData>, random: Random): Net {
  const inputs = [...feeds.keys()].map((blob): Layer => makeLayer('Input', blob, [], [blob], {}));
  const tops = Array.from({ length: draft.tops ?? 1 }, (_, index) => `out${index}`);
  // The families give each type its own parameters.
  const bare = { type, name: 'layer', bottoms: [...feeds.keys()], tops, params: draft.params, weights: [] } as Layer;
  const [low, high] = draft.weights ?? [-1, 1];
  const weights = (weightSlots(bare) ?? []).map(({ length }) =>
    weightOf(Float32Array.from({ length: Math.max(length, 0) }, () => random.float(low, high))),
  );
  return { layers: [...inputs, { ...bare, weights }], shapes: new Map(), outputs: tops };
}

function filled(bottom: Draft['bottoms'][number], { range = [-2, 2] }: Draft, random: Random): BlobData {
  if ('shape' in bottom) return bottom;
  const size = bottom.reduce((product, length) => product * length, 1);
  return { shape: bottom, values: Float32Array.from({ length: size }, () => random.float(range[0], range[1])) };
}
