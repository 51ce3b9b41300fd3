import unplugin from '../index.ts';

/**
 * The plugin for Rollup.
 *
 * @example
 * ```ts
 * // rollup.config.js
 * import ncnn from 'unplugin-ncnn/rollup'
 *
 * export default { plugins: [ncnn()] }
 * ```
 */
const rollup: typeof unplugin.rollup = unplugin.rollup;

export { rollup as default, rollup as 'module.exports' };
