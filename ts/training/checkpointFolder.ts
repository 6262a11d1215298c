import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { type RunIdentity, saveCheckpoint, type TrainingState } from './checkpoint';
import type { EpochRecord } from './records';

/** What training leaves in its folder: `checkpoint.safetensors`, and `metrics.jsonl` with one epoch a line. */
export class CheckpointFolder {
  private constructor(
    private readonly folder: string,
    private readonly run: RunIdentity,
  ) {}

  /** Makes the folder. Lines that an interrupted run logged past its last checkpoint are dropped. */
  static async open(folder: string, run: RunIdentity, state: TrainingState): Promise<CheckpointFolder> {
    await mkdir(folder, { recursive: true });
    await removeTemporaryFiles(folder);
    const opened = new CheckpointFolder(folder, run);
    await writeFileAtomic(opened.metricsFile, state.history.map(toLine).join(''));
    await saveCheckpoint(folder, run, state);
    return opened;
  }

  /** The line goes first: without its checkpoint it is dropped on resume, while a checkpoint without its line would leave a gap. */
  async save(state: TrainingState, record: EpochRecord): Promise<void> {
    await appendFile(this.metricsFile, toLine(record));
    await saveCheckpoint(this.folder, this.run, state);
  }

  private get metricsFile(): string {
    return path.join(this.folder, 'metrics.jsonl');
  }
}

/** write-file-atomic appends a number to the name of the file it writes; a killed process leaves that behind. */
async function removeTemporaryFiles(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => /^(checkpoint\.safetensors|metrics\.jsonl)\.\d+$/.test(name));
  await Promise.all(left.map((name) => rm(path.join(folder, name))));
}

function toLine(record: EpochRecord): string {
  return `${JSON.stringify(record)}\n`;
}
