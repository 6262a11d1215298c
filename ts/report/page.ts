import { readFileSync } from 'node:fs';
import path from 'node:path';
import { drawReport } from './drawReport';
import type { Fact, FigureTable, ReportData } from './ReportData';

/** One HTML page with everything in it: data, styles, uPlot. It asks the network for nothing. */
export function reportPage(data: ReportData): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(data.title)}</title>
<style>${uPlotFile('uPlot.min.css')}${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(data.title)}</h1>
<p class="date">${escape(data.date)}</p>
${facts(data.facts)}
<h2>Final figures</h2>
${figures(data.figures)}
<h2>Training</h2>
${data.bestEpoch === undefined ? '' : `<p class="note">Dashed vertical line: epoch ${data.bestEpoch}, whose state was kept.</p>`}
<div id="charts"></div>
<h2>Windows of the ${escape(data.windowsSplit)} split</h2>
${windowsNote(data)}
<div id="windows"></div>
<details><summary>Settings</summary>${settings(data.settings)}</details>
</main>
<script type="application/json" id="data">${embed(data)}</script>
<script>${uPlotFile('uPlot.iife.min.js')}</script>
<script>(${drawReport.toString()})(JSON.parse(document.getElementById('data').textContent), uPlot);</script>
</body>
</html>
`;
}

/** JSON that cannot end its script element. */
function embed(data: ReportData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

function uPlotFile(name: string): string {
  return readFileSync(path.join(path.dirname(require.resolve('uplot')), name), 'utf8').replace(
    /\n?\/[/*]# sourceMappingURL.*/g,
    '',
  );
}

function facts(list: Fact[]): string {
  const items = list.map(({ name, value }) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`);
  return `<dl class="facts">${items.join('')}</dl>`;
}

function figures({ columns, rows }: FigureTable): string {
  if (rows.length === 0) return '<p class="note">There was no labelled split to take figures on.</p>';
  const head = ['', ...columns].map((name) => `<th>${escape(name)}</th>`).join('');
  const body = rows.map(
    ({ name, cells }) => `<tr><th>${escape(name)}</th>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table class="figures"><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function windowsNote({ windows }: ReportData): string {
  if (windows.length === 0) return '<p class="note">There are no windows to show.</p>';
  const truth = windows.some((window) => window.trueLabel) ? 'true: the point labels; ' : '';
  return `<p class="note">Hit, miss and false alarm say whether the window as a whole was found. Under each series, its dense score (dashed: the threshold) and strips. ${truth}point: where the dense score reaches the threshold;
segment: what the model returns.</p>`;
}

function settings(values: Record<string, unknown>): string {
  const rows = Object.entries(values).map(
    ([name, value]) => `<tr><th>${escape(name)}</th><td>${escape(JSON.stringify(value) ?? '')}</td></tr>`,
  );
  return `<table class="settings"><tbody>${rows.join('')}</tbody></table>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const STYLE = `
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1b1f24; --muted: #667080; --grid: #e6e9ee; --border: #dde1e7; --strip: #eef0f4; --padding: #eceef2;
  --shade: #d6493026; --true: #d64930; --point: #d99a1c; --segment: #2f6fd0; --score: #2f6fd0; --good: #1f8a4c; --bad: #c0392b; --warn: #b7791f;
  --line1: #2f6fd0; --line2: #e0792b; --line3: #2a9d5c; --line4: #b0389b; --line5: #7a5cd6; --line6: #1a9aa6; --line7: #a8792a; --line8: #6b7684; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14171b; --card: #1d2126; --text: #e6e9ed; --muted: #98a2b0; --grid: #2c323a; --border: #2f353d; --strip: #272c33; --padding: #23282e;
  --shade: #f0705538; --true: #f07055; --point: #e3b04b; --segment: #6ea3f0; --score: #6ea3f0; --good: #4cc27e; --bad: #f07a6c; --warn: #e3b04b;
  --line1: #6ea3f0; --line2: #f0a060; --line3: #5cc98a; --line4: #d97fc8; --line5: #a995f0; --line6: #58c4cf; --line7: #d0a860; --line8: #a3adba; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0; }
h2 { font-size: 18px; margin: 36px 0 10px; }
h3 { font-size: 14px; font-weight: 600; margin: 0 0 6px; }
.date, .note, .where { color: var(--muted); }
.date { margin: 4px 0 20px; }
.note { margin: 0 0 12px; font-size: 14px; max-width: 110ch; }
.where { font-weight: 400; margin-left: 12px; }
.facts { display: flex; flex-wrap: wrap; gap: 10px; margin: 0; }
.facts div, .card, .scroll, details { background: var(--card); border: 1px solid var(--border); border-radius: 8px; }
.facts div { padding: 8px 14px; }
dt { color: var(--muted); font-size: 12px; }
dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; padding: 4px 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.figures { width: 100%; }
th, td { padding: 5px 14px; text-align: right; white-space: nowrap; }
tbody th, .settings td { text-align: left; font-weight: 400; }
thead th { color: var(--muted); font-weight: 500; font-size: 13px; }
.figures tbody tr { border-top: 1px solid var(--grid); }
#charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 14px; }
.card { padding: 12px; margin: 0; min-width: 0; }
#windows { display: grid; gap: 14px; }
.kind { display: inline-block; padding: 0 9px; margin-right: 6px; border-radius: 10px; border: 1px solid currentColor; font-size: 12px; }
.hit, .normal { color: var(--good); } .miss { color: var(--bad); } .false-alarm { color: var(--warn); }
.u-legend { font-size: 12px; text-align: left; }
.u-inline.u-live th::after { content: ""; }
.u-legend th { padding: 2px; font-weight: 400; } .u-legend td { padding: 2px; }
details { margin-top: 36px; padding: 10px 16px; }
summary { cursor: pointer; font-weight: 600; }
.figures tbody th { white-space: pre; }
.settings th { color: var(--muted); }
`;
