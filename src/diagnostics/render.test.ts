import { describe, expect, it } from 'vitest';
import { diagnostic } from './diagnostic.ts';
import { noColors } from './paint.ts';
import { formatBytes, renderDiagnostics } from './render.ts';

describe('renderDiagnostics', () => {
  it('renders code, file, location and hint', () => {
    const place = { file: 'net.onnx', node: 'topk_0', operator: 'TopK', opset: 11, shapes: ['[1,100]', '[1]'] };
    expect(renderDiagnostics([diagnostic('operator-unsupported', 'ncnn has no TopK', 'Cut before it.', place)], noColors)).toEqual([
      'error operator-unsupported in net.onnx: ncnn has no TopK',
      '  at TopK "topk_0" (opset 11; inputs [1,100], [1])',
      '  fix: Cut before it.',
    ]);
  });

  it('renders the line of a text file', () => {
    const at = (place: object) => renderDiagnostics([diagnostic('file-malformed', 'm', 'h', { file: 'a', ...place })], noColors)[0];
    expect(at({ line: 3, column: 7 })).toBe('error file-malformed in a:3:7: m');
  });

  it('renders the offset of a binary file', () => {
    const at = (place: object) => renderDiagnostics([diagnostic('file-malformed', 'm', 'h', { file: 'a', ...place })], noColors)[0];
    expect(at({ offset: 12 })).toBe('error file-malformed in a (byte 12): m');
  });

  it('groups equal diagnostics and counts those beyond five', () => {
    const seven = Array.from({ length: 7 }, (_, index) =>
      diagnostic('operator-unsupported', 'm', 'h', { operator: 'Det', node: `n${index}` }),
    );
    const lines = renderDiagnostics(seven, noColors);
    expect(lines).toHaveLength(8);
    expect(lines[5]).toBe('  at Det "n4"');
    expect(lines[6]).toBe('  at 2 more');
  });

  it('sorts errors before warnings and infos', () => {
    const mixed = [diagnostic('batch-per-sample', 'i', 'h'), diagnostic('name-changed', 'w', 'h'), diagnostic('file-missing', 'e', 'h')];
    const lines = renderDiagnostics(mixed, noColors).filter((line) => !line.startsWith(' '));
    expect(lines).toEqual(['error file-missing: e', 'warning name-changed: w', 'info batch-per-sample: i']);
  });

  it('shortens shapes that are long formulas', () => {
    const lines = renderDiagnostics(
      [diagnostic('operator-unsupported', 'm', 'h', { operator: 'Add', shapes: [`[${'n'.repeat(80)}]`] })],
      noColors,
    );
    expect(lines[1]).toBe(`  at Add (inputs [${'n'.repeat(47)}…)`);
  });

  it('colors the label by severity', () => {
    const painted = renderDiagnostics([diagnostic('name-changed', 'm', 'h')], (style, text) => `<${style}>${text}</>`);
    expect(painted[0]).toBe('<yellow>warning name-changed</>: m');
  });
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_960, '1.0 MB'],
  [102_160_000, '102.2 MB'],
  [5e12, '5000.0 GB'],
])('formats %d bytes', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
