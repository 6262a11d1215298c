// node tinyTraining.cjs DIR: the tiny run with its checkpoints in DIR, and one line on stdout for each epoch done.
require('./requireTypeScript.cjs');
const { useBackend } = require('../../ts/tfjs');
const { train } = require('../../ts/training/trainer');
const { tinyOptions } = require('./tinyRun');

useBackend('native').then(() =>
  train(
    tinyOptions({
      nEpochs: 1000,
      checkpointDir: process.argv[2],
      onEpoch: ({ epoch }) => console.log(`epoch ${epoch}`),
    }),
  ),
);
