import { allPasses } from '../../src/net/passes/index.ts';

/** The page of the documentation that lists the passes of the optimizer, in Markdown. */
export function passesPage(): string {
  return `${[
    '# Optimizer passes',
    '',
    '<!-- Written by `npm run docs` from src/net/passes: change it there. -->',
    '',
    'The optimizer runs these passes in this order until none of them changes anything; the last one runs once at the end. No pass changes',
    'what the net computes. `optimize: false` (`--no-optimize`) disables all passes, and a list of names (`--passes LIST`) runs only those. The',
    'manifest lists the passes that changed something. Convolution also means `Convolution1D` and `Convolution3D`.',
    '',
    '| pass | what it does |',
    '| --- | --- |',
    ...allPasses.map(({ name, description }) => `| \`${name}\` | ${description} |`),
  ].join('\n')}\n`;
}
