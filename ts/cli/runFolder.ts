import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { TrainSettings } from './options';
import { checkOutFolder } from './outFolder';
import { SETTINGS_FILE } from './trainSettings';
import { UsageError } from './UsageError';

/** The files that `wetas train` leaves in the folder of a run, beside checkpoint.safetensors and metrics.jsonl of the trainer. */
export class RunFolder {
  readonly best: string;
  readonly last: string;
  readonly report: string;
  private readonly summary: string;

  private constructor(readonly folder: string) {
    this.best = path.join(folder, 'best');
    this.last = path.join(folder, 'last');
    this.report = path.join(folder, 'report.html');
    this.summary = path.join(folder, 'summary.json');
  }

  /** Throws UsageError where there is something in the folder, unless that is to be resumed. It is made when the settings are written. */
  static open({ out, resume, dataset }: Pick<TrainSettings, 'out' | 'resume' | 'dataset'>): RunFolder {
    const folder = out ?? path.join('runs', `${dataset}-${timestamp()}`);
    checkOutFolder(folder);
    if (!resume && existsSync(folder) && readdirSync(folder).length > 0) {
      throw new UsageError(
        `expected a new or an empty folder for \`--out\` but ${folder} has files in it: resume that run with --resume, or choose another`,
      );
    }
    return new RunFolder(folder);
  }

  /** Of one of the networks that a run with --seeds trains: a run of its own. */
  ofSeed(seed: number): RunFolder {
    return new RunFolder(path.join(this.folder, `seed-${seed}`));
  }

  /** Those that decide the run. What names files or this very start of it is left out, and the data are found from any folder. */
  async writeSettings({
    out: _out,
    resume: _resume,
    config: _config,
    profile: _profile,
    dataDir,
    ...settings
  }: TrainSettings): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    await writeFileAtomic(path.join(this.folder, SETTINGS_FILE), json({ ...settings, dataDir: path.resolve(dataDir) }));
  }

  async writeSummary(summary: object): Promise<void> {
    await writeFileAtomic(this.summary, json(summary));
  }

  async writeReport(page: string): Promise<void> {
    await writeFileAtomic(this.report, page);
  }
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Local time, such as 20261123-224501. */
function timestamp(): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
