/** Parts of JavaScript and TypeScript source that are safe for any name. */

/**
 * A string literal. It also escapes U+2028 and U+2029, which older parsers treat as line ends, and `<`, so that the code can be inside a
 * `<script>` element.
 */
export function stringLiteral(value: string): string {
  return JSON.stringify(value).replace(/[\u2028\u2029<]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A key of an object literal. `__proto__` becomes a computed key, because a plain one would set the prototype. */
export function propertyKey(name: string): string {
  if (name === '__proto__') return '["__proto__"]';
  return isPlain(name) ? name : stringLiteral(name);
}

/** A key of an object type, where `__proto__` is an ordinary name. */
export function propertyName(name: string): string {
  return isPlain(name) ? name : stringLiteral(name);
}

/** Text for use inside a block comment, on one line. */
export function commentText(text: string): string {
  return text.replaceAll('*/', '*\\/').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function isPlain(name: string): boolean {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name);
}
