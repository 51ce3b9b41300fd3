/** TypeScript for webpack, as small as this app needs it. */
const { transform } = require('esbuild');

module.exports = function load(source) {
  const done = this.async();
  transform(source, { loader: 'ts', sourcemap: true, sourcefile: this.resourcePath }).then(
    ({ code, map }) => done(null, code, map),
    (error) => done(error),
  );
};
