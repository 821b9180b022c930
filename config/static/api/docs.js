// @ts-check
// Shows the OpenAPI document by Swagger UI, which the page has loaded before.

const place = /** @type {HTMLElement} */ (document.getElementById("reference"));
const { schema, csrf } = place.dataset;

/**
 * Requests that are tried out go with the reader's own session, so they need its CSRF token.
 * @param {{method: string, headers: Record<string, string>}} request
 */
function addCsrfToken(request) {
  if (request.method !== "GET" && csrf) request.headers["X-CSRFToken"] = csrf;
  return request;
}

const { SwaggerUIBundle } = /** @type {any} */ (window);
SwaggerUIBundle({
  url: schema,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  requestInterceptor: addCsrfToken,
});
