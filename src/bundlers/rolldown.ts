import unplugin from '../index.ts';

/**
 * The plugin for Rolldown.
 *
 * @example
 * ```ts
 * // rolldown.config.ts
 * import ncnn from 'unplugin-ncnn/rolldown'
 *
 * export default defineConfig({ plugins: [ncnn()] })
 * ```
 */
const rolldown: typeof unplugin.rolldown = unplugin.rolldown;

export { rolldown as default, rolldown as 'module.exports' };
