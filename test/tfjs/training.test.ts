import * as tf from '@tensorflow/tfjs';
import { dilatedConv1d, residualBlocks, softDtwFromCost } from '../../ts/tfjs';
import type { NativeBackend } from '../../ts/tfjs/native/NativeBackend';
import { describeEachBackend } from './backendsUnderTest';
import { uniform } from './evaluate';

const [batch, length, channels] = [4, 50, 16];

/** An entry convolution and two blocks, aligned with soft-DTW to a made-up label: every op of ours, and enough of tfjs's. */
function makeNetwork() {
  let seed = 1;
  const variable = <R extends tf.Rank>(...shape: number[]) =>
    tf.variable(tf.mul<tf.Tensor<R>>(uniform(shape, seed++), 0.2));
  const matrix = () => variable<tf.Rank.R2>(channels, channels);
  const vector = () => variable<tf.Rank.R1>(channels);
  const entry = { filter: variable<tf.Rank.R3>(2, 3, channels), bias: vector() };
  const filter = variable<tf.Rank.R3>(2, channels, channels);
  const last = { filter, bias: vector(), skip: matrix(), skipBias: vector() };
  const block = { ...last, out: matrix(), outBias: vector() };
  const head = variable<tf.Rank.R2>(channels, 1);
  const forward = (x: tf.Tensor3D) => {
    const h = dilatedConv1d(x, entry.filter, entry.bias, { dilation: 1 });
    const blocks = [
      { ...block, dilation: 2 },
      { ...last, dilation: 4 },
    ];
    const sum = tf.relu(residualBlocks(h, blocks).skip);
    return tf.reshape<tf.Rank.R2>(tf.matMul(tf.reshape(sum, [batch * length, channels]), head), [batch, length]);
  };
  const loss = (x: tf.Tensor3D) => {
    const logit = forward(x);
    const label = tf.tensor1d([0, 1, 0]);
    const cost = tf.softplus(tf.mul(tf.sub(1, tf.mul(2, tf.expandDims(label, 1))), tf.expandDims(logit, 1)));
    const aligned = softDtwFromCost(cost as tf.Tensor3D, { gamma: 0.1, stepPattern: 'stayOrAdvance' });
    return tf.mean<tf.Scalar>(tf.div(aligned, length));
  };
  return { variables: [...Object.values(entry), ...Object.values(block), head] as tf.Variable[], loss };
}

describeEachBackend((backend) => {
  test('50 steps: the loss falls, and neither tensors nor buffers grow', () => {
    const { loss, variables } = makeNetwork();
    const optimizer = tf.train.adam(1e-2);
    const x = uniform([batch, length, 3], 9) as tf.Tensor3D;
    const step = () => optimizer.minimize(() => loss(x), true, variables)!;
    const losses: number[] = [];
    const run = (steps: number) => {
      for (let i = 0; i < steps; i++) {
        const value = step();
        losses.push(value.dataSync()[0]);
        value.dispose();
      }
    };
    const counts = () => {
      const { numTensors, numDataBuffers } = tf.memory();
      const pool = backend === 'native' ? (tf.backend() as NativeBackend).pool.memory() : undefined;
      return { numTensors, numDataBuffers, pool, dataIds: tf.engine().backend.numDataIds() };
    };
    run(2);
    const before = counts();
    run(50);
    expect(counts()).toEqual(before);
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]);
    optimizer.dispose();
    variables.forEach((variable) => variable.dispose());
  });

  test('a layer of tf.layers around dilatedConv1d: fit, save, load', async () => {
    const layer = (config: object) => new DilatedConv({ kernelSize: 2, filters: 8, ...config } as never);
    const model = tf.sequential({
      layers: [
        layer({ dilation: 4, inputShape: [20, 3] }),
        tf.layers.activation({ activation: 'tanh' }),
        layer({ dilation: 8 }),
        tf.layers.globalAveragePooling1d({}),
        tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }),
      ],
    });
    model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
    const x = uniform([32, 20, 3], 1);
    const y = tf.tidy(() => tf.expandDims(tf.mean(tf.slice(x, [0, 0, 0], [32, 20, 1]), [1, 2]), 1));
    const { history } = await model.fit(x, y, { epochs: 12, batchSize: 16, shuffle: false, verbose: 0 });
    expect(history.loss[11]).toBeLessThan(0.5 * (history.loss[0] as number));

    let artifacts: tf.io.ModelArtifacts | undefined;
    const keep = tf.io.withSaveHandler((saved) => {
      artifacts = saved;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    });
    await model.save(keep);
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts!));
    const predictions = [model, loaded].map((each) => (each.predict(x) as tf.Tensor).dataSync());
    expect(predictions[1]).toEqual(predictions[0]);
    model.dispose();
    loaded.dispose();
  });
});

interface DilatedConvConfig {
  filters: number;
  kernelSize: number;
  dilation: number;
}

class DilatedConv extends tf.layers.Layer {
  static readonly className = 'DilatedConv';
  private filter!: tf.LayerVariable;
  private bias!: tf.LayerVariable;

  constructor(private readonly config: DilatedConvConfig) {
    super(config as never);
  }

  override build([, , channelsIn]: number[]): void {
    const { kernelSize, filters } = this.config;
    const initializer = tf.initializers.glorotUniform({ seed: 1 });
    this.filter = this.addWeight('filter', [kernelSize, channelsIn, filters], 'float32', initializer);
    this.bias = this.addWeight('bias', [filters], 'float32', tf.initializers.zeros());
    super.build([null, null, channelsIn]);
  }

  override computeOutputShape([b, t]: number[]): number[] {
    return [b, t, this.config.filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat() as tf.Tensor3D[];
    const [filter, bias] = [this.filter.read(), this.bias.read()] as [tf.Tensor3D, tf.Tensor1D];
    return dilatedConv1d(x, filter, bias, { dilation: this.config.dilation });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config };
  }
}
tf.serialization.registerClass(DilatedConv);
