import unplugin from '../index.ts';

/**
 * The plugin for Farm.
 *
 * @example
 * ```ts
 * // farm.config.ts
 * import ncnn from 'unplugin-ncnn/farm'
 *
 * export default defineConfig({ plugins: [ncnn()] })
 * ```
 */
const farm: typeof unplugin.farm = unplugin.farm;

export { farm as default, farm as 'module.exports' };
