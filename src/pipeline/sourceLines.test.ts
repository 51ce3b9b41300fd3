import { expect, it } from 'vitest';
import { diagnostic } from '../diagnostics/diagnostic.ts';
import { withSourceLines } from './sourceLines.ts';

it('gives diagnostics the source line of their node', () => {
  const sources = new Map([['layer.conv', 'net.py:7 in forward']]);
  const places = ['layer.conv', 'layer.conv/Pad', 'layer', undefined].map((node) =>
    diagnostic('operator-unsupported', 'it is', 'Cut.', node === undefined ? {} : { node }),
  );
  const lines = withSourceLines(places, (node) => sources.get(node)).map(({ place }) => place.source);
  expect(lines).toEqual(['net.py:7 in forward', 'net.py:7 in forward', undefined, undefined]);
});
