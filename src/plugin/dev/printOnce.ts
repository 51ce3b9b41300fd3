import type { Logger } from 'vite';

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals begin with one.
const colors = /\u001b\[[\d;]*m/g;

/**
 * Makes a logger of Vite print each error of this plugin once: Vite prints it when it transforms the module in advance, for the page, and for
 * each later request. Returns a function to call when a file changes, after which errors are printed again.
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
