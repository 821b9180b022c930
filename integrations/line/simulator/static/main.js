// @ts-check
import { render } from "/line-simulator/static/vendor/lit.js";
import { model, start } from "./model.js";
import { t } from "./texts.js";
import { page } from "./views/page.js";

const root = /** @type {HTMLElement} */ (document.getElementById("root"));
document.title = t("page.title");
start(() => render(page(model), root));
