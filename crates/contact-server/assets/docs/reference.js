// Shows the API description in the page. All URLs are relative to the page, so they are also right below a path prefix.
// The description contains the placeholder `https://server.invalid` instead of the address of the server, which only
// the browser knows.
async function showReference() {
  const server = new URL("..", document.baseURI).href.replace(/\/$/, "");
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(`openapi.json: ${response.status}`);
  const description = (await response.text()).replaceAll("https://server.invalid", server);
  Scalar.createApiReference("#reference", {
    content: JSON.parse(description),
    // The page offers the files of the server instead.
    documentDownloadType: "none",
    // The samples are in the description.
    hiddenClients: true,
    // Nothing leaves the machine, and no key is stored in the browser.
    agent: { disabled: true },
    hideClientButton: true,
    mcp: { disabled: true },
    persistAuth: false,
    proxyUrl: "",
    showDeveloperTools: "never",
    telemetry: false,
    withDefaultFonts: false,
  });
}

showReference().catch((error) => {
  document.getElementById("reference").textContent = `The API reference could not be loaded: ${error.message}`;
});
