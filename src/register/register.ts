/** Lets Node import models: `node --import unplugin-ncnn/register app.js`. */
import { register } from 'node:module';

register('./registerHooks.mjs', import.meta.url);
