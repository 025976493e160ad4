import { z } from 'zod';

const message = z.looseObject({
  type: z.enum(['success', 'error', 'event']),
  id: z.number().nullish(),
  result: z.unknown().optional(),
  error: z.string().optional(),
  message: z.string().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
});

const contextTree = z.looseObject({ contexts: z.array(z.looseObject({ context: z.string() })) });
const evaluation = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('success'), result: z.looseObject({ value: z.string().optional() }) }),
  z.looseObject({ type: z.literal('exception'), exceptionDetails: z.looseObject({ text: z.string() }) }),
]);
const logEntry = z.looseObject({ level: z.string(), text: z.string().nullable() });

/** The part of WebDriver BiDi that the tests need: one tab, scripts in it, and what it logs. */
export class BidiTab {
  readonly #socket: WebSocket;
  readonly #open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #errors: string[];
  #nextId = 0;
  #context = '';

  /** Connects to a browser's remote agent at `url`; errors that the page logs are added to `errors`. */
  static async connect(url: string, errors: string[]): Promise<BidiTab> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error(`no remote agent at ${url}`)), { once: true });
    });
    const tab = new BidiTab(socket, errors);
    await tab.#send('session.new', { capabilities: {} });
    await tab.#send('session.subscribe', { events: ['log.entryAdded'] });
    const tree = contextTree.parse(await tab.#send('browsingContext.getTree', { maxDepth: 0 }));
    tab.#context = tree.contexts[0]?.context ?? '';
    return tab;
  }

  private constructor(socket: WebSocket, errors: string[]) {
    this.#socket = socket;
    this.#errors = errors;
    socket.addEventListener('message', ({ data }) => this.#take(message.parse(JSON.parse(String(data)))));
    socket.addEventListener('close', () => {
      for (const { reject } of this.#open.values()) reject(new Error('the browser is gone'));
      this.#open.clear();
    });
  }

  async goto(url: string): Promise<void> {
    await this.#send('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  /** Runs a script in every page from now on, before its own. */
  async addScript(code: string): Promise<void> {
    await this.#send('script.addPreloadScript', { functionDeclaration: `() => { ${code} }` });
  }

  /** Runs a function in the page; what goes in and out is JSON. The page counts it as the person's doing. */
  async evaluate<Given, Value>(run: (given: Given) => Value | Promise<Value>, given: Given): Promise<Value> {
    const outcome = evaluation.parse(
      await this.#send('script.callFunction', {
        functionDeclaration: `async (given) => JSON.stringify((await (${run})(JSON.parse(given))) ?? null)`,
        arguments: [{ type: 'string', value: JSON.stringify(given) ?? 'null' }],
        target: { context: this.#context },
        awaitPromise: true,
        userActivation: true,
      }),
    );
    if (outcome.type === 'exception') throw new Error(outcome.exceptionDetails.text);
    // What `run` returned, by way of JSON.
    return JSON.parse(outcome.result.value ?? 'null') as Value;
  }

  /** A picture of the page as PNG, in base64. */
  async screenshot(): Promise<string> {
    const shot = await this.#send('browsingContext.captureScreenshot', { context: this.#context });
    return z.looseObject({ data: z.string() }).parse(shot).data;
  }

  close(): void {
    this.#socket.close();
  }

  #send(method: string, params: object): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #take({ type, id, result, error, message: text, method, params }: z.infer<typeof message>): void {
    if (type === 'event') {
      const entry = method === 'log.entryAdded' ? logEntry.safeParse(params) : null;
      if (entry?.success && entry.data.level === 'error') this.#errors.push(entry.data.text ?? '');
      return;
    }
    const waiting = this.#open.get(id ?? -1);
    this.#open.delete(id ?? -1);
    if (type === 'success') waiting?.resolve(result);
    else waiting?.reject(new Error(`${error}: ${text}`));
  }
}
