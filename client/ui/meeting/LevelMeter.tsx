import { useEffect, useRef } from 'react';

const BARS = 10;

/** How loud a microphone is, as a row of bars. For the eye only: it says nothing a label does not. */
export function LevelMeter({ track }: { track: MediaStreamTrack | null }) {
  const ref = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = ref.current;
    if (track === null || element === null) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const resume = () => {
      if (context.state === 'suspended') void context.resume();
    };
    addEventListener('pointerdown', resume);
    let frame = 0;
    const draw = () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // -60 dB to -10 dB of full scale fills the meter.
      const decibel = power > 0 ? 10 * Math.log10(power) : -100;
      const lit = Math.round(Math.min(1, Math.max(0, (decibel + 60) / 50)) * BARS);
      for (const [index, bar] of [...element.children].entries()) {
        if (bar instanceof HTMLElement) bar.dataset.lit = String(index < lit);
      }
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('pointerdown', resume);
      void context.close();
      for (const bar of element.children) if (bar instanceof HTMLElement) bar.dataset.lit = 'false';
    };
  }, [track]);

  return (
    <div ref={ref} className="level-meter" aria-hidden="true">
      {Array.from({ length: BARS }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
        <span key={index} data-lit="false" />
      ))}
    </div>
  );
}
