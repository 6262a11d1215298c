// The races as one SVG: a panel of bars each, shorter is faster, on a logarithmic scale. Written by hand, for the chart libraries of npm draw on a DOM or a
// canvas, or bring tens of megabytes for a few rectangles.

const [width, labels, figures, line, gap] = [900, 230, 90, 18, 34];
const colours = { wetas: '#0b6e4f', tfjs: '#3d9970', javascript: '#c98a1b', peers: '#8a8f98' };

export function chart(races, { machine, date, commit }) {
  const panels = [];
  let top = 48;
  for (const { trial, entries } of races.filter(({ entries }) => entries.length > 0)) {
    panels.push(panel(trial, entries, top));
    top += entries.length * line + gap;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${top}" fill="#ffffff"/>`,
    text(10, 20, 'ns per cell, logarithmic, less is better', 'font-weight="bold" font-size="14"'),
    text(10, 36, `${machine.cpu}, ${date.slice(0, 10)}, commit ${commit}`, 'fill="#555"'),
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panel(trial, entries, top) {
  const values = entries.map(({ nanosecondsPerCell }) => nanosecondsPerCell);
  const lowest = Math.log10(Math.min(...values)) - 0.3;
  const highest = Math.log10(Math.max(...values));
  const room = width - labels - figures;
  const bars = entries.map(({ contestant, nanosecondsPerCell }, row) => {
    const y = top + 10 + row * line;
    const length = (room * (Math.log10(nanosecondsPerCell) - lowest)) / (highest - lowest);
    return [
      text(labels - 8, y + 13, contestant.name, 'text-anchor="end"'),
      `<rect x="${labels}" y="${y + 2}" width="${length.toFixed(1)}" height="${line - 4}" fill="${colours[contestant.group]}"/>`,
      text(labels + length + 6, y + 13, nanosecondsPerCell.toPrecision(3)),
    ].join('');
  });
  return [text(10, top + 4, `${trial.name}: ${trial.title}`, 'font-weight="bold"'), ...bars].join('\n');
}

function text(x, y, words, style = '') {
  const escaped = words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" ${style}>${escaped}</text>`;
}
