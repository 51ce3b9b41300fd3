import { expHalf } from './functions.ts';
import { roundHalf } from './round.ts';

const lanes = 8;

/**
 * Replaces float16 logits by probabilities, with one rounding for each step: adjacent logits are added in eight sums, others one after the
 * other. Exponentials below 2^-14 become 0, as in `expHalf`.
 */
export function softmaxHalf(values: Float64Array, isRow: boolean): void {
  const largest = values.reduce((best, value) => Math.max(best, value), -65504);
  const whole = isRow ? values.length - (values.length % lanes) : 0;
  const sums = new Float64Array(lanes);
  for (let index = 0; index < values.length; index++) {
    const share = expHalf(roundHalf((values[index] ?? 0) - largest));
    const lane = index < whole ? index % lanes : 0;
    values[index] = share;
    sums[lane] = roundHalf((sums[lane] ?? 0) + share);
  }
  for (let step = lanes / 2; step > 0; step /= 2)
    for (let lane = 0; lane < step; lane++) sums[lane] = roundHalf((sums[lane] ?? 0) + (sums[lane + step] ?? 0));
  const factor = roundHalf(1 / (sums[0] ?? 0));
  for (let index = 0; index < values.length; index++) values[index] = roundHalf((values[index] ?? 0) * factor);
}
