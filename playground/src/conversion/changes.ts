import { formatBytes } from '../../../src/diagnostics/render.ts';
import { formatMagnitude } from '../../../src/report/markup.ts';
import { compare } from '../../../src/verify/compare.ts';
import { formatTime, formatValue } from '../dom/format.ts';
import type { ConvertedNet, OutputTensor, RunOutcome } from '../worker/messages.ts';

/** A figure of a conversion beside that of the previous one. */
export interface Change {
  readonly title: string;
  readonly before: string;
  readonly now: string;
  /** `−12 %`; empty if it is the same. */
  readonly change: string;
}

/** What a conversion changed compared to the previous one. */
export function changesBetween(before: ConvertedNet, now: ConvertedNet): readonly Change[] {
  return [
    changeOf('Layers', before.layers, now.layers, String),
    changeOf('Weights', before.binLength, now.binLength, formatBytes),
    changeOf('Multiply-adds', before.multiplyAdds, now.multiplyAdds, formatMagnitude),
    changeOf('Memory of blobs', before.peakBytes, now.peakBytes, formatBytes),
    changeOf('Time to convert', totalTime(before), totalTime(now), formatTime),
  ];
}

/** Two runs on the same inputs: their times, and how much outputs of the same name differ. */
export function runChanges(before: RunOutcome, now: RunOutcome): readonly Change[] {
  const differences = now.outputs.flatMap((output): readonly Change[] => {
    const other = before.outputs.find(({ name }) => name === output.name);
    if (other === undefined) return [];
    return [{ title: `Difference of ${output.name}`, before: '', now: differenceOf(other, output), change: '' }];
  });
  return [changeOf('Time to run', before.runTime, now.runTime, formatTime), ...differences];
}

/** The largest difference of two outputs, or that their shapes differ. */
export function differenceOf(before: OutputTensor, now: OutputTensor): string {
  if (before.shape.join() !== now.shape.join()) return 'another shape';
  const { maxAbsolute } = compare(before.data, now.data, { rtol: 0, atol: 0 });
  return maxAbsolute === 0 ? 'none' : formatValue(maxAbsolute);
}

/** Milliseconds of all stages of a conversion. */
export function totalTime({ times }: ConvertedNet): number {
  return times.reduce((sum, { time }) => sum + time, 0);
}

function changeOf(title: string, before: number | undefined, now: number | undefined, format: (value: number) => string): Change {
  const text = (value: number | undefined): string => (value === undefined ? 'unknown' : format(value));
  return { title, before: text(before), now: text(now), change: shareOf(before, now) };
}

function shareOf(before: number | undefined, now: number | undefined): string {
  if (before === undefined || now === undefined || before === now || before === 0) return '';
  const percent = (100 * (now - before)) / before;
  const sign = percent > 0 ? '+' : '−';
  return Math.abs(percent) < 0.1 ? `${sign}<0.1 %` : `${sign}${Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0)} %`;
}
