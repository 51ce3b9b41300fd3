import { expect, it } from 'vitest';
import { requestNcnnVersion } from './ncnnVersion.ts';

it.each([
  [undefined, undefined],
  ['20230223', 20230223],
  ['1.0.20230223', 20230223],
])('reads %j', (text, version) => {
  expect(requestNcnnVersion(text)).toBe(version);
});

it.each(['', '2023', 'latest', '20231399', '1.0'])('rejects %j', (text) => {
  expect(() => requestNcnnVersion(text)).toThrow('is not the date of a release');
});
