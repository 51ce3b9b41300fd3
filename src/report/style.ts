/** The style of the page: light or dark according to the system, and for print. */
export const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f7, #0f1314);
  --card: light-dark(#fff, #171d1e);
  --raised: light-dark(#fff, #1e2627);
  --line: light-dark(#dde3e3, #2b3435);
  --edge: light-dark(#a9b4b5, #4d5a5c);
  --text: light-dark(#172021, #e6ecec);
  --muted: light-dark(#566364, #9aa8a9);
  --accent: light-dark(#0f766e, #5eead4);
  --soft: light-dark(#e0f4f0, #113733);
  --warning: light-dark(#8a5300, #fbbf24);
  --error: light-dark(#b42318, #fca5a5);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace;
}
.input { --family: light-dark(#3f4c5c, #a9b8ca); }
.convolution { --family: light-dark(#2563eb, #7db0ff); }
.linear { --family: light-dark(#c026a8, #f08ade); }
.sequence { --family: light-dark(#be123c, #ff8fa5); }
.normalization { --family: light-dark(#7c3aed, #bba4ff); }
.activation { --family: light-dark(#8f5c0c, #f2bf5e); }
.pooling { --family: light-dark(#15803d, #6dd28d); }
.arithmetic { --family: light-dark(#c2410c, #ff9c68); }
.movement { --family: light-dark(#5b6b82, #8d9db3); }
.other { --family: light-dark(#0f766e, #5eead4); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 96rem; padding: 1.75rem clamp(1rem, 3vw, 2.5rem) 3rem; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header h1 { margin: 0; font-size: 1.6rem; letter-spacing: -0.015em; line-height: 1.2; overflow-wrap: anywhere; }
header p { margin: 0.2rem 0 0; color: var(--muted); overflow-wrap: anywhere; }
h2 { margin: 0 0 0.7rem; font-size: 1.05rem; }
h3 { margin: 1.4rem 0 0.5rem; font-size: 0.92rem; }
code { font: 0.88em var(--mono); overflow-wrap: anywhere; }
small { color: var(--muted); font-size: 0.86em; }
section { margin-top: 2rem; }
button, input { font: inherit; color: inherit; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[hidden] { display: none !important; }
.quiet { color: var(--muted); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); margin: 1.4rem 0 0; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); overflow: hidden; }
.facts div { padding: 0.8rem 1.1rem; box-shadow: -1px -1px 0 var(--line); }
.facts dt { color: var(--muted); font-size: 0.82rem; }
.facts dd { margin: 0; font-size: 1.3rem; font-weight: 600; letter-spacing: -0.01em; font-variant-numeric: tabular-nums; }
.facts dd small { display: block; min-height: 1.3em; font-size: 0.82rem; font-weight: 400; letter-spacing: 0; }
.diagnostics { margin: 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); }
.diagnostics li { display: grid; grid-template-columns: 5rem 1fr; gap: 0.5rem; padding: 0.7rem 1.1rem; }
.diagnostics li + li { border-top: 1px solid var(--line); }
.diagnostics p { margin: 0; max-width: 80ch; overflow-wrap: anywhere; }
.diagnostics .hint { color: var(--muted); font-size: 0.9em; }
.severity { font-weight: 600; font-size: 0.88em; color: var(--accent); }
.warning .severity { color: var(--warning); }
.error .severity { color: var(--error); }
.explorer { scroll-margin-top: 1rem; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem; margin-bottom: 0.6rem; }
.tools .spring { flex: 1; }
.tools input { width: 17rem; max-width: 100%; padding: 0.4rem 0.75rem; border: 1px solid var(--line); border-radius: 0.55rem; background: var(--card); }
.found { color: var(--muted); font-size: 0.88rem; font-variant-numeric: tabular-nums; }
.choice { display: inline-flex; border: 1px solid var(--line); border-radius: 0.55rem; overflow: hidden; background: var(--card); }
.choice button { border: 0; padding: 0.4rem 0.8rem; background: none; }
.choice button + button { border-left: 1px solid var(--line); }
.choice button:hover { background: var(--soft); }
.choice button:focus-visible { outline-offset: -2px; border-radius: 0.5rem; }
.choice [aria-pressed="true"] { background: var(--soft); color: var(--accent); font-weight: 600; }
.stage { display: grid; grid-template-columns: minmax(0, 1fr); border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); overflow: hidden; }
.outline { display: none; }
.live .stage { height: min(78vh, 60rem); min-height: 26rem; grid-template: minmax(0, 1fr) / 18rem minmax(0, 1fr); }
.live .stage:has(.details:not([hidden])) { grid-template-columns: 18rem minmax(0, 1fr) 19rem; }
.live .outline { display: block; position: relative; overflow-y: auto; border-right: 1px solid var(--line); }
.outline ol { margin: 0; padding: 0.4rem; list-style: none; }
.outline li { content-visibility: auto; contain-intrinsic-size: auto 2.6rem; }
.outline button { display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: 0.5rem; width: 100%; padding: 0.28rem 0.5rem 0.28rem 0.7rem; border: 0; border-radius: 0.4rem; background: none; box-shadow: inset 3px 0 0 -0px transparent; text-align: left; line-height: 1.3; position: relative; }
.outline button::before { content: ""; position: absolute; left: 0; top: 0.4rem; bottom: 0.4rem; width: 3px; border-radius: 2px; background: var(--family); }
.outline b { grid-column: 1 / -1; font-size: 0.84rem; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.outline span { color: var(--muted); font-size: 0.78rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; direction: rtl; text-align: left; }
.outline small { font-size: 0.74rem; align-self: center; white-space: nowrap; font-variant-numeric: tabular-nums; }
.outline button:hover { background: light-dark(#eef2f2, #202a2b); }
.outline button.chosen { background: var(--soft); }
.view { position: relative; min-width: 0; background: light-dark(#fafbfb, #12181a); }
.net { height: 100%; }
.graph { display: block; width: 100%; height: auto; max-height: 90vh; }
.live .graph { height: 100%; max-height: none; cursor: grab; touch-action: none; user-select: none; }
.live .graph:active { cursor: grabbing; }
.graph:focus-visible { outline-offset: -3px; }
.edges path { fill: none; stroke: var(--edge); stroke-width: 1.3; }
.edges .far path { stroke-width: 1; stroke-opacity: 0.55; }
.edges .near path { stroke: var(--accent); stroke-width: 2.4; stroke-opacity: 1; }
.graph marker path { fill: var(--edge); }
.edges text { fill: var(--muted); font: 10px system-ui, sans-serif; paint-order: stroke; stroke: light-dark(#fafbfb, #12181a); stroke-width: 3px; }
.node { cursor: pointer; outline: none; }
.node > rect { fill: var(--raised); stroke: var(--line); stroke-width: 1.2; }
.node.input > rect { fill: var(--family); stroke: none; }
.node .band { fill: var(--family); }
.node .type { fill: var(--text); font: 600 13px system-ui, sans-serif; }
.node .name { fill: var(--muted); font: 11px system-ui, sans-serif; }
.node.input text { fill: light-dark(#fff, #12181a); text-anchor: middle; }
.mark rect { fill: var(--soft); stroke: var(--accent); stroke-width: 0.8; }
.mark text { fill: var(--accent); font: 600 10.5px system-ui, sans-serif; text-anchor: middle; }
.node.loss-medium > rect { stroke: light-dark(#b58900, #d8b13a); stroke-width: 2; }
.node.loss-large > rect { stroke: light-dark(#cb4b16, #f08a55); stroke-width: 2.4; }
.node.loss-overflow > rect { stroke: light-dark(#b00020, #ff6b7d); stroke-width: 3; }
.node.loss-kept > rect { stroke: light-dark(#1f7a4d, #5fd39b); stroke-width: 3; stroke-dasharray: 6 3; }
span.loss-medium { color: light-dark(#8a6800, #d8b13a); }
span.loss-large { color: light-dark(#b03f10, #f08a55); }
span.loss-overflow { color: light-dark(#b00020, #ff6b7d); }
span.loss-kept { color: light-dark(#1f7a4d, #5fd39b); }
.node:hover > rect { stroke: var(--family); }
.node.chosen > rect, .node:focus-visible > rect { stroke: var(--accent); stroke-width: 2.6; }
.searching .node { opacity: 0.22; }
.searching .node.hit { opacity: 1; }
.searching .node.hit > rect { stroke: var(--accent); stroke-width: 2; }
.far-away .node:not(.input) > rect { fill: var(--family); fill-opacity: 0.28; stroke: var(--family); }
.far-away .name, .far-away .mark, .far-away .edges text { display: none; }
.far-away .node .type { font-size: 19px; transform: translateY(9px); }
.overview { position: absolute; right: 0; top: 0; width: 72px; height: 100%; border-left: 1px solid var(--line); background: var(--card); color: var(--accent); cursor: pointer; touch-action: none; }
.live .net { padding-right: 72px; }
.overview { display: none; }
.live .overview { display: block; }
.probe { color: var(--family); position: absolute; }
.details { overflow-y: auto; border-left: 1px solid var(--line); padding: 0.9rem 1rem 1.2rem; font-size: 0.88rem; }
.details header { position: relative; padding-right: 1.8rem; }
.details .close { position: absolute; right: -0.4rem; top: -0.35rem; width: 1.9rem; height: 1.9rem; border: 0; border-radius: 0.4rem; background: none; font-size: 1.2rem; line-height: 1; color: var(--muted); }
.details .close:hover { background: var(--soft); }
.kind { color: var(--family); font-weight: 650; }
.details h3 { margin: 0.1rem 0 0.5rem; font: 600 0.88rem var(--mono); overflow-wrap: anywhere; }
.details h4 { margin: 1rem 0 0.3rem; font-size: 0.8rem; color: var(--muted); font-weight: 600; }
.details dl { display: grid; grid-template-columns: minmax(5.5rem, auto) minmax(0, 1fr); gap: 0.15rem 0.8rem; margin: 0; }
.details dt { color: var(--muted); overflow-wrap: anywhere; }
.details dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; text-align: right; }
.details ul { margin: 0; padding: 0; list-style: none; }
.details .go { display: block; width: 100%; padding: 0.3rem 0.5rem; margin-bottom: 0.25rem; border: 1px solid var(--line); border-radius: 0.4rem; background: none; text-align: left; }
.details .go:hover { border-color: var(--accent); }
.details .go b, .details .go span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.details .go span { color: var(--muted); font-size: 0.92em; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; margin: 0.7rem 0 0; padding: 0; list-style: none; color: var(--muted); font-size: 0.84rem; }
.legend li::before { content: ""; display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.45em; border-radius: 0.2em; background: var(--family); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.42rem 0.9rem; text-align: left; vertical-align: baseline; }
thead th { color: var(--muted); font-weight: 500; font-size: 0.84rem; white-space: nowrap; }
tbody tr, tfoot tr { border-top: 1px solid var(--line); }
tbody th { font-weight: 600; }
tbody th, .heavy td:first-child { min-width: 9rem; overflow-wrap: anywhere; }
tfoot th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.ports { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); }
.ports > div { min-width: 0; }
.ports code { white-space: nowrap; }
.comparison td:last-child { width: 40%; color: var(--muted); }
.comparison tbody tr:not(.differs) th, .comparison tbody tr:not(.differs) td { color: var(--muted); font-weight: 400; }
.bars { display: block; width: 100%; height: 14px; }
.bars .was { fill: var(--edge); }
.bars .is { fill: var(--family); }
.bar { display: block; width: 100%; height: 8px; }
.bar rect { fill: var(--family); rx: 2px; }
.passes { display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0; padding: 0; list-style: none; }
.passes li { padding: 0.2rem 0.65rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--card); font-size: 0.9rem; }
.passes b { color: var(--accent); font-variant-numeric: tabular-nums; }
.passes details { font-size: 0.9em; }
.passes summary { color: var(--muted); cursor: pointer; }
.profile { margin: 0 0 1rem; }
.profile figcaption { color: var(--muted); font-size: 0.84rem; margin-bottom: 0.3rem; }
.profile svg { display: block; width: 100%; height: 4.2rem; }
.profile rect { fill: var(--family); }
.heavy td:nth-child(5) { width: 22%; min-width: 6rem; vertical-align: middle; }
.heavy a { color: inherit; text-decoration-color: var(--edge); text-underline-offset: 0.2em; }
.heavy a:hover { color: var(--accent); }
footer { margin-top: 2.5rem; color: var(--muted); font-size: 0.84rem; }
@media (max-width: 60rem) {
  .live .stage { grid-template: minmax(0, 1fr) / minmax(0, 1fr); }
  .live .stage:has(.details:not([hidden])) { grid-template: minmax(0, 1fr) 45% / minmax(0, 1fr); }
  .live .outline { display: none; }
  .details { grid-row: 2; border-left: 0; border-top: 1px solid var(--line); }
  .overview { width: 44px; }
  .live .net { padding-right: 44px; }
  .tools input { flex: 1; min-width: 9rem; }
}
@media (max-width: 40rem) {
  th, td { padding: 0.42rem 0.55rem; }
  tbody th, .heavy td:first-child { min-width: 7rem; }
  .comparison td:last-child, .comparison td:empty { display: none; }
}
@media (prefers-reduced-motion: no-preference) {
  .node, .node > rect { transition: opacity 0.12s; }
}
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .tools, .overview, .details, footer { display: none !important; }
  .live .stage { display: block; height: auto; min-height: 0; border: 0; overflow: visible; }
  .live .net { padding: 0; }
  .live .graph { height: auto; max-height: 24cm; }
  .live.tall .view { display: none; }
  .live .outline { display: none; }
  .live.tall .outline { display: block; overflow: visible; border: 0; }
  .tall .outline ol { columns: 3; }
  .outline li { content-visibility: visible; break-inside: avoid; }
  section, tr, .facts { break-inside: avoid; }
  .explorer, section:has(.heavy) { break-inside: auto; }
}
`;
