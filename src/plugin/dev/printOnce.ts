import type { Logger } from 'vite';

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals begin with one.
const colors = /\u001b\[[\d;]*m/g;

/**
 * Has a logger of Vite print an error of ours once: Vite prints it for the request beforehand, for that of the page and for each later one.
 * Returns what to call when a file changed, after which it is news again.
 */
export function printOnce(logger: Logger): () => void {
  const printed = new Set<string>();
  const print = logger.error.bind(logger);
  logger.error = (text, options) => {
    const plain = text.replace(colors, '');
    if (plain.includes('Plugin: unplugin-ncnn')) {
      const message = plain.replace(/^(?:Pre-transform|Internal server) error: /, '');
      if (printed.has(message)) return;
      printed.add(message);
    }
    print(text, options);
  };
  return () => printed.clear();
}
