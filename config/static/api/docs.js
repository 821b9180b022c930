// @ts-check
// Shows the OpenAPI document by Swagger UI, which the page has loaded before.

const place = /** @type {HTMLElement} */ (document.getElementById("reference"));
const { schema, csrf } = place.dataset;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Swagger UI's style sheet has a dark form; it goes by this class. */
function followTheSystem() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

/**
 * Requests that are tried out go with the reader's own session, so they need its CSRF token.
 * @param {{method: string, headers: Record<string, string>}} request
 */
function addCsrfToken(request) {
  if (request.method !== "GET" && csrf) request.headers["X-CSRFToken"] = csrf;
  return request;
}

followTheSystem();
dark.addEventListener("change", followTheSystem);
const { SwaggerUIBundle } = /** @type {any} */ (window);
SwaggerUIBundle({
  url: schema,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  requestInterceptor: addCsrfToken,
});
