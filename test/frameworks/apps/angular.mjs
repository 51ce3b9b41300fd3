import { modelFile } from '../harness.mjs';

const packages = ['core', 'common', 'compiler', 'compiler-cli', 'platform-browser', 'build', 'cli'];

export default {
  name: 'angular',
  title: 'Angular',
  shows: '@angular/core',
  packages: [...packages.map((name) => `@angular/${name}`), '@angular-builders/custom-esbuild', 'rxjs', 'tslib', 'typescript@~6.0'],
  setup: ['angular.json', 'esbuild/ncnn.mjs', 'tsconfig.json', 'src/main.ts'],
  note: "Angular's builder does not support esbuild plugins; `@angular-builders/custom-esbuild` adds them. It does not write the assets of plugins, so the weights are embedded.",
  files: {
    'angular.json': `{
  "version": 1,
  "projects": {
    "app": {
      "projectType": "application",
      "root": "",
      "sourceRoot": "src",
      "architect": {
        "build": {
          "builder": "@angular-builders/custom-esbuild:application",
          "options": {
            "outputPath": "dist",
            "index": "src/index.html",
            "browser": "src/main.ts",
            "tsConfig": "tsconfig.json",
            "plugins": ["./esbuild/ncnn.mjs"]
          }
        }
      }
    }
  },
  "cli": { "analytics": false }
}
`,
    'esbuild/ncnn.mjs': `import ncnn from 'unplugin-ncnn/esbuild';

export default ncnn({ inline: true });
`,
    'tsconfig.json': `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "preserve",
    "moduleResolution": "bundler",
    "strict": true,
    "skipLibCheck": true,
    "types": ["unplugin-ncnn/client"]
  },
  "files": ["src/main.ts"]
}
`,
    'src/index.html': '<!doctype html><html><head><base href="/"></head><body><app-root></app-root></body></html>',
    'src/main.ts': `import { Component, provideZonelessChangeDetection, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import net, { loadBin } from './alexa.onnx?ncnn';

@Component({ selector: 'app-root', template: '<pre id="result">{{ result() }}</pre>' })
class App {
  readonly result = signal('');

  constructor() {
    loadBin().then((weights) => this.result.set(JSON.stringify({ page: weights.length, layer: net.layers['Gemm_3'] })));
  }
}

bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] });
`,
    'src/alexa.onnx': modelFile,
  },
  build: ['ng', 'build'],
  page: 'src/main.ts',
  async check({ run, serveFolder, visit, bytes }) {
    run('ng', 'build');
    return await serveFolder('dist/browser', (origin) => visit(origin, { page: bytes, layer: 3 }));
  },
};
