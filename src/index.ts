import { createUnplugin, type UnpluginInstance } from 'unplugin';
import { createPlugins } from './plugin/factory.ts';
import type { Options } from './project/options/options.ts';

export type { ModelOptions, Options } from './project/options/options.ts';

/** The plugin for all bundlers; the entry for a single one is `unplugin-ncnn/<bundler>`. */
const unplugin: UnpluginInstance<Options | undefined, true> = createUnplugin(createPlugins);

export { unplugin as default, unplugin as 'module.exports' };
