import { cellsOf } from './table.mjs';

const quantities = { wall: 'wall', cpu: 'CPU', memory: 'memory' };

/** The documentation page with the latest table: CPU time and memory, which a busy machine changes least. */
export function docsPage({ node, processor, records }) {
  const head = ['work', 'ours', 'compared with', 'result', 'quartiles', 'at most'];
  const rows = records
    .filter(({ quantity }) => quantity !== 'wall')
    .map((record) => {
      const [title, ours, theirs, value, spread, most, state] = cellsOf(record);
      const compared = theirs === '' ? '' : `${theirs} (${besides[record.beside]})`;
      return [title, ours, compared, state === 'MISSED' ? `**${value}**` : value, spread, most];
    });
  const table = [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
  return `# Speed of the build

<!-- Written by \`npm run bench -- --write\`. -->

Processor time and memory of conversions and builds, on two cores of ${processor} with Node ${node.slice(1)}; the model files are in the page
cache. The native chain is onnx2ncnn, ncnnoptimize and ncnn2mem of ncnn, compiled with \`-O3\`; "Node" is \`node -e 0\`; "without models" is the same
build without imported models; "ONNX" is the same net in that format. The programs run in turn, and each result is the median of the rounds. Bold results exceed the target in
the last column.

${table}

The command line tool caches the compiled form of its script in \`node_modules/.cache/unplugin-ncnn\`, and the plugin caches converted models
there. The first call after an installation takes 0.1 s longer than in the table. \`NODE_DISABLE_COMPILE_CACHE=1\` disables the cache of the
tool. Several models in one call are converted in parallel, by as many threads as there are processors, but at most four. Weights of ONNX
and PyTorch files over 16 MiB are read only when they are written.

\`npm run bench\` measures everything except the native chain on your machine; the comment at the top of \`scripts/bench.mjs\` describes its
options. [Speed of nets](speed.md) shows how long the converted nets take.
`;
}

const besides = { native: 'native chain', node: 'Node', onnx: 'ONNX', without: 'without models' };

/** A page with a plot for each line, from the oldest table to the newest. */
export function plotsPage(tables) {
  const names = new Map();
  for (const { date, commit, records } of tables) {
    for (const record of records.filter(({ value }) => value !== undefined)) {
      const key = `${record.name}: ${quantities[record.quantity]}`;
      names.set(key, [...(names.get(key) ?? []), { date, commit, ...record }]);
    }
  }
  const plots = [...names].map(([title, points]) => `<figure><figcaption>${escaped(title)}</figcaption>${plot(points)}</figure>`);
  return `<!doctype html><meta charset="utf-8"><title>npm run bench</title>
<style>body{font:14px system-ui;margin:2em}figure{display:inline-block;margin:1em}circle{fill:#246}path{stroke:#246;fill:none}line{stroke:#a40;stroke-dasharray:4}rect{fill:#24643322}</style>
<h1>npm run bench</h1><p>Medians from old to new, quartiles shaded; the dashed line is the target.</p>
${plots.join('\n')}
`;
}

const [width, height, margin] = [360, 160, 24];

function plot(points) {
  const top = 1.1 * Math.max(...points.flatMap(({ spread, most }) => [spread[1], most ?? 0]));
  const x = (index) => margin + ((width - 2 * margin) * (index + 0.5)) / points.length;
  const y = (value) => height - margin - ((height - 2 * margin) * value) / top;
  const line = points.map(({ value }, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(value)}`).join('');
  const dots = points.map((point, index) => {
    const [low, high] = point.spread;
    const text = cellsOf(point)[3];
    const about = escaped(`${text}, ${point.date.slice(0, 16)}, ${point.commit}`);
    return `<rect x="${x(index) - 4}" width="8" y="${y(high)}" height="${Math.max(0, y(low) - y(high))}"/><circle cx="${x(index)}" cy="${y(point.value)}" r="3"><title>${about}</title></circle>`;
  });
  const most = points.at(-1).most;
  const target = most === undefined ? '' : `<line x1="${margin}" x2="${width - margin}" y1="${y(most)}" y2="${y(most)}"/>`;
  const last = cellsOf(points.at(-1))[3];
  return `<svg width="${width}" height="${height}">${target}<path d="${line}"/>${dots.join('')}<text x="${width - margin}" y="16" text-anchor="end">${escaped(last)}</text></svg>`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
