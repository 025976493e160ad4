// Pictures and sound for the fixture: painted, so that tiles can be looked at without a camera.

const scenes = [
  ['#51656f', '#8c9a97', '#3b2f2a', '#d9a98a'],
  ['#6f6351', '#b7a98f', '#20242a', '#e3b899'],
  ['#4d5b4a', '#9fae95', '#5a4030', '#c98f6b'],
  ['#5b5568', '#a8a2b4', '#2a2022', '#edc4a3'],
] as const;

// Painting is costly without a graphics card: people who look alike share a track.
const portraits = new Map<number, MediaStreamTrack>();

/** A track that shows somebody sitting in a room. */
export function portrait(seed: number): MediaStreamTrack {
  const scene = seed % scenes.length;
  const known = portraits.get(scene);
  if (known !== undefined) return known;
  const track = paintPortrait(scene);
  portraits.set(scene, track);
  return track;
}

function paintPortrait(seed: number, width = 640, height = 360): MediaStreamTrack {
  return painted(width, height, (context, tick) => {
    const [wall, light, hair, skin] = scenes[seed % scenes.length] ?? scenes[0];
    const gradient = context.createLinearGradient(0, 0, width, height);
    gradient.addColorStop(0, light);
    gradient.addColorStop(1, wall);
    context.fillStyle = gradient;
    context.fillRect(0, 0, width, height);
    const x = width / 2 + Math.sin(tick / 20 + seed) * 6;
    const unit = height / 10;
    context.fillStyle = wall;
    context.beginPath();
    context.ellipse(x, height + unit, unit * 3.6, unit * 4, 0, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = hair;
    context.beginPath();
    context.arc(x, unit * 4.1, unit * 1.9, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = skin;
    context.beginPath();
    context.ellipse(x, unit * 4.6, unit * 1.4, unit * 1.75, 0, 0, Math.PI * 2);
    context.fill();
  });
}

/** A track that shows a document. */
export function document_(width = 1280, height = 720): MediaStreamTrack {
  return painted(width, height, (context) => {
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#1d2b4f';
    context.font = 'bold 44px sans-serif';
    context.fillText('Budget 2027 · 預算草案', 80, 110);
    context.fillStyle = '#59616b';
    for (let row = 0; row < 12; row += 1) context.fillRect(80, 170 + row * 40, 500 + ((row * 97) % 560), 14);
  });
}

/** A silent-looking but live sound track. */
export function tone(): MediaStreamTrack {
  const context = new AudioContext();
  const oscillator = new OscillatorNode(context, { frequency: 180 });
  const gain = new GainNode(context, { gain: 0.05 });
  const out = context.createMediaStreamDestination();
  oscillator.connect(gain).connect(out);
  oscillator.start();
  const [track] = out.stream.getAudioTracks();
  if (track === undefined) throw new Error('no sound track');
  return track;
}

function painted(
  width: number,
  height: number,
  paint: (context: CanvasRenderingContext2D, tick: number) => void,
): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  let tick = 0;
  paint(context, tick);
  const stream = canvas.captureStream(1);
  setInterval(() => {
    tick += 1;
    paint(context, tick);
  }, 1000);
  const [track] = stream.getVideoTracks();
  if (track === undefined) throw new Error('no picture track');
  return track;
}
