/** Makes Node import models by itself: `node --import unplugin-ncnn/register app.js`. */
import { register } from 'node:module';

register('./registerHooks.mjs', import.meta.url);
