// Cost of one frame in a Chromium worker. Run: node test/bench/e2ee/sframe.ts; prints JSON.
import { openFixture } from '../../e2e/frames/browser.ts';

const fixture = await openFixture(new URL('.', import.meta.url), 'sframe.html');
try {
  const report = await fixture.page.evaluate(() => window.measureSFrame());
  console.log(
    JSON.stringify({ unit: 'microseconds per frame; milliseconds per second', ...report }, null, 2),
  );
} finally {
  await fixture.close();
}
