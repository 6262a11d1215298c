import vm from 'node:vm';
import { drawReport } from '../../ts/report/drawReport';
import { reportPage } from '../../ts/report/page';
import type { ReportData } from '../../ts/report/ReportData';

const evil = '</script><script>alert(1)</script><!--';

const data: ReportData = {
  title: `WETAS on ${evil}`,
  date: '2026-01-02 03:04 UTC',
  facts: [{ name: 'best epoch', value: '2' }],
  figures: { columns: ['valid', 'test'], rows: [{ name: 'windows: F1', cells: ['0.5000', '–'] }] },
  settings: { dataset: evil, threads: undefined, nEpochs: 2 },
  charts: [{ title: 'Loss', epochs: [1, 2], lines: [{ name: 'train', values: [0.7, null] }] }],
  bestEpoch: 2,
  windowsSplit: 'test',
  windows: [
    {
      name: evil,
      kind: 'false alarm',
      firstRow: 0,
      lastRow: 2,
      padding: 1,
      weakScore: 0.75,
      threshold: 0.5,
      channels: [[0, 1, 2]],
      denseScore: [0, 0.6, 0.4],
      segmentLabel: [0, 1, 0],
      trueLabel: [0, 0, 1],
    },
  ],
};

const scripts = (page: string) =>
  Array.from(page.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g), ([, attributes, text]) => ({ attributes, text }));

describe('report.html', () => {
  const page = reportPage(data);

  test('holds three scripts: the data, which read back as they were, uPlot, and what draws them', () => {
    const [json, uPlot, draw, ...others] = scripts(page);
    expect(others).toEqual([]);
    expect(json.attributes).toBe(' type="application/json" id="data"');
    expect(JSON.parse(json.text)).toEqual(JSON.parse(JSON.stringify(data)));
    expect(vm.runInNewContext(`${uPlot.text}; typeof uPlot`, { navigator: {} })).toBe('function');
    expect(() => new vm.Script(draw.text)).not.toThrow();
  });

  test('asks the network for nothing', () => {
    expect(page).not.toMatch(/<(link|img|iframe|object|embed|base)\b/i);
    expect(page).not.toMatch(/\b(src|href|action)\s*=/i);
    expect(page).not.toMatch(/@import|url\(/i);
    expect(page).not.toMatch(/sourceMappingURL|\bfetch\(|XMLHttpRequest|\bimport\(/);
  });

  test('names from the data are text, not markup', () => {
    expect(page).toContain('<h1>WETAS on &lt;/script&gt;');
    expect(page.match(/<script/g)).toHaveLength(3);
  });

  test('shows the figures and says which epoch was kept', () => {
    expect(page).toContain('<tr><th>windows: F1</th><td>0.5000</td><td>–</td></tr>');
    expect(page).toContain('epoch 2, whose state was kept');
    expect(page).toContain('true: the point labels');
  });

  test('says so where there are no figures, no point labels or no windows', () => {
    const empty = reportPage({ ...data, figures: { columns: [], rows: [] }, windows: [], bestEpoch: undefined });
    expect(empty).toContain('There was no labelled split to take figures on.');
    expect(empty).toContain('There are no windows to show.');
    expect(empty).not.toContain('whose state was kept');
    const unlabelled = reportPage({ ...data, windows: [{ ...data.windows[0], trueLabel: undefined }] });
    expect(unlabelled).not.toContain('true: the point labels');
  });
});

describe('drawReport, from its text alone as in a browser', () => {
  /** Enough of a document to count what is drawn; plots record their options and data and run their hooks. */
  function draw(report: ReportData) {
    const plots: { data: unknown[] }[] = [];
    const filled: string[] = [];
    const newElement = () => ({
      children: [] as unknown[],
      append(...more: unknown[]) {
        this.children.push(...more);
      },
      replaceChildren() {
        this.children = [];
      },
      className: '',
      clientWidth: 600,
    });
    const elements: Record<string, ReturnType<typeof newElement>> = { charts: newElement(), windows: newElement() };
    const ctx = {
      fillStyle: '',
      fillRect: () => filled.push(ctx.fillStyle),
      ...Object.fromEntries(
        ['save', 'restore', 'beginPath', 'moveTo', 'lineTo', 'stroke', 'setLineDash'].map((name) => [name, () => {}]),
      ),
    };
    class Plot {
      static sync = (key: string) => ({ key });
      ctx = ctx;
      bbox = { left: 0, top: 0, width: 100, height: 100 };
      valToPos = (value: number) => value;
      constructor({ hooks }: { hooks?: Record<string, ((plot: Plot) => void)[]> }, plotData: unknown[]) {
        plots.push({ data: plotData });
        for (const hook of [...(hooks?.drawClear ?? []), ...(hooks?.draw ?? [])]) hook(this);
      }
    }
    vm.runInNewContext(`(${drawReport.toString()})(report, Plot)`, {
      report,
      Plot,
      document: { getElementById: (id: string) => elements[id], createElement: newElement, documentElement: {} },
      getComputedStyle: () => ({ getPropertyValue: (name: string) => name }),
      matchMedia: () => ({ addEventListener: () => {} }),
      addEventListener: () => {},
    });
    return { plots, filled, cards: [elements.charts.children.length, elements.windows.children.length] };
  }

  test('a plot for each chart, and for each window its series, its score and its strips', () => {
    const { plots, filled, cards } = draw(data);
    expect(cards).toEqual([1, 1]);
    expect(plots.map((plot) => plot.data.length)).toEqual([2, 2, 3, 2]);
    const [chart, series, score] = plots;
    expect(chart.data).toEqual([
      [1, 2],
      [0.7, null],
    ]);
    // One row of padding stands in front of row 0.
    expect(series.data).toEqual([
      [-1, 0, 1],
      [0, 1, 2],
    ]);
    expect(score.data[2]).toEqual([0.5, 0.5, 0.5]);
    expect(filled).toEqual(expect.arrayContaining(['--padding', '--shade', '--true', '--point', '--segment']));
  });

  test('without point labels there is no strip of them', () => {
    const { filled } = draw({ ...data, windows: [{ ...data.windows[0], trueLabel: undefined }] });
    expect(filled).toContain('--segment');
    expect(filled).not.toContain('--true');
    expect(filled).not.toContain('--shade');
  });
});
