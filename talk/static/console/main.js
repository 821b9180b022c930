// @ts-check
/** Starts the console: who is here, what was asked for, and the real socket, timers and chance. */
import { heedServer } from "../protocol/clock.js";
import { Api } from "./api.js";
import { Desk } from "./desk.js";
import { t } from "./i18n/index.js";
import { page, toLogin } from "./page.js";
import { lastView, startLocale } from "./prefs.js";
import { parseRoute } from "./router.js";
import { browserStore } from "./storage.js";
import { storageKey } from "./ways.js";
import "./components/console-app.js";

const RETRY_MS = 4000;

/** @param {Api} api @returns {import("./desk.js").DeskPorts} */
function browserPorts(api) {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  return {
    makeSocket: () => new WebSocket(`${scheme}://${window.location.host}/ws/console`),
    fetchTicket: async () => {
      const answer = await api.post("socket-ticket");
      heedServer(answer.now);
      return answer;
    },
    setTimer: (fn, ms) => setTimeout(fn, ms),
    clearTimer: (timer) => clearTimeout(timer),
    now: () => Date.now(),
    random: () => Math.random(),
    reload: () => window.location.reload(),
  };
}

/** @param {HTMLElement} place */
async function start(place) {
  startLocale();
  const api = new Api(page.csrf);
  try {
    const { operator, csrf, pane } = await api.get("me");
    api.csrf = csrf ?? page.csrf;
    show(place, operator, api).ways.take(pane);
  } catch (error) {
    const { status } = /** @type {{status?: number}} */ (error);
    if (status === 401 || status === 403) return toLogin();
    place.replaceChildren(failure());
    setTimeout(() => void start(place), RETRY_MS);
  }
}

/**
 * @param {HTMLElement} place
 * @param {import("../protocol/types.js").OperatorRow} me
 * @param {Api} api
 * @returns {Desk}
 */
function show(place, me, api) {
  const route = parseRoute(window.location, lastView());
  const desk = new Desk({ me, api, ports: browserPorts(api), store: browserStore(), route });
  const app = /** @type {any} */ (document.createElement("console-app"));
  app.desk = desk;
  place.replaceChildren(app);
  window.addEventListener("online", () => desk.connection.retryNow());
  window.addEventListener("offline", () => desk.connection.wentOffline());
  window.addEventListener("storage", (change) => desk.outbox.heed(change));
  window.addEventListener("beforeunload", (event) => {
    if (desk.wouldLoseWords) event.preventDefault();
  });
  window.addEventListener("storage", ({ key }) => {
    if (key === storageKey(me.id)) desk.ways.reload();
  });
  desk.start();
  return desk;
}

function failure() {
  const box = document.createElement("div");
  box.className = "boot-failure";
  box.setAttribute("role", "alert");
  for (const key of ["error.boot", "error.boot.hint"]) {
    const line = document.createElement("p");
    line.textContent = t(key);
    box.append(line);
  }
  return box;
}

const place = document.getElementById("console");
if (place) void start(place);
