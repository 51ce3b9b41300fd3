const alphabet = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const padding = '='.charCodeAt(0);

/**
 * Bytes as padded base64 text (RFC 4648) on one line. Implemented here because the built-in functions exist only in Node or take a string.
 */
export function encodeBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  const letter = (bits: number): number => alphabet[bits & 63] ?? padding;
  let position = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const bits = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text[position++] = letter(bits >> 18);
    text[position++] = letter(bits >> 12);
    text[position++] = left > 1 ? letter(bits >> 6) : padding;
    text[position++] = left > 2 ? letter(bits) : padding;
  }
  return new TextDecoder().decode(text);
}
