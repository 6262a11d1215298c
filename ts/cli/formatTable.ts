import type { FigureTable } from '../report/ReportData';

/** A table as lines of text: names to the left, figures to the right. */
export function formatTable({ columns, rows }: FigureTable): string[] {
  const nameWidth = Math.max(0, ...rows.map(({ name }) => name.length));
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map(({ cells }) => cells[i].length)));
  const line = (name: string, cells: string[]) =>
    [name.padEnd(nameWidth), ...cells.map((cell, i) => cell.padStart(widths[i]))].join('  ');
  return [line('', columns), ...rows.map(({ name, cells }) => line(name, cells))];
}
