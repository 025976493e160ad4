/** A meeting's journal outlives its owner by so long, in ms. */
const KEPT_MS = 24 * 60 * 60_000;

const isOwner = `redis.call('HGET', KEYS[1], 'node') == ARGV[1] and redis.call('HGET', KEYS[1], 'token') == ARGV[2]`;

/** What Redis does in one step. KEYS[1] is a meeting's hash (node, token, snapshot), KEYS[2] its log. */
export const scripts = {
  /** ARGV: prefix of leases, candidate. The owner and its token. */
  own: `
    local node = redis.call('HGET', KEYS[1], 'node')
    if node and redis.call('EXISTS', ARGV[1] .. node) == 1 then
      return { node, redis.call('HGET', KEYS[1], 'token') }
    end
    local token = redis.call('HINCRBY', KEYS[1], 'token', 1)
    redis.call('HSET', KEYS[1], 'node', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
    return { ARGV[2], tostring(token) }`,
  /** ARGV: node, token. Snapshot ('' for none) and log, or nil for who is not the owner. */
  read: `
    if not (${isOwner}) then return nil end
    return { redis.call('HGET', KEYS[1], 'snapshot') or '', redis.call('LRANGE', KEYS[2], 0, -1) }`,
  /** ARGV: node, token, entry. 0 for who is not the owner. */
  append: `
    if not (${isOwner}) then return 0 end
    redis.call('RPUSH', KEYS[2], ARGV[3])
    redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
    redis.call('PEXPIRE', KEYS[2], ${KEPT_MS})
    return 1`,
  snapshot: `
    if not (${isOwner}) then return 0 end
    redis.call('HSET', KEYS[1], 'snapshot', ARGV[3])
    redis.call('DEL', KEYS[2])
    return 1`,
  /** ARGV: node, token, '1' to forget. The token stays for a while, so that it goes on growing. */
  release: `
    if not (${isOwner}) then return 0 end
    redis.call('HDEL', KEYS[1], 'node')
    if ARGV[3] == '1' then
      redis.call('HDEL', KEYS[1], 'snapshot')
      redis.call('DEL', KEYS[2])
    end
    return 1`,
} as const;
