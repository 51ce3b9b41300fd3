/**
 * Width of a text in pixels, at least: boxes are drawn before the page knows the letters of the reader's system, so they are measured by wide
 * ones (DejaVu Sans). In bold a tenth more.
 */
export function textWidth(text: string, size: number, weight: 'normal' | 'bold' = 'normal'): number {
  const ems = [...text].reduce((sum, character) => sum + widthOf(character), 0);
  return ems * size * (weight === 'bold' ? 1.1 : 1);
}

/** In parts of the size of the letters. */
function widthOf(character: string): number {
  if (/[ijlI.,:;'|!()[\]\s]/.test(character)) return 0.4;
  if (/[frt/\\"-]/.test(character)) return 0.45;
  if (/[mwMWQ@%&…]|[^\u0020-\u024f×÷]/.test(character)) return 1;
  return /[A-Z0-9+×=<>~#_]/.test(character) ? 0.72 : 0.62;
}
