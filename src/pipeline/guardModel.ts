import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { guardHalf, type HalfGuard } from '../net/half/guard.ts';
import { withMasks } from '../net/half/masks.ts';
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
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The model with masks on the layers that fail in fp16 arithmetic for the calibration inputs. Throws `NcnnError` if these do not fit, or if
 * a layer has no reference kernel.
 */
export function guardModel(model: Model, { fp16Tolerance, calibration = [] }: ConvertOptions & CalibrationOptions): GuardedModel {
  const inputs = declaredInputs(model);
  const feeds = calibration.map((given, index) => blobFeeds(model, createFeeds(inputs, given, index + 1), 0));
  const guard = guardHalf(model.net, feeds, fp16Tolerance);
  const masked = guard.masks.size === 0 ? model : { ...model, net: withMasks(model.net, guard.masks) };
  return { model: masked, guard, diagnostics: diagnosticsOfGuard(guard, fp16Tolerance) };
}

function diagnosticsOfGuard({ masks, layers, before, after }: HalfGuard, tolerance = 2e-2): readonly Diagnostic[] {
  const byName = new Map(layers.map((layer) => [layer.layer, layer]));
  const masked = [...masks.keys()].map((name) => {
    const { type = '', loss = 0, largest = 0 } = byName.get(name) ?? {};
    const what = Number.isFinite(loss) ? `loses ${share(loss)} of its result` : 'overflows';
    const message = `in fp16, as on phones, the layer ${what}; its largest value is ${number(largest)}, and its sums stay in fp32 (31=1)`;
    const hint = `The outputs lose ${share(after)} now, ${share(before)} without.`;
    return diagnostic('fp16-overflow', message, hint, { node: name, operator: type });
  });
  if (after <= tolerance || (masks.size > 0 && Number.isFinite(after))) return masked;
  const message = `in fp16, as on phones, the outputs lose ${share(after)}, and masks do not help, because the values of blobs exceed fp16`;
  return [
    ...masked,
    diagnostic(
      'precision-loss',
      message,
      'Check whether the results of your app are still good enough, or run the net without fp16 (`use_fp16_storage`).',
    ),
  ];
}

function share(loss: number): string {
  return Number.isFinite(loss) ? `${number(100 * loss)} %` : 'all (they are not finite)';
}

function number(value: number): string {
  return String(Number(value.toPrecision(2)));
}
