/** A file, folder or series that cannot serve as data: one sentence that names it and the place in it. */
export class DataError extends Error {
  override readonly name = 'DataError';

  constructor(
    readonly source: string,
    sentence: string,
  ) {
    super(`${source}: ${sentence}`);
  }
}
