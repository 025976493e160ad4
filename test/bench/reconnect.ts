import assert from 'node:assert/strict';
import { meetApart } from '../support/apart.ts';
import { namespacesRefused } from '../support/namespace.ts';
import { pause, until } from '../support/until.ts';

/**
 * How long a call is interrupted when the network changes, goes away, or the device sleeps: two real browsers in network
 * namespaces, from the moment the path is there again to new pictures both ways. Also that the keys are right
 * afterwards, that nothing typed is lost, and that a calm banner tells of it meanwhile; exit code 1 where one takes longer
 * than the aim. Root and Linux only.
 */

const refused = namespacesRefused();
if (refused !== null) {
  console.error(`Cannot be measured here: ${refused}`);
  process.exit(1);
}

const { ann, bob, bobsHome, close } = await meetApart();

const AIM_SECONDS = 5;

interface Row {
  readonly what: string;
  readonly seconds: number;
  readonly banner: boolean;
}

try {
  await Promise.all([ann.sees(bob), bob.sees(ann)]);
  const chat = await bob.openPanel('Chat');
  const field = chat.getByLabel('Message to everyone');
  await field.fill('Half a sentence');
  const banner = bob.page.getByText('Reconnecting', { exact: true }).first();
  const rows: Row[] = [];

  const measure = async (what: string, happens: () => Promise<boolean>) => {
    const shown = await happens();
    const from = Date.now();
    // What is seen before was in flight.
    await pause(1_000);
    await Promise.all([ann.sees(bob), bob.sees(ann)]);
    const row = { what, seconds: Math.round((Date.now() - from) / 100) / 10, banner: shown };
    rows.push(row);
    // At once: one that fails must not take the others with it.
    console.log(JSON.stringify(row));
    assert.equal(await field.inputValue(), 'Half a sentence');
    const codes = await until(
      () => Promise.all([ann.safetyCode(), bob.safetyCode()]),
      ([one, other]) => one === other,
      'both have the same keys',
    );
    assert.equal(codes[0]?.length, 30);
    assert.deepEqual([await ann.warnings(), await bob.warnings()], [[], []]);
    await bob.openPanel('Chat');
    await until(
      () => banner.isVisible(),
      (visible) => !visible,
      'the banner goes',
    );
    // So that each begins from a quiet call.
    await pause(3_000);
  };
  const cut = (seconds: number) => async () => {
    bobsHome.cut();
    await pause(seconds * 1_000);
    const shown = await banner.isVisible();
    bobsHome.mend();
    return shown;
  };

  await measure('NAT rebinding', async () => {
    bobsHome.rebind();
    return false;
  });
  await measure('another address', async () => {
    bobsHome.renumber();
    return false;
  });
  await measure('Wi-Fi to mobile', async () => {
    bobsHome.roam();
    return false;
  });
  await measure('cut of 3 s', cut(3));
  await measure('cut of 20 s', cut(20));
  await measure('asleep for 40 s', async () => {
    bobsHome.sleep(true);
    await pause(40_000);
    bobsHome.sleep(false);
    return false;
  });
  console.table(rows);
  console.log(JSON.stringify({ reconnect: rows }));
  if (rows.some(({ seconds }) => seconds > AIM_SECONDS)) process.exitCode = 1;
} finally {
  await close();
}
