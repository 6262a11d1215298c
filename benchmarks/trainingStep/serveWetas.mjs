// Our side of trainingStep.mjs: the commands of peers/torch_training.py, with both losses in a step. node serveWetas.mjs --threads N --precision P
import { parseArgs } from 'node:util';
import { deviceInfo, setThreads } from '../../dist/index.js';
import { completeConfig } from '../../dist/model/config.js';
import { DiCNN } from '../../dist/model/dicnn.js';
import { useBackend } from '../../dist/tfjs/index.js';
import { serve, timed } from '../common/serve.mjs';
import { makeTrainingStep } from '../common/trainingStep.mjs';
import { answerCheck } from './answerCheck.mjs';
import { readInputs } from './inputs.mjs';

const options = { threads: { type: 'string' }, precision: { type: 'string' } };
const { threads, precision } = parseArgs({ options }).values;
setThreads(Number(threads));
await useBackend('native');
const { step, forward } = makeTrainingStep({ precision });

await serve({ ...deviceInfo(), precision }, { step: timed(step), forward: timed(forward), check });

function check(file) {
  const { weights, ...batch } = readInputs(file);
  const model = new DiCNN(completeConfig({ channels: 8, precision }), weights);
  const answer = answerCheck((x) => model.forward(x).weakLogit, model.variables, batch);
  model.dispose();
  return answer;
}
