import { build } from 'esbuild';
import ncnn from 'unplugin-ncnn/esbuild';

await build({ entryPoints: ['main.js'], bundle: true, format: 'esm', platform: 'node', outdir: 'dist', plugins: [ncnn()] });
