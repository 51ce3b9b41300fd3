import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { withCasts } from '../net/half/casts.ts';
import { guardHalf, type HalfGuard, type NetFeeds, usualHalfTolerance } from '../net/half/guard.ts';
import { withMasks } from '../net/half/masks.ts';
import { guardWeights, type WeightGuard } from '../net/half/weightGuard.ts';
import type { Model } from '../net/model.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { blobFeeds } from '../verify/blobFeeds.ts';
import { createFeeds, type VerifyInput } from '../verify/feeds.ts';
import { declaredInputs } from '../verify/verify.ts';

/** Representative inputs, on which the net is run in fp16 arithmetic. */
export interface CalibrationOptions {
  /** One run each: values by input name; other inputs are random. */
  readonly calibration?: readonly Readonly<Record<string, VerifyInput>>[];
}

export interface GuardedModel {
  readonly model: Model;
  readonly guard?: HalfGuard;
  /** Layers whose weights must not be stored as fp16. */
  readonly fp32Weights?: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The model with masks on the layers that fail in fp16 arithmetic for the calibration inputs, unless `fp16` is `false`. With `precision:
 * 'fp16'`, also the layers that need fp32 weights in fp32 arithmetic. Throws `NcnnError` if the inputs do not fit, or if a layer has no
 * reference kernel.
 */
export function guardModel(model: Model, options: ConvertOptions & CalibrationOptions): GuardedModel {
  const inputs = declaredInputs(model);
  const feeds = (options.calibration ?? []).map((values, index) => blobFeeds(model, createFeeds(inputs, values, index + 1), 0));
  const masked = options.fp16 === false ? { model, diagnostics: [] } : maskedModel(model, feeds, options);
  if (options.precision !== 'fp16') return masked;
  const weights = guardWeights(masked.model.net, feeds, options.fp16Tolerance);
  const fp32Weights = weights.layers.map(({ layer }) => layer);
  return { ...masked, fp32Weights, diagnostics: [...masked.diagnostics, ...diagnosticsOfWeights(weights)] };
}

function maskedModel(model: Model, feeds: readonly NetFeeds[], { fp16Tolerance }: ConvertOptions): GuardedModel {
  const guard = guardHalf(model.net, feeds, fp16Tolerance);
  const masked = guard.masks.size === 0 ? model : { ...model, net: withCasts(withMasks(model.net, guard.masks)) };
  return { model: masked, guard, diagnostics: diagnosticsOfGuard(guard, fp16Tolerance) };
}

/** Maximum number of layers with a diagnostic each. */
const maxNamed = 8;

function diagnosticsOfGuard({ masks, layers, before, after }: HalfGuard, tolerance = usualHalfTolerance): readonly Diagnostic[] {
  const byName = new Map(layers.map((layer) => [layer.layer, layer]));
  const hint = `The outputs lose ${share(after)} now, ${share(before)} without.`;
  const masked = [...masks].slice(0, maxNamed).map(([name, mask]) => {
    const { type = '', loss = 0, largest = 0 } = byName.get(name) ?? {};
    const what = Number.isFinite(loss) ? `loses ${share(loss)} of its result` : 'overflows';
    const remedy = mask === 'arithmetic' ? 'it computes in fp32 (31=1)' : 'its blobs stay in fp32, too (31=3)';
    const message = `in fp16, as on phones, the layer ${what}; its largest value is ${number(largest)}, and ${remedy}`;
    return diagnostic('fp16-overflow', message, hint, { node: name, operator: type });
  });
  if (masks.size > maxNamed) {
    const message = `in fp16, as on phones, ${masks.size - maxNamed} more layers lose too much of their results; they stay in fp32, too`;
    masked.push(diagnostic('fp16-overflow', message, 'See `fp16Masks` in the manifest for their names.'));
  }
  if (after <= tolerance) return masked;
  const message = `in fp16, as on phones, the outputs lose ${share(after)}, and masks do not help`;
  const remedy = 'Check whether the results of your app are still good enough, or run the net without fp16 (`use_fp16_storage`).';
  return [...masked, diagnostic('precision-loss', message, remedy)];
}

function diagnosticsOfWeights({ layers, before, after }: WeightGuard): readonly Diagnostic[] {
  const hint = `The outputs lose ${share(after)} by fp16 weights now, ${share(before)} if all weights are fp16.`;
  const entries = layers.slice(0, maxNamed).map(({ layer, type, loss }) => {
    const message = `with fp16 weights, the layer loses ${share(loss)} of its result; its weights remain float32`;
    return diagnostic('precision-loss', message, hint, { node: layer, operator: type });
  });
  if (layers.length <= maxNamed) return entries;
  const message = `with fp16 weights, ${layers.length - maxNamed} more layers lose too much of their results; their weights remain float32`;
  return [...entries, diagnostic('precision-loss', message, hint)];
}

function share(loss: number): string {
  return Number.isFinite(loss) ? `${number(100 * loss)} %` : 'all (they are not finite)';
}

function number(value: number): string {
  return String(Number(value.toPrecision(2)));
}
