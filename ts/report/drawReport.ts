import type { Chart, ReportData, ReportWindow } from './ReportData';

/*
 * drawReport runs in the reader's browser: page.ts puts its source text into the page. It may therefore use nothing but its
 * arguments, its own inner functions and the browser's globals, the few of which are declared here.
 */
interface Element {
  append(...children: (Element | string)[]): void;
  replaceChildren(): void;
  className: string;
  textContent: string;
  clientWidth: number;
}
interface Plot {
  ctx: CanvasContext;
  bbox: { left: number; top: number; width: number; height: number };
  valToPos(value: number, scale: string, canvasPixels: boolean): number;
  setSize(size: { width: number; height: number }): void;
  destroy(): void;
}
interface CanvasContext {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  save(): void;
  restore(): void;
  setLineDash(dashes: number[]): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  stroke(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
}
declare const document: {
  getElementById(id: string): Element | null;
  createElement(tag: string): Element;
  documentElement: Element;
};
declare function getComputedStyle(element: Element): { getPropertyValue(name: string): string };
declare function matchMedia(query: string): { addEventListener(type: 'change', listener: () => void): void };
declare function addEventListener(type: 'resize', listener: () => void): void;

type PlotConstructor = (new (options: object, data: unknown[], target: Element) => Plot) & {
  sync(key: string): { key: string };
};

/** Draws the charts and the windows of the report into the elements `charts` and `windows`, and again when the colours or the width change. */
export function drawReport(data: ReportData, uPlot: PlotConstructor): void {
  const AXIS_WIDTH = 62;
  const hues = ['--line1', '--line2', '--line3', '--line4', '--line5', '--line6', '--line7', '--line8'];
  let plots: Plot[] = [];

  function colour(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function element(tag: string, className: string, ...children: (Element | string)[]): Element {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...children);
    return made;
  }

  function axis(options: object): object {
    return {
      stroke: colour('--muted'),
      grid: { stroke: colour('--grid'), width: 1 },
      ticks: { stroke: colour('--grid'), width: 1, size: 4 },
      font: '11px system-ui, sans-serif',
      gap: 4,
      ...options,
    };
  }

  function verticalLine(plot: Plot, x: number): void {
    const { ctx, bbox } = plot;
    const at = plot.valToPos(x, 'x', true);
    ctx.save();
    ctx.strokeStyle = colour('--muted');
    ctx.lineWidth = 1;
    ctx.setLineDash([4, 4]);
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  }

  function drawChart(chart: Chart, card: Element): void {
    plots.push(
      new uPlot(
        {
          width: card.clientWidth - 24,
          height: 230,
          scales: { x: { time: false } },
          axes: [axis({ size: 28, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }), axis({ size: AXIS_WIDTH })],
          cursor: { points: { size: 6 } },
          legend: { markers: { fill: (_: unknown, i: number) => colour(hues[(i - 1) % hues.length]) } },
          series: [
            { label: 'epoch', value: (_: unknown, epoch: number | null) => epoch ?? '' },
            ...chart.lines.map((line, i) => ({
              label: line.name,
              stroke: colour(hues[i % hues.length]),
              width: 1.75,
              dash: line.dashed ? [5, 4] : undefined,
              points: { show: chart.epochs.length < 3 },
              value: (_: unknown, value: number | null) => value?.toFixed(4) ?? '',
            })),
          ],
          hooks: { draw: [(plot: Plot) => data.bestEpoch !== undefined && verticalLine(plot, data.bestEpoch)] },
        },
        [chart.epochs, ...chart.lines.map((line) => line.values)],
        card,
      ),
    );
  }

  /** Filled runs of 1 in `label`, over the whole height of the plot or over one of its rows. */
  function fillRuns(plot: Plot, x: number[], label: number[], fill: string, top: number, height: number): void {
    const { ctx } = plot;
    ctx.save();
    ctx.fillStyle = fill;
    for (let start = 0; start < label.length; ++start) {
      if (label[start] !== 1) continue;
      let end = start;
      while (end < label.length && label[end] === 1) ++end;
      const left = plot.valToPos(x[start] - 0.5, 'x', true);
      const right = plot.valToPos(x[end - 1] + 0.5, 'x', true);
      ctx.fillRect(left, top, Math.max(right - left, 1), height);
      start = end;
    }
    ctx.restore();
  }

  function drawWindow(window: ReportWindow, index: number, parent: Element): void {
    const rows = window.padding === 0 ? '' : `, ${window.padding} of padding in front`;
    const card = element(
      'section',
      'card',
      element(
        'h3',
        '',
        element('span', `kind ${window.kind.replace(' ', '-')}`, window.kind),
        ` ${window.name}`,
        element('span', 'where', `rows ${window.firstRow} to ${window.lastRow}${rows}`),
        element('span', 'where', `weak score ${window.weakScore.toFixed(3)}, threshold ${window.threshold.toFixed(3)}`),
      ),
    );
    parent.append(card);
    const x = window.denseScore.map((_, t) => window.firstRow - window.padding + t);
    const isPadding = x.map((_, t) => (t < window.padding ? 1 : 0));
    const width = card.clientWidth - 24;
    const common = {
      width,
      legend: { show: false },
      cursor: { sync: { key: uPlot.sync(`window${index}`).key }, y: false, points: { show: false } },
    };
    const xScale = { time: false, range: () => [x[0] - 0.5, x[x.length - 1] + 0.5] };
    const hatchPadding = (plot: Plot) =>
      fillRuns(plot, x, isPadding, colour('--padding'), plot.bbox.top, plot.bbox.height);

    plots.push(
      new uPlot(
        {
          ...common,
          height: 130,
          padding: [6, 8, 0, 0],
          scales: { x: xScale },
          axes: [axis({ show: false }), axis({ size: AXIS_WIDTH, space: 30 })],
          series: [
            {},
            ...window.channels.map((_, i) => ({
              stroke: colour(hues[i % hues.length]),
              width: 1,
              points: { show: false },
            })),
          ],
          hooks: {
            drawClear: [
              (plot: Plot) => {
                hatchPadding(plot);
                if (window.trueLabel)
                  fillRuns(plot, x, window.trueLabel, colour('--shade'), plot.bbox.top, plot.bbox.height);
              },
            ],
          },
        },
        [x, ...window.channels],
        card,
      ),
      new uPlot(
        {
          ...common,
          height: 76,
          padding: [6, 8, 4, 0],
          scales: { x: xScale, y: { range: () => [-0.06, 1.06] } },
          axes: [axis({ show: false }), axis({ size: AXIS_WIDTH, splits: () => [0, 0.5, 1] })],
          series: [
            {},
            { stroke: colour('--score'), width: 1.5, points: { show: false } },
            { stroke: colour('--muted'), width: 1, dash: [4, 4], points: { show: false } },
          ],
          hooks: { drawClear: [hatchPadding] },
        },
        [x, window.denseScore, x.map(() => window.threshold)],
        card,
      ),
    );

    const point = window.denseScore.map((score) => (score >= window.threshold ? 1 : 0));
    const strips: [string, number[], string][] = [
      ...(window.trueLabel ? [['true', window.trueLabel, '--true'] as [string, number[], string]] : []),
      ['point', point, '--point'],
      ['segment', window.segmentLabel, '--segment'],
    ];
    plots.push(
      new uPlot(
        {
          ...common,
          height: strips.length * 20 + 36,
          padding: [4, 8, 0, 0],
          scales: { x: xScale, y: { range: () => [0, strips.length] } },
          axes: [
            axis({ size: 28, grid: { show: false } }),
            axis({
              size: AXIS_WIDTH,
              grid: { show: false },
              ticks: { show: false },
              splits: () => strips.map((_, i) => strips.length - i - 0.5),
              values: () => strips.map(([name]) => name),
            }),
          ],
          series: [{}, { show: true, stroke: 'transparent', points: { show: false } }],
          hooks: {
            drawClear: [
              (plot: Plot) => {
                strips.forEach(([, label, fill], i) => {
                  const top = plot.valToPos(strips.length - i, 'y', true);
                  const height = plot.valToPos(strips.length - i - 1, 'y', true) - top;
                  const { ctx, bbox } = plot;
                  ctx.save();
                  ctx.fillStyle = colour('--strip');
                  ctx.fillRect(bbox.left, top + height * 0.14, bbox.width, height * 0.72);
                  ctx.restore();
                  fillRuns(plot, x, label, colour(fill), top + height * 0.14, height * 0.72);
                });
              },
            ],
          },
        },
        [x, x.map(() => 0)],
        card,
      ),
    );
  }

  function draw(): void {
    for (const plot of plots) plot.destroy();
    plots = [];
    const charts = document.getElementById('charts')!;
    const windows = document.getElementById('windows')!;
    charts.replaceChildren();
    windows.replaceChildren();
    // All the cards stand before the first is measured: their number decides their width.
    const cards = data.charts.map((chart) => element('section', 'card', element('h3', '', chart.title)));
    charts.append(...cards);
    data.charts.forEach((chart, i) => drawChart(chart, cards[i]));
    data.windows.forEach((window, index) => drawWindow(window, index, windows));
  }

  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  addEventListener('resize', draw);
}
