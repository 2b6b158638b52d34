-- The requests that wrk sends. Each of its threads runs a copy of this script.
--
-- Arguments, after the URL and `--`: the kind of request, the API key, the number of seeded contacts, and the number
-- of the run, which is part of everything that the run writes.

local ID = "01900000-0000-7000-8000-%012x" -- like `seed::contact_id`
local threads = {}

function setup(thread)
   table.insert(threads, thread)
   thread:set("thread_number", #threads)
end

local key, contacts, run, host, build

-- Requests are formatted by hand, because wrk.format takes longer than the server's response.
local function with_body(method, path, body)
   return string.format(
      "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
      method, path, host, key, #body, body)
end

local function random_contact()
   return math.random(1, contacts)
end

-- Records the contacts of a thread's first requests, which certainly get a response before the run ends. wrk does not
-- send the very first request.
local function record(contact)
   if sent > 1 and sent <= 5 then
      first = first .. '"' .. contact .. '",'
   end
end

local builders = {}

function builders.patch()
   local contact = random_contact()
   record(contact)
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

-- Returns the fields of an upsert. Every second one is of a contact that exists.
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
      record(phone)
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
   record(phone)
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

-- Prints the result as one line of JSON.
function done(summary, latency)
   local firsts = ""
   for _, thread in ipairs(threads) do
      firsts = firsts .. thread:get("first")
   end
   local errors = summary.errors
   io.write(string.format(
      '{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"refused":%d,"failed":%d,"first":[%s]}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
      errors.connect + errors.read + errors.write + errors.timeout, firsts:sub(1, -2)))
end
