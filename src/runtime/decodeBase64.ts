/**
 * Decodes base64 text to bytes. It works in slices, so that a large net is not copied a second time.
 *
 * Its source is written into every emitted module: it must not refer to anything outside of itself.
 */
export function decodeBase64(text: string): Uint8Array {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const slice = 1 << 18;
  let position = 0;
  for (let start = 0; start < text.length; start += slice) {
    const binary = atob(text.slice(start, start + slice));
    for (let index = 0; index < binary.length; index++) bytes[position++] = binary.charCodeAt(index);
  }
  return bytes;
}
