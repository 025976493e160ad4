import type { RequestName, RequestOf, ResponseOf } from '../../shared/protocol/requests.ts';

/** The way to the server. Rejects with a ProtocolError for a refusal, with any other error when unreachable. */
export interface Signalling {
  request<Name extends RequestName>(name: Name, payload: RequestOf<Name>): Promise<ResponseOf<Name>>;
}
