import type { HalfGuard } from '../net/half/guard.ts';
import { maskBits } from '../net/half/masks.ts';

/** What fp16 does to one layer on phones. */
export interface PhoneLoss {
  /** The largest magnitude of its results. */
  readonly largest: number;
  /** The loss of its results; `null` if fp16 overflows. */
  readonly loss: number | null;
  /** The mask that keeps its arithmetic (1) or its blobs as well (3) in fp32. */
  readonly mask?: 1 | 3;
}

/** The losses of a net on phones, where it was calibrated; `null` stands for results that are not finite. */
export interface PhoneRun {
  readonly before: number | null;
  readonly after: number | null;
}

export function phoneRunOf({ before, after }: HalfGuard): PhoneRun {
  return { before: finite(before), after: finite(after) };
}

/** The losses by the name of the layer. */
export function phoneLossesOf(guard: HalfGuard | undefined): ReadonlyMap<string, PhoneLoss> {
  return new Map(
    guard?.layers.map(({ layer, largest, loss }) => {
      const mask = guard.masks.get(layer);
      return [layer, { largest, loss: finite(loss), ...(mask === undefined ? {} : { mask: maskBits[mask] }) }];
    }),
  );
}

function finite(loss: number): number | null {
  return Number.isFinite(loss) ? loss : null;
}

/** The class of a loss in the style sheet, from the smallest to the largest; `kept` if a mask prevents it. */
export function lossClass({ loss, mask }: PhoneLoss): 'loss-small' | 'loss-medium' | 'loss-large' | 'loss-overflow' | 'loss-kept' {
  if (mask !== undefined) return 'loss-kept';
  if (loss === null) return 'loss-overflow';
  return loss < 1e-3 ? 'loss-small' : loss < 1e-2 ? 'loss-medium' : 'loss-large';
}
