import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Program } from '../../support/childServer.ts';
import { until } from '../../support/until.ts';

const LIBRARIES = '/usr/lib/x86_64-linux-gnu/janus';
const ROOM = 1234;
const FEED = 'camera';

/** By which a feed's first stream is known to it. */
export const JANUS_SSRC = 1_000;

/** What Janus answers: nested by session, plugin and request, read as far as it is needed. */
interface Answer {
  readonly janus?: string;
  readonly data?: { readonly id?: number };
  readonly plugindata?: { readonly data?: Readonly<Record<string, unknown>> };
}

/** Janus's videoroom with one feed that takes plain RTP, and what forwards it. */
export class Janus {
  readonly #program: Program;
  readonly #folder: string;
  readonly #base: string;
  #handle = '';

  private constructor(program: Program, folder: string, base: string) {
    this.#program = program;
    this.#folder = folder;
    this.#base = base;
  }

  /** Starts it with nothing but the videoroom. Null where it is not installed. */
  static async start(): Promise<Janus | null> {
    if ((await readdir(LIBRARIES).catch(() => [])).length === 0) return null;
    const folder = await mkdtemp(join(tmpdir(), 'janus-'));
    const port = await freePort();
    for (const kind of ['plugins', 'transports', 'configs']) await mkdir(join(folder, kind));
    await symlink(
      `${LIBRARIES}/plugins/libjanus_videoroom.so.1`,
      join(folder, 'plugins/libjanus_videoroom.so'),
    );
    await symlink(`${LIBRARIES}/transports/libjanus_http.so.1`, join(folder, 'transports/libjanus_http.so'));
    const general = `plugins_folder = "${folder}/plugins"\n transports_folder = "${folder}/transports"\n events_folder = "${folder}"\n loggers_folder = "${folder}"\n debug_level = 2`;
    await writeFile(join(folder, 'configs/janus.jcfg'), `general: {\n ${general}\n}\n`);
    const http = `json = "compact"\n base_path = "/janus"\n http = true\n port = ${port}\n ip = "127.0.0.1"`;
    await writeFile(join(folder, 'configs/janus.transport.http.jcfg'), `general: {\n ${http}\n}\n`);
    await writeFile(join(folder, 'configs/janus.plugin.videoroom.jcfg'), 'general: {\n}\n');
    const program = new Program(
      'janus',
      ['-F', join(folder, 'configs'), '-C', join(folder, 'configs/janus.jcfg')],
      {
        cwd: folder,
        env: process.env,
      },
    );
    const janus = new Janus(program, folder, `http://127.0.0.1:${port}/janus`);
    try {
      const ask = () => janus.#post('', { janus: 'create' }).catch(() => null);
      const session = await until(ask, (answer) => answer?.data?.id !== undefined, 'Janus answers', 20_000);
      const attach = { janus: 'attach', plugin: 'janus.plugin.videoroom' };
      const attached = await janus.#post(`/${session?.data?.id}`, attach);
      janus.#handle = `/${session?.data?.id}/${attached.data?.id}`;
      await janus.#request({ request: 'create', room: ROOM, publishers: 10, string_ids: false });
      return janus;
    } catch (error) {
      await janus.close();
      throw error;
    }
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** A feed that takes VP8 in plain RTP; resolves to the port it listens on. */
  async feed(): Promise<number> {
    const streams = [{ mid: '0', mindex: 0, type: 'video', codec: 'vp8' }];
    const feed = { id: 42, display: FEED, host: '127.0.0.1', streams };
    const answer = await this.#request({ request: 'add_remote_publisher', room: ROOM, ...feed });
    const port = Number(answer.port);
    if (!(port > 0)) throw new Error(`no port for a feed: ${JSON.stringify(answer)}`);
    return port;
  }

  /** Has the feed forwarded to one more receiver of SRTP. `key`: 30 bytes, base64. */
  async forwardTo(port: number, key: string): Promise<void> {
    const streams = [{ mid: '0', port }];
    const srtp = { srtp_suite: 80, srtp_crypto: key };
    const forward = { publisher_id: 42, host: '127.0.0.1', host_family: 'ipv4', ...srtp, streams };
    await this.#request({ request: 'rtp_forward', room: ROOM, ...forward });
  }

  async close(): Promise<void> {
    await this.#program.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #request(body: Record<string, unknown>): Promise<Readonly<Record<string, unknown>>> {
    const { plugindata, ...rest } = await this.#post(this.#handle, { janus: 'message', body });
    const data = plugindata?.data;
    if (!data || 'error' in data) throw new Error(`Janus refused: ${JSON.stringify({ data, ...rest })}`);
    return data;
  }

  async #post(path: string, body: Record<string, unknown>): Promise<Answer> {
    const response = await fetch(`${this.#base}${path}`, {
      method: 'POST',
      body: JSON.stringify({ ...body, transaction: Math.random().toString(36).slice(2) }),
    });
    // As Janus documents it; what is missing is noticed where it is used.
    return (await response.json()) as Answer;
  }
}
