import { expect, it } from 'vitest';
import { measurePeakMemory } from './peakMemory.ts';

// Elsewhere a peak hides lower ones.
it.runIf(process.platform === 'linux')('measures temporary memory, even after a higher peak', () => {
  for (const size of [2 ** 28, 2 ** 26]) {
    const peak = measurePeakMemory();
    // Filled memory is resident, not only reserved.
    new Uint8Array(size).fill(1);
    expect(peak()).toBeGreaterThan(size * 0.9);
  }
  const peak = measurePeakMemory();
  expect(peak()).toBeLessThan(2 ** 24);
});
