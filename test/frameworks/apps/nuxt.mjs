import { modelFile } from '../harness.mjs';

export default {
  name: 'nuxt',
  title: 'Nuxt',
  shows: 'nuxt',
  packages: ['nuxt', 'vue'],
  setup: ['nuxt.config.js', 'app/app.vue', 'server/api/net.get.js'],
  note: "Vite builds the pages, and Nitro's bundler builds `server/api`. Both need the plugin.",
  files: {
    'nuxt.config.js': `import forNitro from 'unplugin-ncnn/rollup';
import forPages from 'unplugin-ncnn/vite';

export default defineNuxtConfig({
  compatibilityDate: '2026-01-01',
  vite: { plugins: [forPages()] },
  nitro: { rollupConfig: { plugins: [forNitro()] } },
});
`,
    'app/app.vue': `<script setup>
import { LayerId, loadBin } from './alexa.onnx?ncnn';
const { data } = await useAsyncData(async () => (await loadBin()).length);
const result = ref('');
onMounted(async () => {
  const weights = await loadBin();
  const api = await $fetch('/api/net');
  result.value = JSON.stringify({ server: data.value, page: weights.length, api: api.bytes, layer: LayerId.Gemm_3 });
});
</script>

<template>
  <pre id="result">{{ result }}</pre>
</template>
`,
    'server/api/net.get.js': `import net from '../../app/alexa.onnx?ncnn';

export default defineEventHandler(async () => ({ bytes: (await net.loadBin()).length }));
`,
    'app/alexa.onnx': modelFile,
  },
  build: ['nuxt', 'build'],
  page: 'app/app.vue',
  pages: '.output/public',
  async check({ run, serve, visit, bytes }) {
    run('nuxt', 'build');
    return await serve(['node', '.output/server/index.mjs'], (origin) =>
      visit(origin, { server: bytes, page: bytes, api: bytes, layer: 3 }),
    );
  },
};
