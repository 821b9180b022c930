// @ts-check
// Runs before the first paint, so that a chosen theme never flashes the other one (prefs.js).
try {
  const chosen = JSON.parse(localStorage.getItem("sobani.pref.theme") ?? '"system"');
  document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the system decides.
}
