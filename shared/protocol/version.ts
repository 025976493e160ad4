/** Version of the socket and REST protocol. Raised when a message changes its meaning. */
export const PROTOCOL_VERSION = 3;

/** Version of this release, as package.json has it. Operators may ask for a least one. */
export const CLIENT_VERSION = '0.1.0';

/** Label a device signs at connect, with the meeting id and the server's nonce. */
export const IDENTIFY_LABEL = 'Sealroom 1.0 Identify';
