/**
 * An upper estimate of the width of a text in pixels. Boxes are drawn before the fonts of the reader's system are known, so the text is
 * measured with a wide font (DejaVu Sans); bold text is a tenth wider.
 */
export function textWidth(text: string, size: number, weight: 'normal' | 'bold' = 'normal'): number {
  const ems = [...text].reduce((sum, character) => sum + widthOf(character), 0);
  return ems * size * (weight === 'bold' ? 1.1 : 1);
}

/** Width as a fraction of the font size. */
function widthOf(character: string): number {
  if (/[ijlI.,:;'|!()[\]\s]/.test(character)) return 0.4;
  if (/[frt/\\"-]/.test(character)) return 0.45;
  if (/[mwMWQ@%&…]|[^\u0020-\u024f×÷]/.test(character)) return 1;
  return /[A-Z0-9+×=<>~#_]/.test(character) ? 0.72 : 0.62;
}
