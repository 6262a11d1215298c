import type { StageTime } from '../training/profiler';
import { formatTable } from './formatTable';

/** The stages of a training step and their sum, then what comes once an epoch. */
export function profileTable(stages: readonly StageTime[]): string[] {
  const ofStep = stages.filter(({ per }) => per === 'step');
  const step = ofStep.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const row = ({ stage, milliseconds, gflops }: Omit<StageTime, 'per'>, share: string) => ({
    name: stage,
    cells: [milliseconds.toFixed(2), share, gflops?.toFixed(1) ?? ''],
  });
  const percent = (milliseconds: number) => ((100 * milliseconds) / step).toFixed(1);
  return formatTable({
    columns: ['ms', '% of a step', 'GFLOP/s'],
    rows: [
      ...ofStep.map((stage) => row(stage, percent(stage.milliseconds))),
      row({ stage: 'a training step', milliseconds: step }, percent(step)),
      ...stages
        .filter(({ per }) => per === 'epoch')
        .map((stage) => row({ ...stage, stage: `${stage.stage} of an epoch` }, '')),
    ],
  });
}
