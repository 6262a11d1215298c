/** What a network, or an ensemble of some, says of windows without labels. */
export interface WindowScores {
  /** [n] */
  weakLogit: Float32Array;
  /** [n], in [0, 1] */
  weakScore: Float32Array;
  /** [n, T] */
  denseLogit: Float32Array;
  /** [n, T], in [0, 1] */
  denseScore: Float32Array;
}
