import { describe, expect, it } from 'vitest';
import { Budget } from '../../../budget/budget.ts';
import { allBytes, bytesInMemory } from '../../../bytes/byteSource.ts';
import { NcnnError } from '../../../diagnostics/diagnostic.ts';
import { openArchive } from './archive.ts';
import { type ZipForm, zipArchive } from './testing.ts';
import { isZip, openZip, type ZipEntry } from './zip.ts';

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const long = 'x = torch.add(y, 1)\n'.repeat(100);
const files = { 'net/data.pkl': 'pickle', 'net/code/net.py': long, 'net/data/0': Uint8Array.of(1, 2, 3, 4) };

const contents = (entry: ZipEntry | undefined): Uint8Array | undefined => (entry === undefined ? undefined : allBytes(entry.open()));

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof NcnnError)) throw error;
    return error.diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n');
  }
  return '';
}

describe.each<[string, ZipForm]>([
  ['as torch writes it', {}],
  ['with sizes in the local headers', { hasDescriptors: false }],
  ['with 64-bit fields', { isZip64: true }],
  ['deflated', { deflated: Object.keys(files) }],
  ['with a comment', { comment: 'PK\u0005\u0006 and more' }],
])('an archive %s', (_, form) => {
  const bytes = zipArchive(files, form);

  it('lists the entries', () => {
    const zip = openZip(bytesInMemory(bytes), { file: 'net.pt' });
    expect([...zip.keys()]).toEqual(Object.keys(files));
    expect([...zip.values()].map(({ size }) => size)).toEqual([6, long.length, 4]);
    expect(text(contents(zip.get('net/code/net.py')))).toBe(long);
    expect(contents(zip.get('net/data/0'))).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  it('is rejected if truncated', () => {
    expect(
      refusal(() => openZip(bytesInMemory(bytes.subarray(0, bytes.length - 30 - (form.comment?.length ?? 0))), { file: 'net.pt' })),
    ).toMatch(/^file-(truncated|malformed): /);
  });
});

it('recognizes an archive by its first bytes', () => {
  expect([zipArchive(files), Uint8Array.of(0x80, 2), new Uint8Array(0)].map((bytes) => isZip(bytesInMemory(bytes)))).toEqual([
    true,
    false,
    false,
  ]);
});

it('returns stored entries as views of the archive', () => {
  const bytes = zipArchive(files);
  const entry = contents(openZip(bytesInMemory(bytes), { file: 'net.pt' }).get('net/data/0'));
  expect(entry?.buffer).toBe(bytes.buffer);
  expect((entry?.byteOffset ?? 1) % 64).toBe(0);
});

it('reads an archive after other bytes of the same buffer', () => {
  const outer = zipArchive({ 'mut/data/weights/model.pt': zipArchive(files) });
  const inner = openArchive(bytesInMemory(outer), { file: 'mut.pt2' }).open('data/weights/model.pt');
  expect(inner.file).toBe('mut.pt2 (data/weights/model.pt)');
  expect(inner.text('code/net.py')).toBe(long);
  expect(inner.read('data/0').buffer).toBe(outer.buffer);
});

it('accepts any common folder of all entries', () => {
  expect(openArchive(bytesInMemory(zipArchive(files)), { file: 'net.pt' }).names).toEqual(['data.pkl', 'code/net.py', 'data/0']);
  expect(openArchive(bytesInMemory(zipArchive({ 'a/b': '', version: '2' })), { file: 'net.pt2' }).names).toEqual(['a/b', 'version']);
  expect(refusal(() => openArchive(bytesInMemory(zipArchive(files)), { file: 'net.pt' }).read('version'))).toBe(
    'file-malformed: the archive has no entry "version"',
  );
});

it('names the limit that an archive exceeds', () => {
  const bytes = zipArchive({ a: new Uint8Array(2000), b: '' }, { deflated: ['a'] });
  expect(refusal(() => openZip(bytesInMemory(bytes), { file: 'net.pt', budget: new Budget({ maxEntries: 1 }) }))).toContain(
    'limit-exceeded',
  );
  expect(
    refusal(() =>
      openZip(bytesInMemory(bytes), { file: 'net.pt', budget: new Budget({ maxBytes: 512 }) })
        .get('a')
        ?.open(),
    ),
  ).toBe('limit-exceeded: the model takes more than 512 bytes of unpacked or written data');
  expect(
    openZip(bytesInMemory(bytes), { file: 'net.pt', budget: new Budget({ maxBytes: 2000 }) })
      .get('a')
      ?.open().size,
  ).toBe(2000);
});

it('rejects an entry that inflates to another size', () => {
  const bytes = zipArchive({ a: long }, { deflated: ['a'] });
  const directory = new DataView(bytes.buffer);
  const record = bytes.findIndex((_, index) => index + 4 <= bytes.length && directory.getUint32(index, true) === 0x02014b50);
  for (const size of [long.length - 1, long.length + 1]) {
    directory.setUint32(record + 24, size, true);
    expect(refusal(() => openZip(bytesInMemory(bytes), { file: 'net.pt' }).get('a')?.open())).toBe(
      `file-malformed: the entry "a" does not inflate to ${size} bytes`,
    );
  }
});

it('rejects offsets outside of the file', () => {
  const bytes = zipArchive(files);
  const refusals = Array.from({ length: bytes.length }, (_, length) =>
    refusal(() => openZip(bytesInMemory(bytes.subarray(0, length)), { file: 'net.pt' })),
  );
  expect(refusals.filter((found) => !found.startsWith('file-truncated: the zip archive ends too early'))).toEqual([]);
});
