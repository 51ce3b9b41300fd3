import { describe, expect, it } from 'vitest';
import { visible, visibleJson } from './visible.ts';

describe('visible', () => {
  it('escapes terminal control characters', () => {
    expect(visible('a\u001b[2Jb\u009b1m\u0007\r\n\tc\0')).toBe('a\\x1b[2Jb\\x9b1m\\x07\\r\\n\\tc\\x00');
  });

  it('escapes other line endings, direction marks and lone surrogates', () => {
    expect(visible('a\u2028b\u202ec\ud800d')).toBe('a\\u2028b\\u202ec\\ud800d');
  });

  it('keeps letters of any language', () => {
    const text = 'Größe "x" \\ 模型 😀 é';
    expect(visible(text)).toBe(text);
  });
});

describe('visibleJson', () => {
  it('is JSON of the same value without control characters', () => {
    const value = { name: 'a\u001b\u009b\u2028\u202e\n"😀' };
    const text = visibleJson(value);
    expect(text).toMatch(/^[\x20-\x7e😀]+$/u);
    expect(JSON.parse(text)).toEqual(value);
  });
});
