/**
 * The Bloom window's one operation on Redis: looks for each event of a batch in the generations around its own and adds it
 * to its own. Atomic, one round trip.
 *
 * A generation is one string: a header of 32 ASCII bytes, then the bitmap.
 *
 *   bytes 0–15   stamp: 16 hex digits, random, given when the generation is created or found rolled back
 *   bytes 16–31  adds: 16 decimal digits, how many adds have set a bit that was not set before
 *   bit 256 …    the bitmap, `bits` long
 *
 * KEYS     generations, newest first. Around each event's own they are without a gap: own + 1 … own − older.
 * ARGV[1]  stamp (16 hex digits) for generations that the script creates or finds rolled back
 * ARGV[2]  bits of a bitmap
 * ARGV[3]  hashes (bits set) an event
 * ARGV[4]  older: how many generations before the own one are looked through
 * ARGV[5]  events, 18 hex digits each: 2 index of the own generation in KEYS (from 01), 8 first hash, 8 second hash
 * then for each key, in the order of KEYS, three:
 *          its end (epoch milliseconds) · the stamp the caller last saw, or "-" · the adds it saw under that stamp
 *
 * Returns an array of strings: first one digit an event (0 new, 1 maybe), then for each key its stamp ("" where there is no
 * generation) and its adds, as they are after this call.
 *
 * An event of the batch sees those before it. A repeat whose bits all stand in its own generation adds nothing.
 * A generation whose adds are lower than the caller has seen under the same stamp has been rolled back: it gets the offered
 * stamp. A key whose header cannot be read counts as missing.
 *
 * Commands used (the local stand-in implements exactly these): GETRANGE, SETRANGE, GETBIT, SETBIT, BITFIELD (only
 * `SET u1 <offset> 1`, repeated), PEXPIREAT, EXISTS. Runs on Lua 5.1 (Redis) and 5.4. Every key touched is in KEYS.
 * Whoever changes the header or how hashes become bits must change the key's geometry tag too (`geometry.ts`).
 */
export const BLOOM_SCRIPT = `local unpack = unpack or table.unpack
local offered = ARGV[1]
local bits = tonumber(ARGV[2])
local hashes = tonumber(ARGV[3])
local older = tonumber(ARGV[4])
local events = ARGV[5]

local stamps, adds, changed = {}, {}, {}
for g = 1, #KEYS do
  local header = redis.call('GETRANGE', KEYS[g], 0, 31)
  local count = #header == 32 and tonumber(string.sub(header, 17)) or nil
  if count and string.find(header, '^%x+$') then
    local seen = 5 + 3 * (g - 1)
    stamps[g] = string.sub(header, 1, 16)
    adds[g] = count
    if stamps[g] == ARGV[seen + 2] and count < tonumber(ARGV[seen + 3]) then
      stamps[g] = offered
      changed[g] = true
    end
  end
end

-- Bits to be set, a generation: in order, and by offset for the events that follow in this batch.
local order, pending = {}, {}
local function full(g, h1, h2)
  local mine = pending[g]
  if not (stamps[g] or mine) then return false end
  for i = 0, hashes - 1 do
    local bit = 256 + (h1 + i * h2) % bits
    if not (mine and mine[bit]) and redis.call('GETBIT', KEYS[g], bit) == 0 then return false end
  end
  return true
end

local verdicts = {}
for at = 1, #events, 18 do
  local own = tonumber(string.sub(events, at, at + 1), 16)
  local h1 = tonumber(string.sub(events, at + 2, at + 9), 16)
  local h2 = tonumber(string.sub(events, at + 10, at + 17), 16)
  local found
  for g = own - 1, own + older do
    if full(g, h1, h2) then
      found = g
      break
    end
  end
  verdicts[#verdicts + 1] = found and '1' or '0'
  if found ~= own then
    if not pending[own] then
      pending[own] = {}
      order[own] = { 'BITFIELD', KEYS[own] }
      changed[own] = true
    end
    local mine, set = pending[own], order[own]
    for i = 0, hashes - 1 do
      local bit = 256 + (h1 + i * h2) % bits
      if not mine[bit] then
        mine[bit] = true
        local n = #set
        set[n + 1], set[n + 2], set[n + 3], set[n + 4] = 'SET', 'u1', bit, 1
      end
    end
    if #set > 4000 then -- unpack has a limit of about 8000
      redis.call(unpack(set))
      order[own] = { 'BITFIELD', KEYS[own] }
    end
    adds[own] = (adds[own] or 0) + 1
  end
end

local reply = { table.concat(verdicts) }
for g = 1, #KEYS do
  if changed[g] then
    local created = not stamps[g]
    if created then
      stamps[g] = offered
      redis.call('SETBIT', KEYS[g], 255 + bits, 0)
    end
    if order[g] and #order[g] > 2 then redis.call(unpack(order[g])) end
    redis.call('SETRANGE', KEYS[g], 0, stamps[g] .. string.format('%016d', adds[g]))
    -- last: an end in the past deletes the key, and nothing may make it anew without an end
    if created and redis.call('PEXPIREAT', KEYS[g], tonumber(ARGV[5 + 3 * (g - 1) + 1])) and redis.call('EXISTS', KEYS[g]) == 0 then
      stamps[g], adds[g] = nil, nil
    end
  end
  reply[#reply + 1] = stamps[g] or ''
  reply[#reply + 1] = string.format('%d', adds[g] or 0)
end
return reply
`;
