import { allPasses } from '../../src/net/passes/index.ts';

/** The page of the documentation that lists the passes of the optimizer, in Markdown. */
export function passesPage(): string {
  return `${[
    '# Optimizer passes',
    '',
    '<!-- Written by `npm run docs` from src/net/passes: change it there. -->',
    '',
    'The optimizer runs these passes in this order, again and again until none of them finds anything; the last one runs once at the end. None changes',
    'what the net computes. `optimize: false` (`--no-optimize`) runs none of them, a list of names (`--passes LIST`) only those. The manifest',
    'lists the passes that changed something. A Convolution is also one of one or three dimensions, as `Convolution1D` and `Convolution3D`.',
    '',
    '| pass | what it does |',
    '| --- | --- |',
    ...allPasses.map(({ name, description }) => `| \`${name}\` | ${description} |`),
  ].join('\n')}\n`;
}
