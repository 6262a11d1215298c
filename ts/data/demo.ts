import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Series } from './series';

const CHANNEL_NAMES = ['vibrationX', 'vibrationY', 'current', 'pressure', 'temperature'];
const RECORDINGS = { train: 24, valid: 8, test: 8 };

const FAULTS = ['bearing', 'slip', 'misalignment', 'leak'] as const;

/** Rows [start, end) of a fault; its effect fades in and out over the first and last EDGE rows. */
interface Fault {
  start: number;
  end: number;
  kind: (typeof FAULTS)[number];
  strength: number;
}
const EDGE = 8;

/**
 * The built-in data: recordings of about 2000 rows from the sensors of a simulated pump. It turns at a speed that follows
 * its load, which changes now and then; single readings go astray; both are normal. Faults of 40 to 160 rows raise a harmonic
 * (bearing), change the speed (slip), shift one axis against the other (misalignment) or lower the pressure (leak).
 * @param seed the same seed gives the same values
 */
export function demoSeries(seed = 0): Record<keyof typeof RECORDINGS, Series[]> {
  const random = xoroshiro128plus(seed);
  const split = (name: keyof typeof RECORDINGS) =>
    Array.from({ length: RECORDINGS[name] }, (_, i) => recording(`${name}/pump${i + 1}`, random));
  return { train: split('train'), valid: split('valid'), test: split('test') };
}

function recording(name: string, random: RandomGenerator): Series {
  const length = Math.floor(uniform(random, 1900, 2100));
  const faults = placeFaults(length, random);
  const channels = CHANNEL_NAMES.length;
  const data = new Float64Array(length * channels);
  const pointLabel = new Uint8Array(length);
  for (const { start, end } of faults) pointLabel.fill(1, start, end);

  let load = uniform(random, 0.6, 1);
  let targetLoad = load;
  let phase = uniform(random, 0, 2 * Math.PI);
  let pressure = load;
  let temperature = uniform(random, 0.5, 0.8);
  const noise = new Float64Array(channels);
  for (let t = 0; t < length; t++) {
    if (uniform(random, 0, 1) < 1 / 250) targetLoad = uniform(random, 0.6, 1);
    load += 0.03 * (targetLoad - load);
    const { bearing, slip, misalignment, leak } = effects(faults, t);
    phase += ((2 * Math.PI) / (26 - 6 * load)) * (1 + 0.8 * slip);
    pressure += 0.1 * (load - 0.5 * leak - pressure);
    temperature += 0.002 * (load - temperature);
    const amplitude = 0.6 + 0.4 * load;
    const row = [
      amplitude * Math.sin(phase) + 0.2 * Math.sin(2 * phase + 0.5) + 0.8 * bearing * Math.sin(5.3 * phase),
      (0.8 + 0.7 * misalignment) * amplitude * Math.sin(phase + 1.2 + 0.8 * misalignment) +
        0.5 * bearing * Math.sin(5.3 * phase + 1),
      load + 0.15 * Math.sin(phase - 0.4) + 0.1 * misalignment,
      pressure + 0.05 * Math.sin(2 * phase),
      temperature,
    ];
    for (let channel = 0; channel < channels; channel++) {
      noise[channel] = 0.6 * noise[channel] + NOISE[channel] * gaussian(random);
      const stray = uniform(random, 0, 1) < 1 / 400 ? 6 * NOISE[channel] * gaussian(random) : 0;
      data[t * channels + channel] = row[channel] + noise[channel] + stray;
    }
  }
  return { name, length, channels, data, channelNames: CHANNEL_NAMES, pointLabel };
}

/** Standard deviation of what drives each channel's noise. */
const NOISE = [0.16, 0.16, 0.06, 0.05, 0.01];

function placeFaults(length: number, random: RandomGenerator): Fault[] {
  const faults: Fault[] = [];
  for (let start = uniform(random, 50, 1200); ; start += uniform(random, 250, 1400)) {
    const fault = {
      start: Math.floor(start),
      end: Math.floor(start + uniform(random, 40, 160)),
      kind: FAULTS[Math.floor(uniform(random, 0, FAULTS.length))],
      strength: uniform(random, 0.6, 1),
    };
    if (fault.end > length) return faults;
    faults.push(fault);
    start = fault.end;
  }
}

/** How strong each kind of fault is at row t, 0 to 1. */
function effects(faults: readonly Fault[], t: number): Record<Fault['kind'], number> {
  const strengths = { bearing: 0, slip: 0, misalignment: 0, leak: 0 };
  const fault = faults.find(({ start, end }) => t >= start && t < end);
  if (fault) strengths[fault.kind] = fault.strength * Math.min(1, (t - fault.start + 1) / EDGE, (fault.end - t) / EDGE);
  return strengths;
}

function uniform(random: RandomGenerator, from: number, to: number): number {
  return from + (to - from) * uniformFloat64(random);
}

/** Standard normal, by Box and Muller. */
function gaussian(random: RandomGenerator): number {
  return Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) * Math.cos(2 * Math.PI * uniformFloat64(random));
}
