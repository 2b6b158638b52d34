// Uses the page of the API reference in a headless Chromium: reads the samples, searches, and sends a request.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packaged from "@sparticuz/chromium";
import { chromium } from "playwright-core";

const server = process.env.CONTACTS_URL;
const problems = [];

// Unpacks Chromium, its libraries and a font into the temporary directory. The package's own list of fonts names only
// directories outside of it.
const executablePath = await packaged.executablePath();
const fonts = join(tmpdir(), "fonts");
await writeFile(join(fonts, "fonts.conf"), `<fontconfig><dir>${fonts}</dir><cachedir>${fonts}</cachedir></fontconfig>`);

const browser = await chromium.launch({
  executablePath,
  // Chromium has no sandbox for root. It must not connect to other hosts by itself.
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
  ],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.setDefaultTimeout(15_000);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== server && protocol !== "data:") problems.push(`request to another host: ${request.url()}`);
  });
  await page.goto(`${server}/docs`);
  await page.getByRole("heading", { name: "Contacts API", exact: true }).waitFor();

  // Search.
  await page.keyboard.press("Control+k");
  const search = page.getByRole("dialog", { name: "Search" });
  await search.getByRole("combobox").fill("whoami");
  await search.getByRole("option", { name: "/whoami/" }).click();
  const operation = page.getByRole("region", { name: "Describe the caller" });
  await operation.waitFor();
  assert.match(page.url(), /whoami/);

  // Samples.
  for (const [language, text] of [
    ["curl", `curl '${server}/whoami/'`],
    ["Rust", `Client::builder("${server}"`],
    ["TypeScript", `fetch("${server}/whoami/"`],
    ["Python", `"${server}/whoami/",`],
  ]) {
    await operation.getByRole("button", { name: "Change code sample language" }).click();
    await page.getByRole("option", { name: language, exact: true }).click();
    await operation.locator("pre", { hasText: text }).waitFor();
  }

  // Send.
  await operation.getByRole("button", { name: "Test Request" }).click();
  const client = page.getByRole("dialog");
  await client.locator("input.scalar-password-input").fill(process.env.CONTACTS_API_KEY);
  const received = page.waitForResponse(`${server}/whoami/`);
  await client.getByRole("button", { name: "Send Request" }).click();
  const response = await received;
  assert.equal(response.status(), 200);
  const { company } = await response.json();
  await client.getByText(company.name).first().waitFor();
} finally {
  await browser.close();
}
assert.deepEqual(problems, []);
