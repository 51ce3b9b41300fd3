import type { ReportData } from './data.ts';
import { jsonText, Markup, markup } from './markup.ts';
import { drawNets, pageNetOf } from './netView.ts';
import { pageScript } from './page/index.ts';
import { diagnosticsSection } from './sections/diagnostics.ts';
import { factsSection } from './sections/facts.ts';
import { graphSection } from './sections/graph.ts';
import { optimizationSection } from './sections/optimization.ts';
import { phonesSection } from './sections/phones.ts';
import { portsSection } from './sections/ports.ts';
import { timesSection } from './sections/times.ts';
import { weightsSection } from './sections/weights.ts';
import { style } from './style.ts';

export { type MeasuredRun, type ReportData, type ReportSource, reportData } from './data.ts';
export type { DescribedLayer } from './layers.ts';
export type { ConversionTrace } from './trace.ts';

/**
 * The report of a converted model: one HTML file that needs no network and no server. Its content security policy allows only its own style
 * and script, by their hashes; names from the model are always escaped as text.
 *
 * @example
 * ```ts
 * const conversion = await convert('net.onnx');
 * writeFileSync('net.html', await renderReport(reportData(conversion)));
 * ```
 */
export async function renderReport(data: ReportData): Promise<string> {
  const nets = await drawNets(data);
  const script = pageScript();
  const policy = `default-src 'none'; style-src '${await hashOf(style)}'; script-src '${await hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${data.name}: ncnn report</title>
<style>${raw(style)}</style>
</head>
<body>
<header><h1>${data.name}</h1><p>${[data.format, data.about].filter((text) => text !== '').join(', ')}</p></header>
<main>
${factsSection(data)}
${data.diagnostics.length > 0 ? diagnosticsSection(data) : undefined}
${graphSection(nets)}
${portsSection(data)}
${optimizationSection(data)}
${data.run === undefined ? undefined : timesSection(data, data.run)}
${data.phone === undefined ? undefined : phonesSection(data, data.phone)}
${weightsSection(data)}
${data.diagnostics.length > 0 ? undefined : diagnosticsSection(data)}
</main>
<footer>Made by unplugin-ncnn. Split layers, which copy nothing, are not drawn.</footer>
<script type="application/json" id="nets">${jsonText(Object.fromEntries(nets.map((net) => [net.which, pageNetOf(net)])))}</script>
<script>${raw(script)}</script>
</body>
</html>
`;
  return page.text;
}

/** Text of this package, which contains no end tag. */
function raw(text: string): Markup {
  return new Markup(text);
}

async function hashOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}
