-- What wrk sends. wrk runs a copy of this script in each of its threads.
--
-- Arguments, after the address and `--`: the kind of request, the API key, how many contacts were seeded, and
-- the number of the run, by which what it writes is told from what others wrote.

local ID = "01900000-0000-7000-8000-%012x" -- as `seed::contact_id` makes it
local threads = {}

function setup(thread)
   table.insert(threads, thread)
   thread:set("thread_number", #threads)
end

local key, contacts, run, host, build

-- Requests are put together by hand: wrk.format costs the generator more than the request costs the server.
local function with_body(method, path, body)
   return string.format(
      "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
      method, path, host, key, #body, body)
end

local function random_contact()
   return math.random(1, contacts)
end

-- The first few of a thread's requests are surely answered before the run ends, so they are the ones to check.
-- The very first is not among them: wrk builds one to look at, which it never sends.
local function note_down(what)
   if sent > 1 and sent <= 5 then
      first = first .. what .. " "
   end
end

local builders = {}

function builders.patch()
   local contact = random_contact()
   note_down(contact)
   local body = string.format('{"notes":"Run %d, thread %d, call %d"}', run, thread_number, sent)
   return with_body("PATCH", "/contacts/" .. string.format(ID, contact) .. "/", body)
end

function builders.get()
   return string.format("GET /contacts/" .. ID .. "/ HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n\r\n",
      random_contact(), host, key)
end

function builders.list()
   return string.format("GET /contacts/?page_size=50 HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n\r\n", host, key)
end

-- The keys of an upsert: every other one of a contact that exists, the others of a new one.
local function upsert(number)
   local phone, email
   if number % 2 == 0 then
      local series = run * 10 + thread_number
      phone = string.format("+1%03d%07d", 500 + series % 400, number)
      email = string.format("new-%d-%d@example.com", series, number)
   else
      local contact = random_contact()
      phone = string.format("+1415%07d", contact)
      email = string.format("jane.doe.%d@example.com", contact)
   end
   local keys = string.format(
      '"full_name":"jane doe","email":"%s","phone_number":"%s","notes":"Run %d, thread %d, call %d"',
      email, phone, run, thread_number, sent)
   return keys, phone
end

function builders.post()
   local keys, phone = upsert(sent)
   if sent % 2 == 0 then
      note_down(phone)
   end
   return with_body("POST", "/contacts/", "{" .. keys .. "}")
end

function builders.batch()
   local items, phone = {}, nil
   for item = 1, 1000 do
      local keys
      keys, phone = upsert(sent * 1000 + item)
      items[item] = '{"op":"upsert",' .. keys .. "}"
   end
   note_down(phone)
   return with_body("POST", "/contacts/batch/", '{"items":[' .. table.concat(items, ",") .. "]}")
end

function init(arguments)
   build = builders[arguments[1]]
   key, contacts, run = arguments[2], tonumber(arguments[3]), tonumber(arguments[4])
   host = wrk.host .. ":" .. wrk.port
   sent, first = 0, ""
   math.randomseed(run * 1000 + thread_number)
end

function request()
   sent = sent + 1
   return build()
end

-- One line of JSON, so that nobody has to read wrk's tables.
function done(summary, latency)
   local counts, firsts = {}, {}
   for index, thread in ipairs(threads) do
      counts[index] = thread:get("sent")
      firsts[index] = '"' .. thread:get("first") .. '"'
   end
   local errors = summary.errors
   io.write(string.format(
      '{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"refused":%d,"failed":%d,"sent":[%s],"first":[%s]}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
      errors.connect + errors.read + errors.write + errors.timeout,
      table.concat(counts, ","), table.concat(firsts, ",")))
end
