import type { DeviceKey, KnockId } from '../../shared/ids.ts';
import type { RequestOf, ResponseOf } from '../../shared/protocol/requests.ts';
import type { Timer } from './effects.ts';
import type { SessionId } from './state.ts';

/** Who asks: the connection and the key it has proven. */
export interface Caller {
  readonly session: SessionId;
  readonly device: DeviceKey;
}

type Nothing = Record<string, never>;

/** Everything that can happen to a meeting: what comes in, and what the caller is answered. */
export interface Commands {
  /** The device key is proven already. */
  identify: { input: Caller; value: ResponseOf<'session:identify'> };
  leave: { input: Caller; value: Nothing };
  knock: {
    input: Caller & { knockId: KnockId; request: RequestOf<'lobby:knock'> };
    value: { knockId: KnockId };
  };
  withdraw: { input: Caller; value: Nothing };
  deny: { input: Caller & { request: RequestOf<'lobby:deny'> }; value: Nothing };
  tell: { input: Caller & { request: RequestOf<'lobby:tell'> }; value: Nothing };
  found: { input: Caller & { request: RequestOf<'group:found'> }; value: { seq: number } };
  commit: { input: Caller & { request: RequestOf<'group:commit'> }; value: { seq: number } };
  refuse: { input: Caller & { request: RequestOf<'group:refuse'> }; value: Nothing };
  message: { input: Caller & { request: RequestOf<'group:send'> }; value: { seq: number } };
  relay: { input: Caller & { request: RequestOf<'group:relay'> }; value: Nothing };
  sync: { input: Caller & { request: RequestOf<'stream:sync'> }; value: ResponseOf<'stream:sync'> };
  list: { input: Caller & { request: RequestOf<'record:list'> }; value: ResponseOf<'record:list'> };
  append: { input: Caller & { request: RequestOf<'record:append'> }; value: { seq: number } };
  /** The connection is lost. Does nothing for a session that was replaced or closed. */
  disconnect: { input: Caller; value: Nothing };
  timer: { input: { timer: Timer }; value: Nothing };
  /** The operator ends the meeting. No record can say so: the operator holds no key of it. */
  stop: { input: unknown; value: Nothing };
}

export type CommandType = keyof Commands;
export type CommandOf<Type extends CommandType> = { readonly type: Type } & Readonly<Commands[Type]['input']>;
export type Command = { [Type in CommandType]: CommandOf<Type> }[CommandType];
export type ValueOf<Type extends CommandType> = Commands[Type]['value'];
